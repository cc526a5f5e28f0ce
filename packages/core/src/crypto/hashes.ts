import type { Hashes } from '../contract/plugin.ts'
import type { Peppers } from '../storage/peppers.ts'
import type { SlowHash } from './slow-hash.ts'

/** `pepper/2$argon2id$…`. Without a version it is the first: so were hashes written before there were others, and so they still are. */
const VERSIONED = /^pepper\/([1-9][0-9]{0,8})(\$.*)$/s

/**
 * Slow hashes with a pepper (NIST SP 800-63B-4 3.1.1.2): without it a stolen hash can't be tried at all. Each says which version of
 * the pepper made it, so that one that has leaked can be replaced.
 */
export function createHashes(slowHash: SlowHash, peppers: Peppers): Hashes {
  return {
    async hash(secret) {
      const { version, key } = await peppers.newest()
      const hashed = await slowHash.hash(secret.reveal(), key)
      return version === 1 ? hashed : `pepper/${version}${hashed}`
    },
    async matches(hash, secret) {
      const { version, hashed } = read(hash)
      return slowHash.matches(hashed, secret.reveal(), await peppers.of(version))
    },
    // Never of a newer one: a process that has not noticed it yet must not go back to an older.
    isOutdated: async (hash) => read(hash).version < (await peppers.newest()).version,
  }
}

function read(hash: string): { readonly version: number; readonly hashed: string } {
  const [, version = '1', hashed = hash] = VERSIONED.exec(hash) ?? []
  return { version: Number(version), hashed }
}
