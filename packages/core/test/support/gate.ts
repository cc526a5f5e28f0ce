import type { TestDatabase } from '@security-info/testing'
import { sql } from 'drizzle-orm'
import { secondPool } from './pools.ts'
import { count } from './rows.ts'

/** Any number will do. */
const GATE = 4711

/** Holds whoever writes into a table in the middle of their statement, for a race that is won every time. */
export interface Gate {
  /** Begins `first`, which writes into the table; begins `second` while it is held there, until that waits for it or is through. */
  race(first: () => Promise<unknown>, second: () => Promise<unknown>): Promise<void>
  close(): Promise<void>
}

/** Asks until it is so. */
export async function until(condition: () => Promise<boolean>): Promise<void> {
  for (let times = 0; times < 20_000; times++) if (await condition()) return
  throw new Error('It never came to that.')
}

/** For real PostgreSQL: PGlite has one connection. */
export async function gateAt(database: TestDatabase, table: string): Promise<Gate> {
  const observer = secondPool(database)
  await database.db.execute(sql`create function public.gate() returns trigger language plpgsql as
    'begin perform pg_advisory_xact_lock(4711); return new; end'`)
  await database.db.execute(sql`create trigger gate before insert on security_info.${sql.identifier(table)}
    for each row execute function public.gate()`)
  const here = sql`(select oid from pg_database where datname = current_database())`
  const atTheGate = sql`select pid from pg_locks where locktype = 'advisory' and not granted and database = ${here}`
  const held = () => count(observer, sql`select count(*) from (${atTheGate}) held`)
  const waitingForIt = () =>
    count(
      observer,
      sql`select count(*) from pg_stat_activity a
        where datname = current_database() and pg_blocking_pids(a.pid) && array(${atTheGate})`,
    )
  return {
    async race(first, second) {
      let through = false
      const running: Promise<unknown>[] = []
      await observer.db.transaction(async (tx) => {
        await tx.execute(sql`select pg_advisory_xact_lock(${GATE})`)
        running.push(first())
        await until(async () => (await held()) > 0)
        running.push(
          second().finally(() => {
            through = true
          }),
        )
        await until(async () => through || (await waitingForIt()) > 0)
      })
      await Promise.all(running)
    },
    close: () => observer.close(),
  }
}
