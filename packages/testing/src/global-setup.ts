import { rmSync } from 'node:fs'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { startPostgresServer } from './databases/postgres-server.ts'
import type { DatabaseChoice } from './databases/run.ts'

/**
 * For vitest's `globalSetup`: starts the run's PostgreSQL, and returns what stops it and removes all its files.
 * Both happen once for a run, also when tests fail.
 */
export async function setup(project: Pick<TestProject, 'provide' | 'getProvidedContext'>): Promise<() => Promise<void>> {
  const directory = await mkdtemp(join(tmpdir(), 'security-info-test-'))
  // An interrupted run has no teardown; and a signal that nobody handles ends the process without `exit`.
  const removeNow = () => rmSync(directory, { recursive: true, force: true })
  const exitNow = (_name: string, signal: number) => process.exit(128 + signal)
  process.once('exit', removeNow)
  process.once('SIGTERM', exitNow).once('SIGHUP', exitNow)
  // PostgreSQL may have to run as another user than this process.
  await chmod(directory, 0o711)
  // Not there where the vitest configuration says nothing of it.
  const choice: Partial<DatabaseChoice> | undefined = project.getProvidedContext().securityInfoDatabases
  const server = await startPostgresServer(directory, choice?.postgres)
  const partitions = choice?.partitions
  project.provide('securityInfoTestRun', {
    postgresUrl: server.url,
    directory,
    ...(partitions === undefined ? {} : { partitions }),
  })
  return async () => {
    await server.stop()
    await rm(directory, { recursive: true, force: true })
    process.off('exit', removeNow).off('SIGTERM', exitNow).off('SIGHUP', exitNow)
  }
}
