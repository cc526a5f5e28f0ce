import { randomBytes } from 'node:crypto'
import { type SQL, sql } from 'drizzle-orm'
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
/** Where each is sealed for. */
const at = (name: string) => place('sealed_secret', 'nobody', name)

/** Makes those that are not there yet; not a first version that was taken away: another one would open nothing. */
export async function createOwnSecrets(db: Db, ring: KeyRing): Promise<void> {
  for (const name of NAMES) {
    await db.execute(sql`
      insert into security_info.sealed_secret (name, value)
      select ${text(name)}, ${newSecret(ring, name)}
      where not exists (select from security_info.sealed_secret where name like ${text(`${name}/%`)})
      on conflict (name) do nothing`)
  }
}

/** A new key, sealed for the row of this name. */
export function newSecret(ring: KeyRing, name: string): SQL {
  return bytes(ring.seal(randomBytes(BYTES), at(name)))
}

/** Reads a key when it is first needed, and once. */
export function ownSecret(db: Db, ring: KeyRing, name: OwnSecret): () => Promise<Uint8Array> {
  let key: Uint8Array | undefined
  return async () => {
    key ??= await readSecret(db, ring, name)
    if (!key) throw missing(name)
    return key
  }
}

/** The key in a row, by its name. */
export async function readSecret(db: Db, ring: KeyRing, name: string): Promise<Uint8Array | undefined> {
  const row = await maybeRow<{ value: Uint8Array }>(
    db,
    sql`select value from security_info.sealed_secret where name = ${name}`,
  )
  return row && openSecret(ring, name, row.value)
}

export function openSecret(ring: KeyRing, name: string, value: Uint8Array): Uint8Array {
  return ring.open(value, at(name))
}

export function missing(name: OwnSecret): Error {
  return new Error(`The gateway's own key "${name}" is missing; run the migration first.`)
}
