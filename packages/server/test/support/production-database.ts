import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generateKey } from '@security-info/core'
import { openTestDatabase, type TestDatabase } from '@security-info/testing'

/** What an operator has: an empty database on a real PostgreSQL, keys, and a configuration file that names one method. */
export interface ProductionDatabase {
  readonly database: TestDatabase
  /** What the commands read; a test may change it for those that follow. */
  readonly env: Record<string, string>
  close(): Promise<void>
}

const document = { organisation: { name: 'X' }, methods: { totp: {} }, policy: { twoFactor: 'off' } }

export async function productionDatabase(): Promise<ProductionDatabase> {
  const folder = await mkdtemp(join(tmpdir(), 'security-info-production-'))
  const database = await openTestDatabase('postgres', { empty: true })
  const config = join(folder, 'config.json')
  await writeFile(config, JSON.stringify(document))
  return {
    database,
    env: {
      DATABASE_URL: database.url ?? '',
      SECURITY_INFO_KEYS: generateKey('2026-01'),
      SECURITY_INFO_PUBLIC_URL: 'http://localhost:4000',
      SECURITY_INFO_CONFIG: config,
    },
    async close() {
      await database.close()
      await rm(folder, { recursive: true })
    },
  }
}
