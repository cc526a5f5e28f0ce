import type { Database } from '@security-info/core'
import { openPglite } from './databases/pglite.ts'
import { openPostgres } from './databases/postgres.ts'

/** Where the data is: on a PostgreSQL server, or in a directory of the embedded one. */
export type DatabaseLocation = { readonly url: string } | { readonly directory: string }

/**
 * Opens the database. @throws ConfigurationFault where a server can't be used; DatabaseInUse where another process has
 * the embedded one open.
 */
export function openDatabase(location: DatabaseLocation): Promise<Database> {
  return 'url' in location ? openPostgres(location.url) : openPglite(location.directory)
}
