import { afterAll, describe } from 'vitest'
import type { Driver } from './driver.ts'
import { openTestDatabase, type TestDatabase, type TestDatabaseOptions } from './open.ts'
import { databaseChoice } from './run.ts'

/** Opens a database of the block's driver; it is closed after the block's last test. */
export type OpenDatabase = (options?: TestDatabaseOptions) => Promise<TestDatabase>

const titles: Readonly<Record<Driver, string>> = { pglite: 'PGlite', postgres: 'PostgreSQL' }

const both: readonly Driver[] = ['pglite', 'postgres']

/**
 * A `describe` block, once for PGlite and once for real PostgreSQL, or for those of them that the run is on. With `always` it is
 * for both, whatever the run is on. Open databases in hooks or tests, not in the block.
 */
export function eachDatabase(
  name: string,
  define: (open: OpenDatabase, driver: Driver) => void,
  { always = false }: { readonly always?: boolean } = {},
): void {
  const drivers = always ? both : (databaseChoice().drivers ?? both)
  for (const driver of drivers) {
    describe(`${name} (${titles[driver]})`, () => {
      const opened: TestDatabase[] = []
      afterAll(async () => {
        await Promise.all(opened.map((database) => database.close()))
      })
      define(async (options) => {
        const database = await openTestDatabase(driver, options)
        opened.push(database)
        return database
      }, driver)
    })
  }
}
