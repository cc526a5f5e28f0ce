import { type Refusal, refuse } from '@security-info/core'
import { SettingsService } from '@simplewebauthn/server'
import { convertCertBufferToPEM, validateCertificatePath } from '@simplewebauthn/server/helpers'
import type { Attestation } from './authenticator-data.ts'
import { isEcdsaSignature } from './der.ts'
import type { WebauthnPolicy } from './policy.ts'
import { ECDSA } from './public-key.ts'
import { shown } from './shown.ts'

/** The formats that are checked (WebAuthn 8). `android-safetynet` is gone from the standard. */
const FORMATS = ['none', 'packed', 'tpm', 'android-key', 'apple', 'fido-u2f']
/** The library knows the one vendor's roots of these and checks against them whatever we ask. */
const VENDOR_ROOTS: readonly string[] = ['android-key', 'apple']

const PATH = ['response', 'attestationObject']

/** What has to be known before the library may look at a statement (WebAuthn 7.1 step 22). */
export function formatProblem({ format, statement }: Attestation): Refusal<'webauthn'> | undefined {
  if (!FORMATS.includes(format)) {
    const values = { came: shown(format), expected: FORMATS.join(', ') }
    return refuse('webauthn.format', { path: PATH, values })
  }
  const wrong = refuse('webauthn.attestation', { path: PATH, values: { format } })
  if (statement.has('x5c') && certificates(statement).length === 0) return wrong
  const signature = statement.get('sig')
  const ecdsa = format === 'fido-u2f' || ECDSA.includes(statement.get('alg'))
  if (ecdsa && !(signature instanceof Uint8Array && isEcdsaSignature(signature))) return wrong
  // The library follows a chain to whatever root it ends with, and fetches the revocation lists named on the way, before it
  // compares that root with Google's: anybody could send it to any address.
  if (format === 'android-key' && !endsAtVendorRoot(format, certificates(statement))) return wrong
  return undefined
}

/** WebAuthn 7.1 steps 24 and 25, for a statement that was found right: is it as much as policy asks, and whom does it lead to? */
export async function trustProblem(
  { format, statement }: Attestation,
  aaguid: string,
  policy: WebauthnPolicy,
  roots: readonly string[],
): Promise<Refusal<'webauthn'> | undefined> {
  if (policy.allowedAaguids.length > 0 && !policy.allowedAaguids.includes(aaguid)) {
    return refuse('webauthn.aaguid', { path: PATH, values: { came: aaguid } })
  }
  if (!policy.attestationRequired || VENDOR_ROOTS.includes(format)) return undefined
  const chain = certificates(statement)
  // 6.5.3: without a certificate it is none, or self attestation, which anybody can make.
  if (chain.length === 0) {
    const came = format === 'none' ? 'none' : 'self'
    return refuse('webauthn.attestationMissing', { path: PATH, values: { came } })
  }
  if (roots.length > 0 && (await leadsTo(chain, roots))) return undefined
  return refuse('webauthn.attestationUntrusted', { path: PATH })
}

async function leadsTo(chain: readonly Uint8Array[], roots: readonly string[]): Promise<boolean> {
  try {
    return await validateCertificatePath(chain.map(toPem), [...roots])
  } catch {
    return false
  }
}

function endsAtVendorRoot(identifier: 'android-key', chain: readonly Uint8Array[]): boolean {
  const last = chain.at(-1)
  const known = SettingsService.getRootCertificates({ identifier }).map(withoutSpace)
  return last !== undefined && chain.length > 1 && known.includes(withoutSpace(toPem(last)))
}

/** The certificates of a statement; none where one of them is something else. */
function certificates(statement: ReadonlyMap<string, unknown>): readonly Uint8Array[] {
  const chain: unknown = statement.get('x5c')
  const whole = Array.isArray(chain) && chain.every((one) => one instanceof Uint8Array)
  return whole ? chain : []
}

function toPem(certificate: Uint8Array): string {
  return convertCertBufferToPEM(Uint8Array.from(certificate))
}

function withoutSpace(pem: string): string {
  return pem.replaceAll(/\s/g, '')
}
