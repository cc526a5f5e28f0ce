import { rmSync } from 'node:fs'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { startPostgresServer } from './databases/postgres-server.ts'
import { quickDirectory } from './databases/quick-directory.ts'
import type { DatabaseChoice } from './databases/run.ts'

/** What is needed of vitest; programs that are no tests hand in the first alone. */
type Run = Pick<TestProject, 'provide'> & Partial<Pick<TestProject, 'getProvidedContext'>>

/**
 * For vitest's `globalSetup`: starts the run's PostgreSQL, and returns what stops it and removes all its files.
 * Both happen once for a run, also when tests fail.
 */
export async function setup(project: Run): Promise<() => Promise<void>> {
  const directory = await mkdtemp(join(tmpdir(), 'security-info-test-'))
  const data = await quickDirectory(tmpdir())
  const directories = [directory, data]
  // An interrupted run has no teardown; and a signal that nobody handles ends the process without `exit`.
  const removeNow = () => {
    for (const one of directories) rmSync(one, { recursive: true, force: true, maxRetries: 5 })
  }
  const exitNow = (_name: string, signal: number) => process.exit(128 + signal)
  process.once('exit', removeNow)
  process.once('SIGTERM', exitNow).once('SIGHUP', exitNow)
  // PostgreSQL may have to run as another user than this process.
  for (const one of directories) await chmod(one, 0o711)
  // Not there where the vitest configuration says nothing of it.
  const choice: Partial<DatabaseChoice> | undefined = project.getProvidedContext?.().securityInfoDatabases
  const server = await startPostgresServer(directory, { data, programs: choice?.postgres })
  const partitions = choice?.partitions
  project.provide('securityInfoTestRun', {
    postgresUrl: server.url,
    directory,
    ...(partitions === undefined ? {} : { partitions }),
  })
  return async () => {
    await server.stop()
    await Promise.all(directories.map((one) => rm(one, { recursive: true, force: true })))
    process.off('exit', removeNow).off('SIGTERM', exitNow).off('SIGHUP', exitNow)
  }
}
