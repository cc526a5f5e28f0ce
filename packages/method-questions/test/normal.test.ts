import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { normalAnswer, wordsOf } from '../src/normal.ts'

/** Text of all planes, with what composes, folds and hides over-represented. */
const tricky = fc.constantFrom(
  ...Array.from(
    'ßẞςΣİıi\u0307\u0301\u00ad\u200d\u034f\ufeff\u0085\u2800\u3164\uffa0\u00a0´’“–ŉﬁﷺ\ud800ᾳ\u0345\u0000',
  ),
)
const text = fc
  .array(
    fc.oneof(
      tricky,
      fc.string({ unit: 'binary', maxLength: 3 }),
      fc.string({ unit: 'grapheme', maxLength: 3 }),
    ),
  )
  .map((parts) => parts.join(''))

describe('The normal form of an answer', () => {
  it('is the same for what it gave itself', () => {
    fc.assert(
      fc.property(text, (one) => {
        expect(normalAnswer(normalAnswer(one))).toBe(normalAnswer(one))
      }),
      { numRuns: 3_000 },
    )
  })

  // Planes 4 to 13 are empty, 15 and 16 are for private use.
  const PLANES = [
    [0, 0x3ffff],
    [0xe0000, 0xe01ff],
  ] as const

  it('is the same for what it gave itself, and ends, for every character there is', () => {
    const unsteady: string[] = []
    for (const [first, last] of PLANES) {
      for (let point = first; point <= last; point++) {
        const normal = normalAnswer(`a${String.fromCodePoint(point)}\u0301`)
        if (normalAnswer(normal) !== normal) unsteady.push(point.toString(16))
      }
    }
    expect(unsteady).toEqual([])
  })

  it.each([
    ['capitals', 'sir humphrey', 'SIR Humphrey'],
    ['spaces', 'sir humphrey', '  sir \t\u00a0 humphrey\n'],
    ['widths', 'sir humphrey', 'ｓｉｒ　Ｈｕｍｐｈｒｅｙ'],
    ['halves of Kana', 'ガラス', 'ｶﾞﾗｽ'],
    ['composition', 'café zoë', 'cafe\u0301 zoe\u0308'],
    ['composition behind something invisible', 'café', 'cafe\u034f\u0301'],
    ['sharp s', 'strasse', 'STRAẞE'],
    ['sharp s in small letters', 'Straße', 'STRASSE'],
    ['the last sigma', 'Σίσυφος', 'ΣΊΣΥΦΟΣ'],
    ['a dotted capital I', 'istanbul', 'İstanbul'],
    ['ligatures', 'fish', 'ﬁsh'],
    ['smart apostrophes', "o'hara", 'O’Hara'],
    ['accents for apostrophes', "o'hara", 'O´Hara'],
    ['quotation marks', '"rex"', '„Rex“'],
    ['dashes', 'jean-luc', 'Jean–Luc'],
    ['soft hyphens and joiners', 'humphrey', 'hum\u00adphr\u200dey\u200b'],
    ['marks of direction', 'humphrey', '\u202ahumphrey\u202c\u200e'],
    ['a byte order mark', 'humphrey', '\ufeffhumphrey'],
    ['controls', 'humphrey', 'hum\u0000phrey\u0007'],
  ])('does not tell apart: %s', (_what, one, other) => {
    expect(normalAnswer(other)).toBe(normalAnswer(one))
  })

  it('does not tell apart what differs in case, composition, or white space alone', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (one) => {
        const normal = normalAnswer(one)
        expect(normalAnswer(one.normalize('NFD'))).toBe(normal)
        expect(normalAnswer(one.normalize('NFC').toUpperCase())).toBe(normal)
        expect(normalAnswer(one.toLowerCase())).toBe(normal)
        expect(normalAnswer(`\u200b ${one.replaceAll(' ', ' \u2003\t')}\u00ad\n`)).toBe(normal)
      }),
      { numRuns: 1_000 },
    )
  })

  it.each([
    ['sir humphrey', 'sirhumphrey'],
    ['humphrey', 'humphry'],
    ['zoë', 'zoe'],
    ['köln', 'koeln'],
    ['karl', 'каrl'],
    ['1', '2'],
    ['東京', '京東'],
  ])('tells %s from %s', (one, other) => {
    expect(normalAnswer(one)).not.toBe(normalAnswer(other))
  })

  it('has one sigma, so that a word is found in a longer one', () => {
    expect(normalAnswer('ΣΊΣΥΦΟΣ')).toBe('σίσυφοσ')
  })

  it('is empty for what shows nothing', () => {
    expect(
      normalAnswer(' \u200b\u2060\u00ad\u3164\uffa0\u115f\u2800\u0085\u0000\ud800\ufe0f\u{e0041} '),
    ).toBe('')
  })
})

it('takes words apart at spaces and punctuation, in any script', () => {
  expect(wordsOf('  "Sir" Humphrey-Appleby, K.C.B.!  ')).toEqual([
    'sir',
    'humphrey',
    'appleby',
    'k',
    'c',
    'b',
  ])
  expect(wordsOf('Что? Это C++ 🐶')).toEqual(['что', 'это', 'c++', '🐶'])
  expect(wordsOf('¿…?! –')).toEqual([])
})
