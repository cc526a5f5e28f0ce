import type { TestDatabase } from '@security-info/testing'
import { type SQL, sql } from 'drizzle-orm'
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

/** Asks until it is so, for a minute. */
async function until(condition: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + 60_000
  while (performance.now() < end) if (await condition()) return
  throw new Error('It never came to that.')
}

/** Takes row locks, as somebody else would, until they are released. */
export async function holding(database: TestDatabase, lock: SQL): Promise<{ release(): Promise<void> }> {
  const somebody = secondPool(database)
  const locked = Promise.withResolvers<void>()
  const released = Promise.withResolvers<void>()
  const held = somebody.db.transaction(async (tx) => {
    await tx.execute(lock)
    locked.resolve()
    await released.promise
  })
  await locked.promise
  return {
    async release() {
      released.resolve()
      await held
      await somebody.close()
    },
  }
}

/** Waits until so many statements in this database wait for a lock. */
export function untilWaiting(database: TestDatabase, many: number): Promise<void> {
  const waiting = sql`select count(*) from pg_stat_activity
    where datname = current_database() and wait_event_type = 'Lock'`
  return until(async () => (await count(database, waiting)) >= many)
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
