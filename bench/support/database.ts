import { type Database, migrate, type Plugin } from '@security-info/core'
import { setup } from '@security-info/testing/global-setup'
import { drizzle } from 'drizzle-orm/postgres-js'
import { migrate as migrateWith } from 'drizzle-orm/postgres-js/migrator'
import postgres from 'postgres'

type Row = Readonly<Record<string, unknown>>

/** A real PostgreSQL of the run's own, and the hands of its clock. */
export interface BenchDatabase {
  /** A pool of its own for each node, as each process has one. */
  open(): Database
  query(statement: string): Promise<readonly Row[]>
  readonly clock: BenchClock
  close(): Promise<void>
}

/** The time of the database, which is everybody's. It only runs ahead. */
export interface BenchClock {
  advance(milliseconds: number): Promise<void>
  /** What the database's clock says, as far as this process knows it. */
  now(): number
  /** When it was moved, in real milliseconds, and by how much it ran ahead from then on. */
  readonly moves: readonly ClockMove[]
}

export interface ClockMove {
  readonly at: number
  readonly ahead: number
}

const CLOCK = 'public.bench_clock'

/** Starts the server and brings core's tables into it. */
export async function startDatabase(plugins: readonly Plugin[]): Promise<BenchDatabase> {
  let url = ''
  // The same server that the tests use: what it would hand to them is its address.
  const provide = (_: unknown, run: { readonly postgresUrl: string }) => {
    url = run.postgresUrl
  }
  const stop = await setup({ provide } as Parameters<typeof setup>[0])
  const admin = postgres(url, { max: 4, onnotice: () => undefined })
  const open = () => openPool(url)
  const first = open()
  await migrate(first, plugins)
  await first.close()
  await admin.unsafe(`CREATE TABLE ${CLOCK} (value interval NOT NULL)`)
  await admin.unsafe(`INSERT INTO ${CLOCK} VALUES (interval '0')`)
  await admin.unsafe(`CREATE OR REPLACE FUNCTION security_info.now() RETURNS timestamptz LANGUAGE sql STABLE
    AS $$ SELECT pg_catalog.now() + value FROM ${CLOCK} $$`)
  const query = (statement: string): Promise<readonly Row[]> => admin.unsafe<Row[]>(statement)
  return {
    open,
    query,
    clock: createClock(query),
    close: async () => {
      await admin.end({ timeout: 1 })
      await stop()
    },
  }
}

function openPool(url: string): Database {
  const client = postgres(url, { max: 10, onnotice: () => undefined })
  const db = drizzle(client)
  return {
    db,
    migrate: (config) => migrateWith(db, config),
    // Nobody else migrates.
    exclusively: (work) => work(),
    close: () => client.end({ timeout: 1 }),
  }
}

function createClock(query: BenchDatabase['query']): BenchClock {
  const moves: ClockMove[] = [{ at: 0, ahead: 0 }]
  const ahead = () => moves.at(-1)?.ahead ?? 0
  return {
    moves,
    now: () => Date.now() + ahead(),
    async advance(milliseconds) {
      const next = ahead() + milliseconds
      await query(`UPDATE ${CLOCK} SET value = interval '${next} milliseconds'`)
      moves.push({ at: Date.now(), ahead: next })
    },
  }
}

/** The database's time at a moment of real time, both in milliseconds. */
export function databaseTime(moves: readonly ClockMove[], at: number): number {
  return at + (moves.findLast((move) => move.at <= at)?.ahead ?? 0)
}
