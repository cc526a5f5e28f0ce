import { hash, verify } from '@node-rs/argon2'
import type { Hashes } from '../contract/plugin.ts'

/** OWASP Password Storage: argon2id (the library's default variant), 19 MiB, 2 passes, 1 lane. */
export const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const

/** Slow hashes with a pepper (NIST SP 800-63B-4 3.1.1.2): without it a stolen hash can't be tried at all. */
export function createHashes(pepper: () => Promise<Uint8Array>): Hashes {
  return {
    hash: async (secret) => hash(secret.reveal(), { ...COST, secret: await pepper() }),
    matches: async (hashed, secret) => verify(hashed, secret.reveal(), { secret: await pepper() }),
  }
}
