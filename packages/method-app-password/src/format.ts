/**
 * What an app password looks like: `siap-` and eight groups of four. Behind the prefix, which secret scanners can look for,
 * stand 160 bits in Crockford's base 32: 20 that name the password (public, the first group), 128 that are secret, and 12 that
 * tell a slip of the finger from a wrong password.
 */

/** Crockford's alphabet: no i, l, o and u. */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'
const PREFIX = 'siap'
const CHARACTERS = 32
const SELECTOR_CHARACTERS = 4
const CHECKSUM_BITS = 12
/** x^12 + x^5 + x + 1, found by search: over 32 characters it misses no one and no two wrong ones, wherever they are. */
const POLYNOMIAL = 0b1000000100011

/** The random bytes that `makePassword` needs: 148 bits, in whole bytes. */
export const RANDOM_BYTES = 19

/** A password in the one form that is hashed: without prefix and separators, in lower case, without look-alikes. */
export interface ReadPassword {
  /** Names it among those of its owner; no secret. */
  readonly selector: string
  readonly characters: string
}

/** Makes a new password out of random bytes. */
export function makePassword(random: Uint8Array): ReadPassword {
  const bits = Array.from(random, (byte) => byte.toString(2).padStart(8, '0')).join('')
  const symbols = bits
    .slice(0, CHARACTERS * 5 - CHECKSUM_BITS)
    .padEnd(CHARACTERS * 5, '0')
    .match(/.{5}/g)
    ?.map((five) => Number.parseInt(five, 2))
  if (random.length !== RANDOM_BYTES || !symbols) throw new Error(`Expected ${RANDOM_BYTES} random bytes.`)
  const rest = symbols.reduce(divided, 0)
  const tail = [(symbols[29] ?? 0) | (rest >> 10), (rest >> 5) & 31, rest & 31]
  return passwordOf([...symbols.slice(0, -tail.length), ...tail].map((symbol) => ALPHABET[symbol]).join(''))
}

/** As it is shown to its owner: `siap-7k2m-…`. */
export function shown({ characters }: ReadPassword): string {
  return [PREFIX, ...(characters.match(/.{4}/g) ?? [])].join('-')
}

/** What of it may be shown again, to tell one from another. */
export function hintOf(selector: string): string {
  return `${PREFIX}-${selector}`
}

/** Letters are forgiven for the digits they look like; u, which the alphabet leaves out, is read as v. */
const SYMBOLS: ReadonlyMap<string, number> = new Map([
  ...Array.from(ALPHABET, (character, symbol) => [character, symbol] as const),
  ...['o0', 'i1', 'l1', 'uv'].map(([letter = '', like = '']) => [letter, ALPHABET.indexOf(like)] as const),
])

/** White space, and everything that Unicode calls a dash and programs put in the place of one. */
const SEPARATORS = /[\s\-\u058a\u05be\u2010-\u2015\u2212\ufe58\ufe63\uff0d]/g

/**
 * Reads what somebody typed: in any case, with any separators. `undefined` where it can't be an app password of anybody:
 * something else, or mistyped.
 */
export function readPassword(typed: string): ReadPassword | undefined {
  // Far longer than any spelling of one, and nothing that should be worked on.
  if (typed.length > 200) return undefined
  const plain = typed.replace(SEPARATORS, '').toLowerCase()
  if (!plain.startsWith(PREFIX) || plain.length !== PREFIX.length + CHARACTERS) return undefined
  let rest = 0
  let characters = ''
  for (const letter of plain.slice(PREFIX.length)) {
    const symbol = SYMBOLS.get(letter)
    if (symbol === undefined) return undefined
    rest = divided(rest, symbol)
    characters += ALPHABET[symbol]
  }
  return rest === 0 ? passwordOf(characters) : undefined
}

function passwordOf(characters: string): ReadPassword {
  return { selector: characters.slice(0, SELECTOR_CHARACTERS), characters }
}

/** What five bits that stand above the remainder leave in it. */
const CARRIED: readonly number[] = Array.from({ length: 32 }, (_, five) => {
  let rest = five << CHECKSUM_BITS
  for (let bit = CHECKSUM_BITS + 4; bit >= CHECKSUM_BITS; bit--) {
    if (rest & (1 << bit)) rest ^= POLYNOMIAL << (bit - CHECKSUM_BITS)
  }
  return rest
})

/** The remainder of a division by the polynomial, five more bits on. */
function divided(rest: number, symbol: number): number {
  const longer = (rest << 5) | symbol
  return (longer & ((1 << CHECKSUM_BITS) - 1)) ^ (CARRIED[longer >> CHECKSUM_BITS] ?? 0)
}
