import type { SQL } from 'drizzle-orm'
import type { MigrationConfig } from 'drizzle-orm/migrator'
import type { PgDatabase, PgQueryResultHKT } from 'drizzle-orm/pg-core'

/** A drizzle database of any PostgreSQL driver, or a transaction on it. */
export type Db = Pick<
  PgDatabase<PgQueryResultHKT, Record<string, never>>,
  'execute' | 'select' | 'insert' | 'update' | 'delete' | 'transaction'
>

/** What core needs of a database driver. The server (or a test) opens it; core never imports a driver. */
export interface Database {
  readonly db: Db
  /** drizzle's migrator of this driver. */
  migrate(config: MigrationConfig): Promise<void>
  /** Runs `work` while no other process migrates: drizzle's migrator takes no lock of its own. */
  exclusively<T>(work: () => Promise<T>): Promise<T>
  close(): Promise<void>
}

/** Runs one statement. Drivers disagree about the shape of a raw result: some give the rows, some wrap them. */
export async function rows<Row extends object>(db: Db, statement: SQL): Promise<readonly Row[]> {
  const result: unknown = await db.execute(statement)
  if (Array.isArray(result)) return result as Row[]
  return (result as { rows: Row[] }).rows
}

/** Runs one statement that gives at most one row. */
export async function maybeRow<Row extends object>(db: Db, statement: SQL): Promise<Row | undefined> {
  return (await rows<Row>(db, statement))[0]
}

/** True where `error` is a unique violation (23505), however the driver wrapped it. */
export function isUniqueViolation(error: unknown): boolean {
  for (let at = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth++) {
    if ('code' in at && at.code === '23505') return true
  }
  return false
}
