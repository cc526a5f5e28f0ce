import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { makePassword, RANDOM_BYTES, readPassword, shown } from '../src/format.ts'

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'
const random = fc.uint8Array({ minLength: RANDOM_BYTES, maxLength: RANDOM_BYTES })
const password = random.map(makePassword)

/** Body without prefix and separators, at which slips are tried. */
const body = (text: string) => text.replaceAll('-', '').slice(4)
const slips = (characters: string) => readPassword(`siap${characters}`) !== undefined

describe('An app password', () => {
  it('is a prefix that scanners can find and eight groups of four', () => {
    fc.assert(fc.property(password, (one) => /^siap(-[0-9a-hjkmnp-tv-z]{4}){8}$/.test(shown(one))))
  })

  it('holds 128 secret bits: each of them changes what is hashed (H24)', () => {
    fc.assert(
      fc.property(random, (bytes) => {
        const all = new Set([makePassword(bytes).characters])
        // Behind the 20 bits of the public group.
        for (let bit = 20; bit < 148; bit++) {
          const other = Uint8Array.from(bytes)
          other[bit >> 3] = (other[bit >> 3] ?? 0) ^ (1 << (7 - (bit & 7)))
          const made = makePassword(other)
          expect(made.selector).toBe(makePassword(bytes).selector)
          all.add(made.characters)
        }
        expect(all.size).toBe(129)
      }),
      { numRuns: 20 },
    )
  })

  it('is read as it was made, whatever its case and separators', () => {
    const spellings = [
      (text: string) => text,
      (text: string) => text.toUpperCase(),
      (text: string) => text.replaceAll('-', ''),
      (text: string) => ` ${text.replaceAll('-', ' ')}\n`,
      (text: string) => text.replaceAll('-', '\u2011'),
      (text: string) => text.replaceAll('-', '\u00a0'),
      (text: string) => text.replaceAll('-', '').replace(/.{5}/g, '$& '),
    ]
    fc.assert(
      fc.property(password, fc.constantFrom(...spellings), (one, spell) => {
        expect(readPassword(spell(shown(one)))).toEqual(one)
      }),
    )
  })

  it('forgives letters for the digits they look like', () => {
    fc.assert(
      fc.property(password, fc.constantFrom('i', 'l', 'I', 'L'), (one, letter) => {
        const typed = shown(one).slice(4).replaceAll('1', letter).replaceAll('0', 'O').replaceAll('v', 'u')
        expect(readPassword(`S1AP${typed}`)).toBeUndefined()
        expect(readPassword(`SIAP${typed}`)).toEqual(one)
      }),
    )
  })

  it('with one wrong character, or two that are swapped, is always told from a right one', () => {
    fc.assert(
      fc.property(password, (one) => {
        const right = body(shown(one))
        const swap = (first: number, second: number) =>
          Object.assign([...right], { [first]: right[second], [second]: right[first] }).join('')
        for (let at = 0; at < right.length; at++) {
          for (const wrong of ALPHABET.split('').filter((letter) => letter !== right[at])) {
            expect(slips(right.slice(0, at) + wrong + right.slice(at + 1))).toBe(false)
          }
          const others = Array.from(right, (_, other) => other).slice(at + 1)
          for (const other of others.filter((one) => right[at] !== right[one])) {
            expect(slips(swap(at, other))).toBe(false)
          }
        }
      }),
      { numRuns: 30 },
    )
  })

  it('with two wrong characters always is, with more all but once in a thousand', () => {
    const right = body(shown(makePassword(Uint8Array.from({ length: RANDOM_BYTES }, (_, at) => at * 13))))
    const tries = 60_000
    // Park and Miller: the same each time.
    let state = 20_261_122
    const below = (limit: number) => {
      state = (state * 48_271) % 2_147_483_647
      return Math.floor((state / 2_147_483_647) * limit)
    }
    const slipped = (wrong: number) => {
      let passed = 0
      for (let tried = 0; tried < tries; tried++) {
        const typed = [...right]
        for (let one = 0; one < wrong; one++) typed[below(32)] = ALPHABET[below(32)] ?? ''
        if (typed.join('') !== right && slips(typed.join(''))) passed++
      }
      return passed / tries
    }
    expect(slipped(2)).toBe(0)
    // 12 bits: one in 4096.
    expect(slipped(4)).toBeLessThan(1 / 1000)
    expect(slipped(12)).toBeLessThan(1 / 1000)
  })

  it('is not what is too short, too long, of another alphabet or another password', () => {
    const right = shown(makePassword(new Uint8Array(RANDOM_BYTES).fill(7)))
    const wrong = [
      '',
      'siap',
      right.slice(0, -1),
      `${right}0`,
      right.slice(5),
      `x${right.slice(1)}`,
      'hunter2',
    ]
    wrong.push('ä'.repeat(36), `${right} `.repeat(50), right.replace(/.$/, '!'), 'siap-'.repeat(9))
    for (const typed of wrong) expect(readPassword(typed), typed).toBeUndefined()
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (typed) => readPassword(typed) === undefined))
  })
})
