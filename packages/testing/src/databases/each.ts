import { afterAll, describe } from 'vitest'
import type { Driver } from './driver.ts'
import { openTestDatabase, type TestDatabase, type TestDatabaseOptions } from './open.ts'

/** Opens a database of the block's driver; it is closed after the block's last test. */
export type OpenDatabase = (options?: TestDatabaseOptions) => Promise<TestDatabase>

const titles: Readonly<Record<Driver, string>> = { pglite: 'PGlite', postgres: 'PostgreSQL' }

/** A `describe` block, once for PGlite and once for real PostgreSQL. Open databases in hooks or tests, not in the block. */
export function eachDatabase(name: string, define: (open: OpenDatabase, driver: Driver) => void): void {
  for (const driver of ['pglite', 'postgres'] as const) {
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
