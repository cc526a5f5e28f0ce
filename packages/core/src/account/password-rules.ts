import { Secret } from '../crypto/secret.ts'
import type { Policy } from '../policy/document.ts'
import { commonPasswords } from './common-passwords.ts'

/** NIST SP 800-63B-4 3.1.1: 15 where it can be the only factor, 8 with a second one; any characters, nothing cut off. */
const MIN_CHARACTERS_ALONE = 15
const MIN_CHARACTERS = 8
const MAX_CHARACTERS = 256

/** Why a new password is refused: a code with a text for people, and what fills its braces. */
export interface PasswordProblem {
  readonly code: `password.${string}`
  readonly values: Readonly<Record<string, string | number>>
}

/** Whose password it is to be: what others know of them is no secret. */
export interface PasswordOwner {
  readonly identifier: string
  readonly displayName: string
}

/** What a password is checked against, beside the person. */
export interface PasswordChecks {
  readonly organisation: string
  /** Whether it is known from a breach: by default nothing is asked. */
  readonly isBreached: (password: Secret) => Promise<boolean>
}

/**
 * What is wrong with a new password, or `undefined`. Nothing is asked of which characters it is made of (NIST SP 800-63B-4
 * 3.1.1.2); it is compared as a whole with what is guessed first, and with what was found in breaches.
 */
export async function passwordProblem(
  password: Secret,
  owner: PasswordOwner,
  policy: Pick<Policy, 'twoFactor'>,
  { organisation, isBreached }: PasswordChecks,
): Promise<PasswordProblem | undefined> {
  const text = password.reveal().normalize('NFKC')
  const length = [...text].length
  const least = policy.twoFactor === 'required' ? MIN_CHARACTERS : MIN_CHARACTERS_ALONE
  if (length < least) return problem('password.tooShort', { length, least })
  if (length > MAX_CHARACTERS) return problem('password.tooLong', { length, most: MAX_CHARACTERS })
  const plain = text.toLowerCase()
  if (containsName(plain, owner)) return problem('password.containsName')
  if (isContextWord(plain, organisation)) return problem('password.containsOrganisation', { organisation })
  if (isCommon(plain)) return problem('password.common')
  if (isRepetition(plain)) return problem('password.repetition')
  return (await isBreached(new Secret(text))) ? problem('password.breached') : undefined
}

const problem = (code: PasswordProblem['code'], values: PasswordProblem['values'] = {}): PasswordProblem => ({
  code,
  values,
})

/** Their own name, or the part of it before the @, whole or with something around it. */
function containsName(plain: string, { identifier, displayName }: PasswordOwner): boolean {
  const names = [identifier.split('@')[0] ?? '', displayName, ...displayName.split(/\s+/)]
  return names
    .map((name) => name.normalize('NFKC').toLowerCase())
    .some((name) => name.length > 3 && plain.includes(name))
}

/** As it is, or with a few digits and signs behind it, which are what is tried next. */
function isCommon(plain: string): boolean {
  return commonPasswords().has(plain) || commonPasswords().has(plain.replace(/[^\p{L}]{1,4}$/u, ''))
}

/** ASVS 6.2.11: the organisation's name with little more than a number behind it. */
function isContextWord(plain: string, organisation: string): boolean {
  const squeeze = (text: string) => text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '')
  const words = [organisation, ...organisation.split(/\s+/), 'security info'].map(squeeze)
  const core = squeeze(plain).replace(/^\p{N}+|\p{N}+$/gu, '')
  return words.some((word) => word.length > 3 && core === word)
}

/** `aaaaaaaa`, `abababab`, `passwordpassword`: as weak as what is repeated. */
function isRepetition(plain: string): boolean {
  return (
    /^(.{1,4})\1+$/su.test(plain) ||
    (/^(.+)\1+$/su.test(plain) && commonPasswords().has(plain.replace(/^(.+?)\1+$/su, '$1')))
  )
}
