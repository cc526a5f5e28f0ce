import { fileURLToPath } from 'node:url'
import type { Plugin } from '../contract/plugin.ts'
import type { Database } from './database.ts'

/**
 * Migrates core, then each plugin that has tables, while no other process does. Each has a ledger of its own: drizzle skips
 * a migration that is older than the last one in its ledger, so a shared one would lose a plugin that is added later.
 */
export async function migrate(database: Database, plugins: readonly Plugin[]): Promise<void> {
  await database.exclusively(async () => {
    await run(database, 'core', new URL('../../migrations', import.meta.url))
    for (const plugin of plugins) {
      if (plugin.migrations) await run(database, plugin.id, plugin.migrations)
    }
  })
}

function run(database: Database, owner: string, folder: URL): Promise<void> {
  return database.migrate({
    migrationsFolder: fileURLToPath(folder),
    migrationsSchema: 'security_info_migrations',
    migrationsTable: owner.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
  })
}
