import { randomBytes } from 'node:crypto'
import { sql } from 'drizzle-orm'
import type { KeyRing } from '../crypto/key-ring.ts'
import { place } from '../crypto/sealing.ts'
import { type Db, maybeRow } from './database.ts'
import { bytes, text } from './sql.ts'

/**
 * Keys of the gateway itself: made once, kept in the database, sealed with the key ring. So rotating the ring rewraps them like
 * everything else, and what was made with them stays good: a hash under the ring's own key would change with it.
 */
export type OwnSecret = 'fingerprint' | 'pepper' | 'audit'

const NAMES: readonly OwnSecret[] = ['fingerprint', 'pepper', 'audit']
const BYTES = 32
const at = (name: OwnSecret) => place('sealed_secret', 'nobody', name)

/** Makes those that are not there yet. */
export async function createOwnSecrets(db: Db, ring: KeyRing): Promise<void> {
  for (const name of NAMES) {
    await db.execute(sql`
      insert into security_info.sealed_secret (name, value)
      select ${text(name)}, ${bytes(ring.seal(randomBytes(BYTES), at(name)))}
      on conflict (name) do nothing`)
  }
}

/** Reads a key when it is first needed, and once. */
export function ownSecret(db: Db, ring: KeyRing, name: OwnSecret): () => Promise<Uint8Array> {
  let key: Uint8Array | undefined
  return async () => {
    if (key) return key
    const row = await maybeRow<{ value: Uint8Array }>(
      db,
      sql`select value from security_info.sealed_secret where name = ${name}`,
    )
    if (!row) throw new Error(`The gateway's own key "${name}" is missing; run the migration first.`)
    key = ring.open(row.value, at(name))
    return key
  }
}
