/** One migrated template for each driver, made by the first test of the run that needs it and shared by all processes. */
import { existsSync, openAsBlob } from 'node:fs'
import { rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { migrate } from '@security-info/core'
import { installClock } from './clock.ts'
import type { DriverDatabase } from './driver.ts'
import { partitionByUser } from './partitions.ts'
import { openPglite } from './pglite.ts'
import { onServer, openPostgres, siblingUrl } from './postgres.ts'
import type { TestRun } from './run.ts'
import { recordStatements } from './statements.ts'

const templateDatabase = 'security_info_template'

/** The name of the migrated database on the run's server: for `CREATE DATABASE … TEMPLATE`. */
export async function postgresTemplate(run: TestRun): Promise<string> {
  await oneAtATime(run, 1, async (query) => {
    const [found] = await query(`SELECT FROM pg_database WHERE datname = '${templateDatabase}'`)
    if (found) return
    // Under another name until it is finished, so that a failed migration leaves no half-made template behind.
    await query(`DROP DATABASE IF EXISTS ${templateDatabase}_unfinished WITH (FORCE)`)
    await query(`CREATE DATABASE ${templateDatabase}_unfinished`)
    const url = siblingUrl(run.postgresUrl, `${templateDatabase}_unfinished`)
    const template = openPostgres(url, recordStatements().logger)
    try {
      await prepare(template)
      if (run.partitions !== undefined) await partitionByUser(template, run.partitions)
    } finally {
      await template.close()
    }
    await query(`ALTER DATABASE ${templateDatabase}_unfinished RENAME TO ${templateDatabase}`)
  })
  return templateDatabase
}

/** The data directory of a migrated PGlite. Not compressed: that would cost more than it saves. */
export async function pgliteTemplate(run: TestRun): Promise<Blob> {
  const file = join(run.directory, 'pglite.tar')
  await oneAtATime(run, 2, async () => {
    if (existsSync(file)) return
    const template = await openPglite(recordStatements().logger)
    try {
      await prepare(template)
      await writeFile(`${file}.unfinished`, (await template.client.dumpDataDir('none')).stream())
    } finally {
      await template.close()
    }
    await rename(`${file}.unfinished`, file)
  })
  return openAsBlob(file)
}

async function prepare(template: DriverDatabase): Promise<void> {
  await migrate(template, [])
  await installClock(template)
}

/** The run's server also keeps its processes apart, for both drivers. A lock ends with the connection, however that ends. */
async function oneAtATime(
  run: TestRun,
  lock: number,
  work: (query: (statement: string) => PromiseLike<readonly object[]>) => Promise<void>,
): Promise<void> {
  await onServer(run.postgresUrl, async (server) => {
    await server`SELECT pg_advisory_lock(${lock})`
    await work((statement) => server.unsafe(statement))
  })
}
