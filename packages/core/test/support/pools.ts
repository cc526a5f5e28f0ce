import type { TestDatabase } from '@security-info/testing'
import { drizzle } from 'drizzle-orm/postgres-js'

/**
 * The same database through a second pool, as a second process has it. PGlite can't be shared: there it is the same
 * connection, and the gateways alone are two.
 */
export function secondPool(database: TestDatabase): TestDatabase {
  if (database.url === undefined) return database
  const db = drizzle({ connection: { url: database.url, max: 10, onnotice: () => undefined } })
  return { ...database, db, close: () => db.$client.end({ timeout: 1 }) }
}
