/** An id out of 16 bytes, random or hashed: version 4 and the variant of RFC 9562. */
export function uuidOf(bytes: Uint8Array): string {
  const marked = Array.from(bytes.subarray(0, 16), (byte, index) => {
    if (index === 6) return (byte & 0x0f) | 0x40
    return index === 8 ? (byte & 0x3f) | 0x80 : byte
  })
  const hex = marked.map((byte) => byte.toString(16).padStart(2, '0')).join('')
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

/** The id that a keyed hash stands for: of somebody who does not exist, or of what is not a person. */
export function uuidOfHash(base64url: string): string {
  return uuidOf(Uint8Array.from(textOf(base64url) ?? '', (character) => character.charCodeAt(0)))
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** What a malformed id stands for: nothing. So malformed, unknown and foreign ids answer alike. */
export const NOBODY = '00000000-0000-0000-0000-000000000000'

/** Of the form of core's global ids. It proves nothing: every look-up also names the person. */
const TYPE = 'AppPassword'

/** The id of an app password as clients know it: opaque to them, base64url. */
export function globalId(id: string): string {
  return btoa(`${TYPE}:${id}`).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
}

/** The id within a global one that a client sent. */
export function sentId(sent: string): string {
  const [type, id = '', ...rest] = (textOf(sent) ?? '').split(':')
  return type === TYPE && rest.length === 0 && UUID.test(id) ? id : NOBODY
}

function textOf(base64url: string): string | undefined {
  try {
    return atob(base64url.replaceAll('-', '+').replaceAll('_', '/'))
  } catch {
    return undefined
  }
}
