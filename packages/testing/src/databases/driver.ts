import type { Database } from '@security-info/core'

/** PostgreSQL inside the test process, or a real server beside it. */
export type Driver = 'pglite' | 'postgres'

export type Row = Readonly<Record<string, unknown>>

/** A database as its driver opened it. */
export interface DriverDatabase extends Database {
  /** Where another process or another pool finds it; PGlite's can't be shared that way. */
  readonly url: string | undefined
  /** Runs one statement beside drizzle, so that it isn't recorded. */
  query(statement: string): Promise<readonly Row[]>
}
