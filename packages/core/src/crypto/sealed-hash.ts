import { hash, verify } from '@node-rs/argon2'
import { z } from 'zod'
import { COST } from './hashes.ts'
import type { KeyRing } from './key-ring.ts'
import { openJson, sealJson } from './sealing.ts'
import type { Secret } from './secret.ts'

/** NIST SP 800-63B-4 3.1.1.2: one normal form, so that the same password typed on another keyboard is the same. */
const normal = (secret: Secret) => secret.reveal().normalize('NFKC')

/** argon2id, sealed for one place: without the key ring, a stolen table can't be tried at all. */
export async function sealHash(ring: KeyRing, at: string, secret: Secret): Promise<Uint8Array> {
  return sealJson(ring, await hash(normal(secret), COST), at)
}

/**
 * Compares a secret with what is stored. Without a stored one (unknown person, account without password) the same work
 * is done on a decoy, so that the answer takes as long (H4).
 */
export async function hashMatches(
  ring: KeyRing,
  at: string,
  stored: Uint8Array | null | undefined,
  secret: Secret,
): Promise<boolean> {
  const known = stored && openJson(ring, stored, at, z.string())
  decoy ??= hash('decoy', COST)
  const matches = await verify(known ?? (await decoy), normal(secret))
  return matches && Boolean(known)
}

let decoy: Promise<string> | undefined
