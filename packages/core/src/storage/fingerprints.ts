import { createHmac, randomBytes } from 'node:crypto'
import { sql } from 'drizzle-orm'
import type { KeyRing } from '../crypto/key-ring.ts'
import { place } from '../crypto/sealing.ts'
import { type Db, maybeRow } from './database.ts'
import { bytes, text } from './sql.ts'

/**
 * Keyed hashes of values that are only ever compared: credential ids, devices, unknown identifiers. Their key is made once
 * and lies in the database, sealed with the key ring. So rotating the ring rewraps it like everything else, and what is
 * unique stays unique: a hash under the ring's own key would change with it.
 */
export interface Fingerprints {
  of(scope: string, value: string): Promise<string>
}

const NAME = 'fingerprint'
const KEY_BYTES = 32
const at = place('sealed_secret', 'nobody', NAME)

/** Makes the key where there is none yet. */
export async function createFingerprintKey(db: Db, ring: KeyRing): Promise<void> {
  await db.execute(sql`
    insert into security_info.sealed_secret (name, value)
    select ${text(NAME)}, ${bytes(ring.seal(randomBytes(KEY_BYTES), at))}
    on conflict (name) do nothing`)
}

/** Reads the key when it is first needed, and once. */
export function createFingerprints(db: Db, ring: KeyRing): Fingerprints {
  let key: Uint8Array | undefined
  const read = async () => {
    const row = await maybeRow<{ value: Uint8Array }>(
      db,
      sql`select value from security_info.sealed_secret where name = ${NAME}`,
    )
    if (!row) throw new Error('The fingerprint key is missing; run the migration first.')
    return ring.open(row.value, at)
  }
  return {
    async of(scope, value) {
      key ??= await read()
      return createHmac('sha256', key).update(scope).update('\0').update(value).digest('base64url')
    },
  }
}
