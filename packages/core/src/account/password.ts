import { type Hashing, hashMatches, sealHash } from '../crypto/sealed-hash.ts'
import { place } from '../crypto/sealing.ts'
import type { Secret } from '../crypto/secret.ts'

const at = (userId: string) => place('account', userId, 'password')

/** Hashes a password and seals the hash. */
export function sealPassword(hashing: Hashing, userId: string, password: Secret): Promise<Uint8Array> {
  return sealHash(hashing, at(userId), password)
}

/** Compares a password with what is stored, in the same time where nothing is. */
export function passwordMatches(
  hashing: Hashing,
  userId: string,
  stored: Uint8Array | null | undefined,
  password: Secret,
): Promise<boolean> {
  return hashMatches(hashing, at(userId), stored, password)
}
