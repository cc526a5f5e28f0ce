import { inject } from 'vitest'
import type { Driver } from './driver.ts'

/**
 * What a run is on, where it is not PGlite and the PostgreSQL of the packages: given as `test.provide.securityInfoDatabases` in the
 * vitest configuration.
 */
export interface DatabaseChoice {
  /** For the blocks of `eachDatabase`; both where it is left out. */
  readonly drivers?: readonly Driver[]
  /** Another PostgreSQL, 15 or newer: the folder that holds its `initdb` and `postgres`. */
  readonly postgres?: string
  /** Into how many partitions each table that people own is split there; into none where it is left out. */
  readonly partitions?: number
}

/** What the global setup of a test run hands to the test files. Serialisable: they run in other processes. */
export interface TestRun {
  /** Of the run's own PostgreSQL, as superuser. */
  readonly postgresUrl: string
  /** A throw-away folder of the run. */
  readonly directory: string
  /** As in the choice that the run was given. */
  readonly partitions?: number
}

declare module 'vitest' {
  // vitest's own way to give a provided value its type.
  interface ProvidedContext {
    securityInfoTestRun: TestRun
    securityInfoDatabases: DatabaseChoice
  }
}

/** @throws where the vitest configuration lacks the global setup: says which line to add */
export function testRun(): TestRun {
  const run: TestRun | undefined = inject('securityInfoTestRun')
  if (run) return run
  throw new Error(
    "No test run was set up. Add to the vitest configuration: test: { globalSetup: ['@security-info/testing/global-setup'] }",
  )
}

/** What the vitest configuration says of databases. */
export function databaseChoice(): DatabaseChoice {
  const choice: DatabaseChoice | undefined = inject('securityInfoDatabases')
  return choice ?? {}
}
