import type { Logger } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/postgres-js'
import { migrate } from 'drizzle-orm/postgres-js/migrator'
import postgres from 'postgres'
import type { DriverDatabase, Row } from './driver.ts'

/** The same for all who migrate: any number will do. */
const migrationLock = 7_433_211

/** A pool of at most ten connections. */
export function openPostgres(url: string, logger: Logger): DriverDatabase {
  const client = postgres(url, { max: 10, onnotice: () => undefined })
  const db = drizzle(client, { logger })
  return {
    db,
    url,
    migrate: (config) => migrate(db, config),
    exclusively: async (work) => {
      // The lock belongs to a connection, so it needs one of its own; the migrator takes others from the pool.
      const connection = await client.reserve()
      try {
        await connection`SELECT pg_advisory_lock(${migrationLock})`
        return await work()
      } finally {
        await connection`SELECT pg_advisory_unlock(${migrationLock})`
        connection.release()
      }
    },
    query: (statement) => client.unsafe<Row[]>(statement),
    close: () => client.end({ timeout: 1 }),
  }
}

/** Runs statements as superuser in the server's own database, over a connection made for it. */
export async function onServer<T>(url: string, work: (server: postgres.Sql) => Promise<T>): Promise<T> {
  const server = postgres(url, { max: 1, onnotice: () => undefined })
  try {
    return await work(server)
  } finally {
    await server.end({ timeout: 1 })
  }
}

/** The URL of another database on the same server. */
export function siblingUrl(url: string, database: string): string {
  return Object.assign(new URL(url), { pathname: `/${database}` }).href
}
