import { mkdirSync } from 'node:fs'
import { PGlite } from '@electric-sql/pglite'
import type { Database } from '@security-info/core'
import { drizzle } from 'drizzle-orm/pglite'
import { migrate } from 'drizzle-orm/pglite/migrator'
import { lockFile } from './lock.ts'

/**
 * The embedded PostgreSQL, kept in a directory. It needs no server and serves one process.
 * @throws DatabaseInUse
 */
export async function openPglite(directory: string): Promise<Database> {
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  const release = lockFile(`${directory}.lock`)
  try {
    const client = await PGlite.create(directory)
    const db = drizzle(client)
    let last: Promise<unknown> = Promise.resolve()
    return {
      db,
      migrate: (config) => migrate(db, config),
      // The lock file keeps other processes out, so a queue within this one is enough.
      exclusively(work) {
        const result = last.then(work)
        last = result.catch(() => undefined)
        return result
      },
      async close() {
        if (!client.closed) await client.close()
        release()
      },
    }
  } catch (error) {
    release()
    throw error
  }
}
