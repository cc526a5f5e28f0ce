import { randomBytes } from 'node:crypto'
import { type Database, migrate, type Plugin } from '@security-info/core'
import type { Logger } from 'drizzle-orm'
import { clockOf, type TestClock } from './clock.ts'
import type { Driver, DriverDatabase } from './driver.ts'
import { dumpDatabase } from './dump.ts'
import { partitionByUser } from './partitions.ts'
import { openPglite } from './pglite.ts'
import { onServer, openPostgres, siblingUrl } from './postgres.ts'
import { testRun } from './run.ts'
import { recordStatements, type Statements } from './statements.ts'
import { pgliteTemplate, postgresTemplate } from './templates.ts'

export interface TestDatabaseOptions {
  /** Their tables are migrated as well. */
  readonly plugins?: readonly Plugin[]
  /** For tests of migrations: no tables at all, and no clock. */
  readonly empty?: boolean
}

/** A database of a test's own. */
export interface TestDatabase extends Database {
  readonly driver: Driver
  /** For a second pool or process on the same database; only real PostgreSQL has one. */
  readonly url: string | undefined
  readonly clock: TestClock
  readonly statements: Statements
  /** All rows of all tables as text, bytes in hex and as Latin-1: to search it for what must not be there. */
  dump(): Promise<string>
  /** Also removes the database. May be called twice. */
  close(): Promise<void>
}

/**
 * Opens a database that nobody else uses, migrated and with a clock that can be moved. Takes 0.4 s (PGlite) or 0.1 s;
 * the first of a run also makes the template.
 *
 * @throws where the global setup is missing from the vitest configuration
 */
export async function openTestDatabase(
  driver: Driver,
  options: TestDatabaseOptions = {},
): Promise<TestDatabase> {
  const { statements, logger } = recordStatements()
  const empty = options.empty ?? false
  const database = driver === 'pglite' ? await inProcess(logger, empty) : await onTheRunsServer(logger, empty)
  const plugins = options.plugins ?? []
  if (!empty && plugins.some((plugin) => plugin.migrations)) {
    await migrate(database, plugins)
    const { partitions } = testRun()
    if (driver === 'postgres' && partitions !== undefined) await partitionByUser(database, partitions)
  }
  return {
    driver,
    db: database.db,
    url: database.url,
    migrate: database.migrate,
    exclusively: database.exclusively,
    close: database.close,
    clock: clockOf(database),
    statements,
    dump: () => dumpDatabase(database),
  }
}

async function inProcess(logger: Logger, empty: boolean): Promise<DriverDatabase> {
  return openPglite(logger, empty ? undefined : await pgliteTemplate(testRun()))
}

async function onTheRunsServer(logger: Logger, empty: boolean): Promise<DriverDatabase> {
  const run = testRun()
  const name = `test_${randomBytes(8).toString('hex')}`
  const template = empty ? 'template0' : await postgresTemplate(run)
  // Many small files: copying them takes half as long as logging what is in them.
  await onServer(run.postgresUrl, (server) =>
    server.unsafe(`CREATE DATABASE ${name} TEMPLATE ${template} STRATEGY FILE_COPY`),
  )
  const database = openPostgres(siblingUrl(run.postgresUrl, name), logger)
  return {
    ...database,
    close: async () => {
      await database.close()
      await onServer(run.postgresUrl, (server) =>
        server.unsafe(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
      )
    },
  }
}
