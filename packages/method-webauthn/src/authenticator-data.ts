import { type Refusal, refuse } from '@security-info/core'
import { isoCBOR, parseAuthenticatorData } from '@simplewebauthn/server/helpers'
import { type Bytes, sameBytes, sha256 } from './bytes.ts'
import type { RelyingParty, WebauthnPolicy } from './policy.ts'

/** What the authenticator says, and signs (WebAuthn 6.1). */
export type AuthenticatorData = ReturnType<typeof parseAuthenticatorData>

/** An attestation object (WebAuthn 6.5.4), with its authenticator data read. */
export interface Attestation {
  readonly format: string
  readonly statement: ReadonlyMap<string, unknown>
  readonly authData: Bytes
  readonly data: AuthenticatorData
}

/** The data in its parts; `undefined` where the bytes are none, or are followed by others. */
export function readAuthenticatorData(bytes: Bytes): AuthenticatorData | undefined {
  try {
    return parseAuthenticatorData(bytes)
  } catch {
    return undefined
  }
}

/** The attestation object, or in words what is wrong with its form. */
export function readAttestation(bytes: Bytes): Attestation | string {
  const object = decode(bytes)
  if (!(object instanceof Map)) return 'Expected one CBOR map and nothing after it.'
  const [format, statement, authData] = ['fmt', 'attStmt', 'authData'].map((key) => object.get(key))
  if (typeof format !== 'string') return 'Expected "fmt" to be a text.'
  if (!(statement instanceof Map)) return 'Expected "attStmt" to be a map.'
  if (!(authData instanceof Uint8Array)) return 'Expected "authData" to be bytes.'
  const copy = Uint8Array.from(authData)
  const data = readAuthenticatorData(copy)
  if (!data) return 'Expected "authData" to be authenticator data.'
  if (!data.credentialID || !data.credentialPublicKey || !data.aaguid) {
    return 'Expected "authData" to have the new credential.'
  }
  return { format, statement, authData: copy, data }
}

/** WebAuthn 7.1 steps 12 to 16, 7.2 steps 15 to 18, in their order. */
export async function authenticatorDataProblem(
  { rpIdHash, flags }: AuthenticatorData,
  path: readonly string[],
  { id }: RelyingParty,
  policy: WebauthnPolicy,
): Promise<Refusal<'webauthn'> | undefined> {
  const expected = await sha256(new TextEncoder().encode(id))
  if (!sameBytes(rpIdHash, expected)) return refuse('webauthn.rpId', { path, values: { expected: id } })
  if (!flags.up) return refuse('webauthn.userPresence', { path })
  if (policy.userVerification === 'required' && !flags.uv)
    return refuse('webauthn.userVerification', { path })
  if (flags.bs && !flags.be) return refuse('webauthn.backupFlags', { path })
  return undefined
}

/**
 * The value, if encoding it gives the same bytes again: authenticators write one form only (CTAP2 8), and the library's decoder
 * would let through what is too short or is followed by more.
 */
function decode(bytes: Bytes): unknown {
  try {
    const value = isoCBOR.decodeFirst<Parameters<typeof isoCBOR.encode>[0]>(bytes)
    return sameBytes(isoCBOR.encode(value), bytes) ? value : undefined
  } catch {
    return undefined
  }
}
