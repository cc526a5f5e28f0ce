import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'
import { chosenDatabases } from './scripts/database-choice.ts'

const { include, choice } = chosenDatabases(process.env)

export default defineConfig({
  resolve: {
    // Native imports (Pothos, Yoga) get graphql's CommonJS build, Vite would pick the other one: two graphqls don't mix.
    alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }],
  },
  // Workspace packages run from their sources: nothing has to be built.
  ssr: { resolve: { conditions: ['source', 'node', 'development|production'] } },
  test: {
    include,
    provide: { securityInfoDatabases: choice },
    globalSetup: ['packages/testing/src/global-setup.ts'],
    // A worker with PGlite takes 0.7 GB.
    maxWorkers: Math.min(availableParallelism(), 6),
    // How soon something comes is no matter of a test, and the machine may be busy with others: these end only what hangs.
    testTimeout: 240_000,
    hookTimeout: 240_000,
    expect: { poll: { timeout: 60_000 } },
    reporters: ['default', './scripts/reporter.ts'],
  },
})
