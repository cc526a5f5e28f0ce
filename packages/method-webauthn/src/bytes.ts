import { isoBase64URL } from '@simplewebauthn/server/helpers'

/** What the library calls its bytes: an `ArrayBuffer` of their own below them. */
export type Bytes = Uint8Array<ArrayBuffer>

/** The bytes of a base64url text that has passed `isBase64Url`. */
export function fromBase64Url(text: string): Bytes {
  return isoBase64URL.toBuffer(text)
}

export function toBase64Url(bytes: Uint8Array): string {
  return isoBase64URL.fromBuffer(Uint8Array.from(bytes))
}

/**
 * Whether a text is base64url without padding, and the one spelling of its bytes: with two spellings of one credential id,
 * it could be registered twice.
 */
export function isBase64Url(text: string): boolean {
  return /^[A-Za-z0-9_-]+$/.test(text) && text.length % 4 !== 1 && toBase64Url(fromBase64Url(text)) === text
}

export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index])
}

export async function sha256(bytes: Bytes): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
}
