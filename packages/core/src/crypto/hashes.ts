import type { Hashes } from '../contract/plugin.ts'
import type { SlowHash } from './slow-hash.ts'

/** Slow hashes with a pepper (NIST SP 800-63B-4 3.1.1.2): without it a stolen hash can't be tried at all. */
export function createHashes(slowHash: SlowHash, pepper: () => Promise<Uint8Array>): Hashes {
  return {
    hash: async (secret) => slowHash.hash(secret.reveal(), await pepper()),
    matches: async (hashed, secret) => slowHash.matches(hashed, secret.reveal(), await pepper()),
  }
}
