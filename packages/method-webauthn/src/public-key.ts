import { type Refusal, refuse } from '@security-info/core'
import { decodeCredentialPublicKey } from '@simplewebauthn/server/helpers'
import { type Bytes, toBase64Url } from './bytes.ts'

/**
 * The algorithms that may sign, best first: Ed25519, ECDSA on P-256, RSA. Named here and not left to the library, which
 * offers more as soon as the runtime can do more.
 */
export const ALGORITHMS: readonly number[] = [-8, -7, -257]

/** A key that was read: its COSE algorithm, and the same key as WebAuthn's `getPublicKey()` gives it. */
export interface PublicKey {
  readonly algorithm: number
  readonly spki: Uint8Array
}

/** Labels and values of COSE keys (RFC 9052 7, RFC 9053 7, RFC 8230 4). */
const KTY = 1
const ALG = 3
const CRV_OR_N = -1
const X_OR_E = -2
const Y = -3
const OKP = 1
const EC2 = 2
const RSA = 3
/** The curve that belongs to an algorithm: WebAuthn 5.8.5 leaves no choice. */
const CURVES: Readonly<Record<number, { readonly id: number; readonly name: string }>> = {
  [-8]: { id: 6, name: 'Ed25519' },
  [-7]: { id: 1, name: 'P-256' },
  [-35]: { id: 2, name: 'P-384' },
  [-36]: { id: 3, name: 'P-521' },
}
/** The algorithms whose signatures are DER (WebAuthn 6.5.5). */
export const ECDSA: readonly unknown[] = [-7, -35, -36]
/** NIST SP 800-57 part 1, 5.6.1: 2048 bits are 112 bits of strength. */
const RSA_BYTES = 256

/** WebAuthn 7.1 step 20, and whether it is a key at all: without attestation nothing has been signed with it yet. */
export async function readPublicKey(
  bytes: Bytes,
  algorithms: readonly number[],
): Promise<PublicKey | Refusal<'webauthn'>> {
  const path = ['response', 'attestationObject']
  const key = decode(bytes)
  const algorithm = key.get(ALG)
  if (typeof algorithm !== 'number' || !algorithms.includes(algorithm)) {
    const came = typeof algorithm === 'number' ? algorithm : 'none'
    return refuse('webauthn.algorithm', { path, values: { came, expected: algorithms.join(', ') } })
  }
  const spki = await importKey(key, algorithm)
  return spki ? { algorithm, spki } : refuse('webauthn.publicKey', { path })
}

/** Whether a registered key signs with ECDSA. */
export function isEcdsa(bytes: Bytes): boolean {
  return ECDSA.includes(decode(bytes).get(ALG))
}

/** The key as SPKI; `undefined` where it is none, such as a point that is not on the curve. */
async function importKey(
  key: ReadonlyMap<number, unknown>,
  algorithm: number,
): Promise<Uint8Array | undefined> {
  const given = jsonWebKey(key, algorithm)
  if (!given) return undefined
  try {
    const imported = await crypto.subtle.importKey('jwk', given.jwk, given.parameters, true, ['verify'])
    return new Uint8Array(await crypto.subtle.exportKey('spki', imported))
  } catch {
    return undefined
  }
}

function jsonWebKey(key: ReadonlyMap<number, unknown>, algorithm: number) {
  const [first, second, third] = [CRV_OR_N, X_OR_E, Y].map((label) => key.get(label))
  const curve = CURVES[algorithm]
  if (!(second instanceof Uint8Array)) return undefined
  if (key.get(KTY) === RSA && !curve) {
    if (!(first instanceof Uint8Array) || first.length < RSA_BYTES) return undefined
    const jwk = { kty: 'RSA', n: toBase64Url(first), e: toBase64Url(second) }
    return { jwk, parameters: { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' } }
  }
  if (first !== curve?.id || !curve) return undefined
  const x = toBase64Url(second)
  if (key.get(KTY) === OKP) {
    return { jwk: { kty: 'OKP', crv: curve.name, x }, parameters: { name: curve.name } }
  }
  if (key.get(KTY) !== EC2 || !(third instanceof Uint8Array)) return undefined
  const jwk = { kty: 'EC', crv: curve.name, x, y: toBase64Url(third) }
  return { jwk, parameters: { name: 'ECDSA', namedCurve: curve.name } }
}

function decode(bytes: Bytes): ReadonlyMap<number, unknown> {
  try {
    const key: unknown = decodeCredentialPublicKey(bytes)
    return key instanceof Map ? key : new Map()
  } catch {
    return new Map()
  }
}
