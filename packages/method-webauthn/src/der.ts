const SEQUENCE = 0x30
const INTEGER = 0x02

/**
 * Whether bytes are an ECDSA signature as WebAuthn 6.5.5 has it: DER of two positive integers (RFC 3279 2.2.3), the only
 * spelling of them. The library reads other spellings too.
 */
export function isEcdsaSignature(bytes: Uint8Array): boolean {
  const body = content(bytes, SEQUENCE)
  if (!body || body.rest.length > 0) return false
  const r = content(body.value, INTEGER)
  const s = r && content(r.rest, INTEGER)
  return (
    r !== undefined &&
    s !== undefined &&
    s.rest.length === 0 &&
    [r, s].every(({ value }) => isPositive(value))
  )
}

/** What a tag holds and what comes after it. Lengths up to 255 will do: P-521 needs 139. */
function content(bytes: Uint8Array, tag: number) {
  const [first, short = 0, long = 0] = bytes
  const header = short === 0x81 ? 3 : 2
  const length = short === 0x81 ? long : short
  if (first !== tag || (short >= 0x80 && (short !== 0x81 || long < 0x80))) return undefined
  if (bytes.length < header + length) return undefined
  return { value: bytes.subarray(header, header + length), rest: bytes.subarray(header + length) }
}

/** The shortest form: a zero in front only where the next bit would make it negative. */
function isPositive([first = 0, second = 0]: Uint8Array): boolean {
  return first > 0 ? first < 0x80 : second >= 0x80
}
