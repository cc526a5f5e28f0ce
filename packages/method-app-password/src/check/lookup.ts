import type { Db } from '@security-info/core'
import { and, eq, sql } from 'drizzle-orm'
import { entry, inMs, nowInMs, person, policyVersion } from '../tables.ts'

function prepare(db: Db) {
  return db
    .select({
      now: nowInMs,
      policyVersion,
      userId: person.userId,
      identifier: person.identifier,
      active: person.active,
      id: entry.id,
      hash: entry.hash,
      inScope: sql<boolean | null>`${sql.placeholder('scope')} = any(${entry.scopes})`,
      createdAt: inMs(entry.createdAt),
      expiresAt: inMs(entry.expiresAt),
      lastUsedAt: inMs(entry.lastUsedAt),
      lastUsedBy: entry.lastUsedBy,
      clients: entry.clients,
    })
    .from(sql`(select 1) one`)
    .leftJoin(person, eq(person.canonical, sql.placeholder('canonical')))
    .leftJoin(entry, and(eq(entry.userId, person.userId), eq(entry.selector, sql.placeholder('selector'))))
    .prepare('app_password_check')
}

const prepared = new WeakMap<Db, ReturnType<typeof prepare>>()

/**
 * The one look-up of a check: person and password in one statement, by two keys, however many passwords there are. It always
 * gives a row, for the time. Prepared once for each connection: it is asked for every mail that is fetched.
 */
export async function lookUp(
  db: Db,
  asked: { readonly canonical: string; readonly selector: string; readonly scope: string },
) {
  let statement = prepared.get(db)
  if (!statement) {
    statement = prepare(db)
    prepared.set(db, statement)
  }
  const [found] = await statement.execute(asked)
  if (!found) throw new Error('The look-up of an app password returned nothing.')
  return found
}

export type Found = Awaited<ReturnType<typeof lookUp>>
