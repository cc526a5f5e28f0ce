/**
 * An address that its owner recognises and nobody else can write to: `ro***@l***.example`. Of the local part the first two
 * characters, but never more than half of it; of the domain the first one of its name, and the top-level domain. Three stars
 * each, however much is hidden.
 */
export function maskAddress(address: string): string {
  const [local = '', domain = ''] = address.split('@')
  const labels = domain.split('.')
  return `${beginOf(local, 2)}***@${beginOf(labels[0] ?? '', 1)}***.${labels.at(-1)}`
}

/**
 * The mask of an address that nobody has, for a person who may not exist: always the same for one of them, as a real one would
 * be, and in a domain that policy lets people use.
 */
export function decoyMask(userId: string, domains: readonly string[]): string {
  let sum = 7
  for (const character of userId) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 999_983
  const letter = (place: number) => ALPHABET.charAt(Math.floor(sum / place) % ALPHABET.length)
  const local = `${letter(1)}${letter(26)}`
  return maskAddress(`${local}${local}@${domains[sum % domains.length] ?? `${letter(676)}${letter(1)}.com`}`)
}

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz'

function beginOf(text: string, most: number): string {
  return text.slice(0, Math.min(most, Math.floor(text.length / 2)))
}
