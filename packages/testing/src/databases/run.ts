import { inject } from 'vitest'

/** What the global setup of a test run hands to the test files. Serialisable: they run in other processes. */
export interface TestRun {
  /** Of the run's own PostgreSQL, as superuser. */
  readonly postgresUrl: string
  /** A throw-away folder of the run. */
  readonly directory: string
}

declare module 'vitest' {
  // vitest's own way to give a provided value its type.
  interface ProvidedContext {
    securityInfoTestRun: TestRun
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
