import { readFileSync } from 'node:fs'
import type { Registered } from '@security-info/core'
import { SettingsService } from '@simplewebauthn/server'
import { convertCertBufferToPEM } from '@simplewebauthn/server/helpers'
import { beforeAll, describe, expect, it } from 'vitest'
import { ZodError } from 'zod'
import { readAttestation } from '../src/authenticator-data.ts'
import { assertion, registration } from '../src/inputs.ts'
import { ALGORITHMS } from '../src/public-key.ts'
import type { StoredKey } from '../src/stored.ts'
import { attempt, handlersOf, kept, type Policy } from './ceremony.ts'

/** WebAuthn Level 3, section "Test Vectors": all fifteen pairs, and the root that their attestations lead to. */
interface Vector {
  readonly name: string
  readonly algorithm: number
  readonly format: string
  readonly registration: {
    readonly challenge: string
    readonly credentialId: string
    readonly clientDataJSON: string
    readonly attestationObject: string
  }
  readonly authentication: {
    readonly challenge: string
    readonly authenticatorData: string
    readonly clientDataJSON: string
    readonly signature: string
  }
}
const file = new URL('vectors.json', import.meta.url)
const { root, vectors } = JSON.parse(readFileSync(file, 'utf8')) as { root: string; vectors: Vector[] }
const rootPem = convertCertBufferToPEM(Uint8Array.from(Buffer.from(root, 'hex')))

/** Registrations that the library refuses, and why. All but Ed448 prove nothing about the code that signs in. */
const UNSUPPORTED: Readonly<Record<string, { readonly code: string; readonly why: string }>> = {
  'packed-ed448': { code: 'webauthn.publicKey', why: 'WebCrypto in the library has Ed25519 only' },
  'tpm-es256': {
    code: 'webauthn.attestation',
    why: 'its manufacturer, id:00000000, is not on the list of the TCG',
  },
  'android-key-es256': {
    code: 'webauthn.attestation',
    why: "its chain does not have the root, let alone Google's",
  },
  'fido-u2f-es256': { code: 'webauthn.attestation', why: 'it has an AAGUID, where U2F has zeros' },
}

const publicUrl = 'https://example.org'
const policy: Policy = {
  userVerification: 'preferred',
  crossOrigin: true,
  topOrigins: ['https://example.com'],
}
const pinned = handlersOf({ publicUrl })
const wide = handlersOf({ publicUrl, roots: [rootPem], algorithms: [...ALGORITHMS, -35, -36, -53] })

const encoded = (hex: string) => Buffer.from(hex, 'hex').toString('base64url')

function registrationOf({ registration: { credentialId, clientDataJSON, attestationObject } }: Vector) {
  const id = encoded(credentialId)
  const response = {
    clientDataJSON: encoded(clientDataJSON),
    attestationObject: encoded(attestationObject),
  }
  return registration.parse({ id, rawId: id, type: 'public-key', response })
}

function assertionOf(vector: Vector) {
  const { clientDataJSON, authenticatorData, signature } = vector.authentication
  const id = encoded(vector.registration.credentialId)
  const response = {
    clientDataJSON: encoded(clientDataJSON),
    authenticatorData: encoded(authenticatorData),
    signature: encoded(signature),
  }
  return assertion.parse({ id, rawId: id, type: 'public-key', response })
}

function confirm(vector: Vector, handlers = wide, given = policy) {
  const challenge = encoded(vector.registration.challenge)
  return handlers.confirm(attempt({ challenge, userHandle: 'AA' }, given), registrationOf(vector))
}

describe('WebAuthn Level 3, Test Vectors', () => {
  beforeAll(() => {
    // Apple's root is the library's own; the vectors have another one.
    SettingsService.setRootCertificates({ identifier: 'apple', certificates: [rootPem] })
  })

  it('has all fifteen pairs', () => {
    expect(vectors).toHaveLength(15)
  })

  it.each(vectors.filter(({ name }) => !UNSUPPORTED[name]))(
    '$name: registers, and signs in',
    async (vector) => {
      const method = kept(await confirm(vector))
      expect(method.stored).toMatchObject({
        credentialId: encoded(vector.registration.credentialId),
        attestationFormat: vector.format,
      })
      expect(await verify(vector, method)).toMatchObject({ ok: true, methodId: 'key' })
    },
  )

  it.each(vectors.filter(({ name }) => !UNSUPPORTED[name]))(
    'C16, $name: no byte of what is signed can be another',
    async (vector) => {
      const method = kept(await confirm(vector))
      const { registration: made, authentication: used } = vector
      for (const member of ['challenge', 'authenticatorData', 'clientDataJSON', 'signature'] as const) {
        for (const hex of changedBytes(used[member])) {
          const changed = { ...vector, authentication: { ...used, [member]: hex } }
          expect(await attempted(() => verify(changed, method)), `${member} ${hex}`).toBe(false)
        }
      }
      const members = ['challenge', 'credentialId', 'clientDataJSON', 'attestationObject'] as const
      for (const member of members.slice(0, vector.format === 'none' ? 2 : 4)) {
        // The tail: authenticator data and nothing of the certificate, which only a root vouches for.
        for (const hex of changedBytes(made[member], member === 'attestationObject' ? 120 : undefined)) {
          const changed = { ...vector, registration: { ...made, [member]: hex } }
          expect(await attempted(() => confirm(changed)), `${member} ${hex}`).toBe(false)
        }
      }
    },
  )

  it.each(vectors.filter(({ algorithm }) => !ALGORITHMS.includes(algorithm)))(
    '$name: its algorithm is not one of ours',
    async (vector) => {
      const expected = { refused: 'webauthn.algorithm', values: { came: vector.algorithm } }
      expect(await confirm(vector, pinned)).toMatchObject(expected)
    },
  )

  it.each(vectors.filter(({ name }) => UNSUPPORTED[name]))(
    '$name: not registered by the library, but what it signs is right',
    async (vector) => {
      expect(await confirm(vector)).toMatchObject({ refused: UNSUPPORTED[vector.name]?.code })
      const verdict = await verify(vector, unregistered(vector))
      expect(verdict.ok).toBe(vector.name !== 'packed-ed448')
    },
  )

  it('refuses the frame of another site unless policy says otherwise, also on whom it may be', async () => {
    const [framed, top] = ['none-es256-crossOrigin', 'none-es256-topOrigin'].map(byName)
    if (!framed || !top) throw new Error('No vector.')
    const code = async (vector: Vector, given: Policy) => confirm(vector, pinned, { ...policy, ...given })
    expect(await code(framed, { crossOrigin: false })).toMatchObject({ refused: 'webauthn.crossOrigin' })
    expect(await code(top, { crossOrigin: false })).toMatchObject({ refused: 'webauthn.crossOrigin' })
    expect(await code(top, { topOrigins: [] })).toMatchObject({ refused: 'webauthn.topOrigin' })
    expect(await code(top, { topOrigins: ['https://example.net'] })).toMatchObject({
      refused: 'webauthn.topOrigin',
      values: { came: 'https://example.com', expected: 'https://example.net' },
    })
  })

  it('trusts an attestation that leads to a known root, and no other (C18)', async () => {
    const given: Policy = { ...policy, attestationRequired: true }
    const vector = byName('packed-es256')
    if (!vector) throw new Error('No vector.')
    expect(await confirm(vector, wide, given)).toMatchObject({ factors: 2 })
    expect(await confirm(vector, pinned, given)).toMatchObject({ refused: 'webauthn.attestationUntrusted' })
  })
})

/** The hex with one byte changed: each of the last so many in turn, in steps where there are many. */
function changedBytes(hex: string, last = hex.length / 2): readonly string[] {
  const bytes = Buffer.from(hex, 'hex')
  const step = Math.ceil(last / 40)
  const places = Array.from(
    { length: Math.floor(last / step) },
    (_, index) => bytes.length - 1 - index * step,
  )
  return places.map((at) => Buffer.from(bytes.with(at, (bytes[at] ?? 0) ^ 1)).toString('hex'))
}

/** Whether it went through: not what can't be read, nor what is refused. */
async function attempted(work: () => Promise<object>): Promise<boolean> {
  try {
    const result: { readonly ok?: boolean } = await work()
    return result.ok ?? true
  } catch (error) {
    if (error instanceof ZodError) return false
    throw error
  }
}

const byName = (name: string) => vectors.find((vector) => vector.name === name)

function verify(vector: Vector, method: Registered<StoredKey>) {
  const challenge = encoded(vector.authentication.challenge)
  return wide.verify(
    attempt({ challenge, passwordless: false, reset: false }, policy),
    [method],
    assertionOf(vector),
  )
}

/** The record of a credential whose attestation was not accepted. */
function unregistered({ registration: { credentialId, attestationObject } }: Vector): Registered<StoredKey> {
  const attestation = readAttestation(Uint8Array.from(Buffer.from(attestationObject, 'hex')))
  if (typeof attestation === 'string') throw new Error(attestation)
  const { credentialPublicKey = new Uint8Array(), flags } = attestation.data
  const stored: StoredKey = {
    credentialId: encoded(credentialId),
    publicKey: Buffer.from(credentialPublicKey).toString('base64url'),
    transports: [],
    aaguid: '',
    userHandle: 'AA',
    attestationFormat: attestation.format,
    deviceType: flags.be ? 'multiDevice' : 'singleDevice',
    backedUp: flags.bs,
  }
  return { id: 'key', label: 'Key', counter: null, stored }
}
