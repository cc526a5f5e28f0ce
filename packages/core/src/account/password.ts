import { hash, verify } from '@node-rs/argon2'
import { z } from 'zod'
import type { KeyRing } from '../crypto/key-ring.ts'
import { openJson, place, sealJson } from '../crypto/sealing.ts'
import type { Secret } from '../crypto/secret.ts'
import type { Policy } from '../policy/document.ts'

/** OWASP Password Storage: argon2id (the library's default variant), 19 MiB, 2 passes, 1 lane. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const

/** NIST SP 800-63B-4 3.1.1: 15 where it can be the only factor, 8 with a second one; any characters, nothing cut off. */
const MIN_CHARACTERS_ALONE = 15
const MIN_CHARACTERS = 8
const MAX_CHARACTERS = 256

/** NIST SP 800-63B-4 3.1.1.2: one normal form, so that the same password typed on another keyboard is the same. */
const normal = (password: Secret) => password.reveal().normalize('NFKC')

/** What is wrong with a new password, in words, or `undefined`. */
export function passwordProblem(
  password: Secret,
  identifier: string,
  policy: Pick<Policy, 'twoFactor'>,
): string | undefined {
  const text = normal(password)
  const length = [...text].length
  const least = policy.twoFactor === 'required' ? MIN_CHARACTERS : MIN_CHARACTERS_ALONE
  if (length < least) return `The password has ${length} characters; at least ${least} are needed.`
  if (length > MAX_CHARACTERS)
    return `The password has ${length} characters; at most ${MAX_CHARACTERS} are possible.`
  const name = identifier.toLowerCase().split('@')[0] ?? ''
  if (name.length > 3 && text.toLowerCase().includes(name)) {
    return "The password contains the name of the account; choose one that can't be guessed from it."
  }
  return undefined
}

/** Hashes a password and seals the hash: without the key ring, a stolen table can't be tried at all. */
export async function sealPassword(ring: KeyRing, userId: string, password: Secret): Promise<Uint8Array> {
  return sealJson(ring, await hash(normal(password), COST), place('account', userId, 'password'))
}

/**
 * Compares a password with what is stored. Without a stored one (unknown person, account without password) the same work
 * is done on a decoy, so that the answer takes as long.
 */
export async function passwordMatches(
  ring: KeyRing,
  userId: string,
  stored: Uint8Array | undefined,
  password: Secret,
): Promise<boolean> {
  const known = stored && openJson(ring, stored, place('account', userId, 'password'), z.string())
  decoy ??= hash('decoy', COST)
  const matches = await verify(known ?? (await decoy), normal(password))
  return matches && known !== undefined
}

let decoy: Promise<string> | undefined
