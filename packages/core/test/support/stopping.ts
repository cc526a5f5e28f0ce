import type { TestDatabase } from '@security-info/testing'
import type { SQL } from 'drizzle-orm'
import { PgDialect } from 'drizzle-orm/pg-core'

const dialect = new PgDialect()

/** Where a process dies: around the first statement that matches, with its texts after it. */
export interface Death {
  readonly at: 'before' | 'after'
  readonly statement: RegExp
}

/**
 * The same database for a process that dies at one point: from then on none of its statements is sent, and it never hears
 * of one again.
 */
export function dyingAt(
  { db }: TestDatabase,
  { at, statement }: Death,
): TestDatabase['db'] & { dead(): boolean } {
  let dead = false
  const never = () => new Promise<never>(() => undefined)
  const execute = async (query: SQL) => {
    const { sql, params } = dialect.sqlToQuery(query)
    const hit = !dead && statement.test(`${sql} ${params.filter((one) => typeof one === 'string').join(' ')}`)
    if (dead || (hit && at === 'before')) {
      dead = true
      return never()
    }
    const result: unknown = await db.execute(query)
    if (hit) dead = true
    return dead ? never() : result
  }
  return new Proxy(db, {
    get: (target, name) =>
      name === 'execute' ? execute : name === 'dead' ? () => dead : Reflect.get(target, name, target),
  }) as TestDatabase['db'] & { dead(): boolean }
}
