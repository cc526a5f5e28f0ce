import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'
import { isoCBOR } from '@simplewebauthn/server/helpers'

/** What a browser is asked for, as far as an authenticator cares. */
export interface Options {
  readonly challenge: string
  readonly rp?: { readonly id?: string }
  readonly rpId?: string
  readonly user?: { readonly id: string }
}

/** A credential, as the authenticator keeps it. */
export interface Device {
  readonly id: string
  readonly privateKey: KeyObject
  /** COSE. */
  readonly publicKey: Uint8Array
  readonly userHandle: string
  /** Rises with every use; 0 for ever where it has none. */
  counter: number
  readonly counts: boolean
}

/** What may be different from what a good browser with a good key does. */
export interface Quirks {
  readonly type?: string
  readonly challenge?: string
  readonly origin?: string
  readonly crossOrigin?: boolean
  readonly topOrigin?: string
  readonly rpId?: string
  readonly up?: boolean
  readonly uv?: boolean
  readonly be?: boolean
  readonly bs?: boolean
  readonly counter?: number
  readonly aaguid?: string
  readonly algorithm?: number
  readonly credentialId?: Uint8Array
  readonly counts?: boolean
  readonly transports?: string[]
  /** The statement about the data that is to be signed, and its format. */
  readonly attest?: (data: Uint8Array, key: KeyObject) => Statement
}
export interface Statement {
  readonly format: string
  readonly statement: Map<string, unknown>
}

const ORIGIN = 'http://localhost:4000'
export const AAGUID = 'ee882879-721c-4913-9775-3dfcce97072a'

export const base64Url = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url')
export const bytesOf = (text: string) => new Uint8Array(Buffer.from(text, 'base64url'))
const sha256 = (bytes: Uint8Array | string) => new Uint8Array(createHash('sha256').update(bytes).digest())
export const cbor = (value: unknown) => isoCBOR.encode(value as Parameters<typeof isoCBOR.encode>[0])
const concat = (...parts: readonly Uint8Array[]) => new Uint8Array(Buffer.concat(parts))

/** `navigator.credentials.create`, and the credential that the authenticator keeps from then on. */
export function create(options: Options, quirks: Quirks = {}) {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' })
  const cose = cbor(
    new Map<number, unknown>([
      [1, 2],
      [3, quirks.algorithm ?? -7],
      [-1, 1],
      [-2, bytesOf(x)],
      [-3, bytesOf(y)],
    ]),
  )
  const credentialId = quirks.credentialId ?? new Uint8Array(randomBytes(32))
  const length = Uint8Array.of(credentialId.length >> 8, credentialId.length & 255)
  const aaguid = new Uint8Array(Buffer.from((quirks.aaguid ?? AAGUID).replaceAll('-', ''), 'hex'))
  const attested = concat(aaguid, length, credentialId, cose)
  const clientData = clientDataOf('webauthn.create', options, quirks)
  const authData = concat(headOf(options, { uv: true, ...quirks }, 0x40), attested)
  const { format, statement } = quirks.attest?.(concat(authData, sha256(clientData)), privateKey) ?? {
    format: 'none',
    statement: new Map(),
  }
  const object = new Map<string, unknown>([
    ['fmt', format],
    ['attStmt', statement],
    ['authData', authData],
  ])
  const id = base64Url(credentialId)
  const device: Device = {
    id,
    privateKey,
    publicKey: cose,
    userHandle: options.user?.id ?? '',
    counter: quirks.counter ?? 0,
    counts: quirks.counts ?? true,
  }
  const response = {
    id,
    rawId: id,
    type: 'public-key',
    authenticatorAttachment: 'cross-platform',
    clientExtensionResults: { credProps: { rk: true } },
    response: {
      clientDataJSON: base64Url(clientData),
      attestationObject: base64Url(cbor(object)),
      authenticatorData: base64Url(authData),
      publicKey: base64Url(publicKey.export({ format: 'der', type: 'spki' })),
      publicKeyAlgorithm: quirks.algorithm ?? -7,
      transports: quirks.transports ?? ['usb', 'nfc'],
    },
  }
  return { device, response }
}

/** `navigator.credentials.get` with one credential. */
export function get(device: Device, options: Options, quirks: Quirks = {}) {
  device.counter = quirks.counter ?? (device.counts ? device.counter + 1 : 0)
  const clientData = clientDataOf('webauthn.get', options, quirks)
  const authData = headOf(options, { uv: true, ...quirks, counter: device.counter }, 0)
  const signature = sign('sha256', concat(authData, sha256(clientData)), device.privateKey)
  return {
    id: device.id,
    rawId: device.id,
    type: 'public-key',
    authenticatorAttachment: 'cross-platform',
    clientExtensionResults: {},
    response: {
      clientDataJSON: base64Url(clientData),
      authenticatorData: base64Url(authData),
      signature: base64Url(signature),
      userHandle: device.userHandle,
    },
  }
}

/** Self attestation (WebAuthn 8.2): signed with the credential's own key. */
export function self(data: Uint8Array, key: KeyObject): Statement {
  const statement = new Map<string, unknown>([
    ['alg', -7],
    ['sig', new Uint8Array(sign('sha256', data, key))],
  ])
  return { format: 'packed', statement }
}

function clientDataOf(type: string, options: Options, quirks: Quirks): Uint8Array {
  const { challenge = options.challenge, origin = ORIGIN, crossOrigin = false, topOrigin } = quirks
  const data = { type: quirks.type ?? type, challenge, origin, crossOrigin, topOrigin }
  return new TextEncoder().encode(JSON.stringify(data))
}

function headOf(options: Options, quirks: Quirks, flags: number): Uint8Array {
  const { up = true, uv = false, be = false, bs = false, counter = 0 } = quirks
  const bits = flags | (up ? 1 : 0) | (uv ? 4 : 0) | (be ? 8 : 0) | (bs ? 16 : 0)
  const rpId = quirks.rpId ?? options.rp?.id ?? options.rpId ?? ''
  const count = new Uint8Array(4)
  new DataView(count.buffer).setUint32(0, counter)
  return concat(sha256(rpId), Uint8Array.of(bits), count)
}
