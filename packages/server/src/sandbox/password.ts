import { randomInt } from 'node:crypto'

/** Without letters and digits that are easily taken for one another, and without vowels: so it spells no word and nobody's name. */
const ALPHABET = 'bcdfghjkmnpqrstvwxz23456789'

/** A password that can be read out and typed: 16 characters in groups of four, 76 bits. */
export function generatePassword(): string {
  const group = () => Array.from({ length: 4 }, () => ALPHABET[randomInt(ALPHABET.length)]).join('')
  return Array.from({ length: 4 }, group).join('-')
}
