import { createHash, randomBytes } from 'node:crypto'
import { Secret } from './secret.ts'

/**
 * Session tokens: 16 bytes that name the person (the partition to look in; proof of nothing) and 256 random bits.
 * The prefix lets secret scanners recognise one. Stored as SHA-256: at 256 bits there is nothing to guess
 * (ASVS 11.5.1, 6.5.2).
 */
const PREFIX = 'si_'
const UNDO_PREFIX = 'su_'
const FLOW_PREFIX = 'sf_'
const RESET_PREFIX = 'sr_'
const DEVICE_PREFIX = 'sd_'
const SECRET_BYTES = 32

interface NewToken {
  readonly token: Secret
  readonly hash: Uint8Array
}

export function newToken(userId: string): NewToken {
  const body = Buffer.concat([Buffer.from(userId.replaceAll('-', ''), 'hex'), randomBytes(SECRET_BYTES)])
  return { token: new Secret(PREFIX + body.toString('base64url')), hash: digest(body) }
}

/** What to look a token up by, or `undefined` where it can't be one. */
export function readToken(token: string): { readonly userId: string; readonly hash: Uint8Array } | undefined {
  if (!/^si_[A-Za-z0-9_-]{64}$/.test(token)) return undefined
  const body = Buffer.from(token.slice(PREFIX.length), 'base64url')
  return { userId: uuidFrom(body), hash: digest(body) }
}

/** The first 16 bytes as a UUID. */
export function uuidFrom(bytes: Uint8Array): string {
  const hex = Buffer.from(bytes.subarray(0, 16)).toString('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}

function digest(body: Uint8Array): Uint8Array {
  return createHash('sha256').update(body).digest()
}

/** Tokens of other kinds have prefixes of their own, so that one is never taken for another. */
function newPrefixed(prefix: string, userId: string): NewToken {
  const { token, hash } = newToken(userId)
  return { token: new Secret(token.reveal().replace(PREFIX, prefix)), hash }
}
const readPrefixed = (prefix: string, token: string) =>
  token.startsWith(prefix) ? readToken(PREFIX + token.slice(prefix.length)) : undefined

/** Of a "this wasn't me" link. */
export const newUndoToken = (userId: string) => newPrefixed(UNDO_PREFIX, userId)
export const readUndoToken = (token: string) => readPrefixed(UNDO_PREFIX, token)

/** Of a flow that nobody has signed in to yet. */
export const newFlowToken = (userId: string) => newPrefixed(FLOW_PREFIX, userId)
export const readFlowToken = (token: string) => readPrefixed(FLOW_PREFIX, token)

/** Of a password reset. */
export const newResetToken = (userId: string) => newPrefixed(RESET_PREFIX, userId)
export const readResetToken = (token: string) => readPrefixed(RESET_PREFIX, token)

/** Of a remembered device. */
export const newDeviceToken = (userId: string) => newPrefixed(DEVICE_PREFIX, userId)
export const readDeviceToken = (token: string) => readPrefixed(DEVICE_PREFIX, token)
