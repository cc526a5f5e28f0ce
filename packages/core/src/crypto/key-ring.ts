import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import { ConfigurationFault, type Fault } from '../faults.ts'

/**
 * The gateway's keys. The first is current; older ones still open what they sealed, until a rotation has rewrapped it.
 *
 * Each value is sealed with a data key of its own (AES-256-GCM, NIST SP 800-38D), and that data key with the ring's key.
 * A rotation rewraps the data key only. The place (table, user, row) is authenticated with the value, so that a sealed
 * value moved to another row does not open.
 */
export interface KeyRing {
  readonly current: string
  readonly ids: readonly string[]
  /** Seals `plain` for one place. */
  seal(plain: Uint8Array, place: string): Uint8Array
  /** Opens what was sealed for this very place. Throws where the key is missing or anything was changed. */
  open(sealed: Uint8Array, place: string): Uint8Array
  /** The same value under the current key, or `undefined` where it already is. */
  rewrap(sealed: Uint8Array): Uint8Array | undefined
}

const FORMAT = 1
const NONCE = 12
const TAG = 16
const KEY = 32

interface RingKey {
  readonly id: string
  readonly wrapping: Uint8Array
}

/**
 * Reads a ring from its text, `id:base64,id:base64`, each key 32 bytes, the first current.
 * @throws ConfigurationFault that lists everything wrong with it; never a key.
 */
export function createKeyRing(text: string): KeyRing {
  const keys = parse(text)
  const [current] = keys as [RingKey, ...RingKey[]]
  const byId = new Map(keys.map((key) => [key.id, key]))

  const read = (sealed: Uint8Array) => {
    const idLength = sealed[1] ?? 0
    const headLength = 2 + idLength
    const dataAt = headLength + NONCE + KEY + TAG
    if (sealed[0] !== FORMAT || sealed.length < dataAt + NONCE + TAG) {
      throw new Error('A sealed value has an unknown format.')
    }
    const id = Buffer.from(sealed.subarray(2, headLength)).toString('utf8')
    const key = byId.get(id)
    if (!key) throw new Error(`A value is sealed with key "${id}", which is not in the key ring.`)
    const dataKey = decrypt(key.wrapping, sealed.subarray(headLength, dataAt), sealed.subarray(0, headLength))
    return { id, dataKey, data: sealed.subarray(dataAt) }
  }
  const wrap = (dataKey: Uint8Array) => {
    const id = Buffer.from(current.id, 'utf8')
    const head = Buffer.concat([Buffer.from([FORMAT, id.length]), id])
    return Buffer.concat([head, encrypt(current.wrapping, dataKey, head)])
  }

  return {
    current: current.id,
    ids: keys.map((key) => key.id),
    seal(plain, place) {
      const dataKey = randomBytes(KEY)
      return Buffer.concat([wrap(dataKey), encrypt(dataKey, plain, Buffer.from(place, 'utf8'))])
    },
    open(sealed, place) {
      const { dataKey, data } = read(sealed)
      return decrypt(dataKey, data, Buffer.from(place, 'utf8'))
    },
    rewrap(sealed) {
      const { id, dataKey, data } = read(sealed)
      return id === current.id ? undefined : Buffer.concat([wrap(dataKey), data])
    },
  }
}

/** One new entry for a ring: `id:base64`. */
export function generateKey(id: string): string {
  return `${id}:${randomBytes(KEY).toString('base64')}`
}

function parse(text: string): readonly RingKey[] {
  const faults: Fault[] = []
  const fault = (problem: string) =>
    faults.push({
      where: 'key ring (SECURITY_INFO_KEYS)',
      problem,
      fix: 'Write it as "id:base64" entries separated by commas, current first; `security-info keys generate` makes one.',
    })
  const keys = text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')
    .flatMap((entry, index) => {
      const at = entry.indexOf(':')
      const id = entry.slice(0, Math.max(at, 0))
      const secret = Buffer.from(entry.slice(at + 1), 'base64')
      if (!/^[A-Za-z0-9._-]{1,32}$/.test(id)) {
        fault(`entry ${index + 1} has no id of 1 to 32 letters, digits, dots, dashes or underscores`)
        return []
      }
      if (secret.length !== KEY) {
        fault(`key "${id}" has ${secret.length} bytes, expected ${KEY}`)
        return []
      }
      return [{ id, wrapping: derive(secret) }]
    })
  if (keys.length === 0 && faults.length === 0) fault('it is empty')
  if (new Set(keys.map((key) => key.id)).size < keys.length) fault('two keys have the same id')
  if (faults.length > 0) throw new ConfigurationFault(faults)
  return keys
}

/** The ring's key is used for nothing but wrapping; the derivation keeps it so, should another use come. */
function derive(secret: Uint8Array): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', secret, new Uint8Array(), 'security-info/seal/1', KEY))
}

function encrypt(key: Uint8Array, plain: Uint8Array, associated: Uint8Array): Uint8Array {
  const nonce = randomBytes(NONCE)
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(associated)
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()])
}

function decrypt(key: Uint8Array, sealed: Uint8Array, associated: Uint8Array): Uint8Array {
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, NONCE), { authTagLength: TAG })
    .setAAD(associated)
    .setAuthTag(sealed.subarray(sealed.length - TAG))
  return Buffer.concat([decipher.update(sealed.subarray(NONCE, sealed.length - TAG)), decipher.final()])
}
