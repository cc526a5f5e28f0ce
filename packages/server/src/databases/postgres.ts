import { ConfigurationFault, type Database } from '@security-info/core'
import { drizzle } from 'drizzle-orm/postgres-js'
import { migrate } from 'drizzle-orm/postgres-js/migrator'
import postgres from 'postgres'

/** Any number does, as long as all nodes use the same. */
const MIGRATION_LOCK = 7_433_210
const OLDEST = 15

/**
 * A PostgreSQL server.
 * @throws ConfigurationFault where it can't be reached or is too old; never with the password
 */
export async function openPostgres(url: string): Promise<Database> {
  const sql = postgres(url, {
    max: 10,
    connect_timeout: 10,
    onnotice: () => {},
    connection: { application_name: 'security-info' },
  })
  try {
    await checkVersion(sql)
  } catch (error) {
    await sql.end({ timeout: 1 })
    throw error
  }
  const db = drizzle(sql)
  return {
    db,
    migrate: (config) => migrate(db, config),
    async exclusively(work) {
      // On a connection of its own: the migrator uses the pool's, and the lock ends with the connection at the latest.
      const holder = await sql.reserve()
      try {
        await holder`SELECT pg_advisory_lock(${MIGRATION_LOCK})`
        try {
          return await work()
        } finally {
          await holder`SELECT pg_advisory_unlock(${MIGRATION_LOCK})`
        }
      } finally {
        holder.release()
      }
    },
    close: () => sql.end({ timeout: 5 }),
  }
}

async function checkVersion(sql: postgres.Sql): Promise<void> {
  const version = await versionOf(sql)
  if (Math.floor(version / 10_000) >= OLDEST) return
  throw fault(
    `it is PostgreSQL ${Math.floor(version / 10_000)}, and ${OLDEST} or newer is needed`,
    'Upgrade the server, or point DATABASE_URL to a newer one.',
  )
}

async function versionOf(sql: postgres.Sql): Promise<number> {
  try {
    const [row] = await sql<
      { version: number }[]
    >`SELECT current_setting('server_version_num')::int AS version`
    return row?.version ?? 0
  } catch (error) {
    const { host, port, database } = sql.options
    const what = error instanceof Error ? error.message : 'it does not answer'
    throw fault(
      `the PostgreSQL server at ${host.join(', ')}:${port.join(', ')} can't be used (database "${database}"): ${what}`,
      'Check that the server runs, and address, user, password and database in DATABASE_URL.',
    )
  }
}

function fault(problem: string, fix: string): ConfigurationFault {
  return new ConfigurationFault([{ where: 'DATABASE_URL', problem, fix }])
}
