import { z } from 'zod'
import type { KeyRing } from './key-ring.ts'
import { openJson, sealJson } from './sealing.ts'
import type { Secret } from './secret.ts'
import type { SlowHash } from './slow-hash.ts'

/** What hashing and sealing need: the host has both. */
export interface Hashing {
  readonly ring: KeyRing
  readonly slowHash: SlowHash
}

/** NIST SP 800-63B-4 3.1.1.2: one normal form, so that the same password typed on another keyboard is the same. */
const normal = (secret: Secret) => secret.reveal().normalize('NFKC')

/** argon2id, sealed for one place: without the key ring, a stolen table can't be tried at all. */
export async function sealHash({ ring, slowHash }: Hashing, at: string, secret: Secret): Promise<Uint8Array> {
  return sealJson(ring, await slowHash.hash(normal(secret)), at)
}

/**
 * Compares a secret with what is stored. Without a stored one (unknown person, account without password) the same work
 * is done on a decoy, so that the answer takes as long (H4).
 */
export async function hashMatches(
  { ring, slowHash }: Hashing,
  at: string,
  stored: Uint8Array | null | undefined,
  secret: Secret,
): Promise<boolean> {
  const known = stored && openJson(ring, stored, at, z.string())
  const matches = await slowHash.matches(known ?? DECOY, normal(secret))
  return matches && Boolean(known)
}

/** Of nothing anybody knows, at the same cost. */
const DECOY =
  '$argon2id$v=19$m=19456,t=2,p=1$X4tHsP23hPzyUGcBOWal5Q$udVidEzt9BDx+tkGEO7fE6cMo95VQNXDzbq3oixKZos'
