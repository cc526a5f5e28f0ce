import { Secret } from '@security-info/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createHandlers } from '../src/handlers.ts'
import { messages } from '../src/messages.ts'
import { normalAnswer } from '../src/normal.ts'
import type { Profile } from '../src/told.ts'
import { ANSWERS, attempt, createDeps, given, start } from './deps.ts'

const handlers = createHandlers(createDeps())
const ids = Object.keys(ANSWERS)

/** What is wrong with these answers, said before anything is spent. */
function check(answers: object, section: object = {}, who: Partial<Profile> = {}) {
  const { username, displayName, policy } = { ...start(section), ...who }
  const list = given(answers as Record<string, string>)
  return handlers.checkConfirm?.({ username, displayName, policy }, { answers: list })
}

/** The valid set with another answer to one question. */
const answering = (question: keyof typeof ANSWERS, answer: string, section: object = {}, who = {}) =>
  check({ ...ANSWERS, [question]: answer }, section, who)

const refused = (rule: string, path: readonly string[], values: object) => ({
  ok: false,
  refused: `questions.${rule}`,
  path: ['answers', ...path],
  values,
})

describe('Answers that break no rule', () => {
  it('are taken, in any script and with whatever is common in names', () => {
    expect(check(ANSWERS)).toBeUndefined()
    for (const answer of [
      'Ñuñoa',
      'Ærøskøbing',
      'Иваново',
      '小さな町',
      'O’Hara-Smith',
      '47 11',
      'C++',
      '🐶🦊🐻',
    ]) {
      expect(answering('cuddly-toy', answer), answer).toBeUndefined()
    }
  })

  it('are taken in every length there may be, counted in characters and not in their halves', () => {
    for (const length of [3, 4, 39, 40]) {
      expect(answering('cuddly-toy', 'xyzw'.repeat(10).slice(0, length))).toBeUndefined()
      expect(answering('cuddly-toy', [...'🐶🦊🐻🐼'.repeat(10)].slice(0, length).join(''))).toBeUndefined()
    }
  })
})

describe('Which questions', () => {
  it.each([3, 4, 5])('are answered: as many as policy says, %i', (register) => {
    for (const count of [0, 1, 2, 3, 4, 5]) {
      const answers = Object.fromEntries(Object.entries(ANSWERS).slice(0, count))
      const problem = refused('count', [], { expected: register, got: count })
      expect(check(answers, { register })).toEqual(count === register ? undefined : problem)
    }
    const many = Array.from({ length: 100 }, () => ({ question: 'cuddly-toy', answer: new Secret('xyz') }))
    const section = start({ register })
    expect(handlers.checkConfirm?.(section, { answers: many })).toMatchObject({ refused: 'questions.count' })
  })

  it('are of those that are offered', () => {
    const { 'lost-as-child': _, ...four } = ANSWERS
    const problem = refused('unknown', ['4', 'question'], { number: 5 })
    expect(check({ ...four, 'mothers-maiden-name': 'Xyzzy' })).toEqual(problem)
    expect(check({ ...four, constructor: 'Xyzzy' })).toEqual(problem)
    expect(check(ANSWERS, { predefined: [...ids.slice(0, 4), 'first-repair'] })).toEqual(problem)
    const custom = [{ id: 'own', text: { en: 'Which door sticks?' } }]
    expect(check({ ...four, own: 'Xyzzy' }, { custom })).toBeUndefined()
  })

  it('are each answered once', () => {
    const answers = [...given(ANSWERS).slice(0, 4), { question: 'cuddly-toy', answer: new Secret('Xyzzy') }]
    const problem = refused('questionTwice', ['4', 'question'], { number: 5 })
    expect(handlers.checkConfirm?.(start(), { answers })).toEqual(problem)
  })
})

describe('An answer', () => {
  it.each([
    ['', 0],
    ['ab', 2],
    ['  a  b ', 3],
    [' \u200b\u3164\u2060ab\u00ad ', 2],
    ['\u2800\u2800\u2800\u2800', 0],
    ['𝔵𝔶', 2],
    ['x'.repeat(41), 41],
    ['𐐨𐐩'.repeat(20), 40],
    ['ß'.repeat(21), 42],
    ['ab '.repeat(14), 41],
  ])('has 3 to 40 characters in its normal form: %j has %i', (answer, length) => {
    const rule = length < 3 ? 'tooShort' : 'tooLong'
    const problem = refused(rule, ['1', 'answer'], { number: 2, length, min: 3, max: 40 })
    expect(answering('cuddly-toy', answer)).toEqual(length >= 3 && length <= 40 ? undefined : problem)
  })

  const guesses =
    "password|PassWord|p a s s word|Passwort|123|1-2-3-4|123456|none|Unknown|N/A|I don't know|weiß nicht|aaa|1111|ｑｗｅｒｔｙ"
  it.each([...guesses.split('|'), '...', '?!?', '+++', '🐶🐶🐶', 'p\u00adassword'])(
    'is not one of those that everybody tries: %s',
    (answer) => {
      expect(answering('feared-teacher', answer)).toEqual(
        refused('tooCommon', ['3', 'answer'], { number: 4 }),
      )
    },
  )

  it.each([
    ['hiding-place', 'child', 'a word of it'],
    ['hiding-place', 'nobody was to', 'a part of it'],
    ['hiding-place', 'FIND you?', 'in other capitals'],
    ['hiding-place', 'versteckt', 'a word of it in another language'],
    ['hiding-place', 'you hide, child!', 'its words in another order'],
    ['hiding-place', 'Where did you hide as a child', 'nearly all of it'],
    ['hiding-place', 'hid', 'a part of a word'],
  ] as const)('does not stand in its question: %s, %j (%s)', (question, answer, _what) => {
    const at = String(ids.indexOf(question))
    expect(answering(question, answer)).toEqual(
      refused('inQuestion', [at, 'answer'], { number: Number(at) + 1 }),
    )
    expect(answering('first-desk-mate', `${answer} x`), 'with a word more').not.toMatchObject({
      refused: 'questions.inQuestion',
    })
  })

  it('does not stand in a question of the organisation, in any of its languages', () => {
    const text = { en: 'Which door sticks?', fr: 'Quelle porte coince ?', ru: 'Какая дверь заедает?' }
    const section = { register: 3, custom: [{ id: 'own', text }] }
    const three = { 'first-desk-mate': 'Thorvald', 'cuddly-toy': 'Sir Humphrey' }
    for (const answer of ['sticks', 'PORTE', 'дверь']) {
      expect(check({ ...three, own: answer }, section)).toMatchObject({ refused: 'questions.inQuestion' })
    }
    expect(check({ ...three, own: 'the back door' }, section)).toBeUndefined()
  })

  it.each([
    ['ada.lovelace@example.org', 'the identifier'],
    ['lovelace', 'a part of it'],
    ['Example', 'a part of its domain'],
    ['ada lovelace', 'it with other signs between'],
    ['A.D.A.', 'letters of it, taken apart'],
    ['Lovelace, Ada', 'its words in another order'],
    ['ada.lovelace1', 'something that holds its local part'],
    ['My Ada.Lovelace', 'the same, with words before it'],
    ['ADA LOVELACE the first', 'something that holds the name'],
  ])('is not what the profile tells: %s (%s)', (answer) => {
    expect(answering('cuddly-toy', answer)).toEqual(refused('inProfile', ['1', 'answer'], { number: 2 }))
  })

  it('is held against identifier, local part and display name each by itself', () => {
    const problem = refused('inProfile', ['1', 'answer'], { number: 2 })
    const nobody = { username: '0815', displayName: '4711' }
    expect(answering('cuddly-toy', 'babbage', {}, nobody)).toBeUndefined()
    expect(answering('cuddly-toy', 'babbage', {}, { ...nobody, username: 'charles.babbage' })).toEqual(
      problem,
    )
    expect(answering('cuddly-toy', 'babbage', {}, { ...nobody, displayName: 'Ch. Babbage' })).toEqual(problem)
    const holder = { ...nobody, username: 'babbage@a.example' }
    expect(answering('cuddly-toy', 'old babbage', {}, holder), 'the local part').toEqual(problem)
    expect(answering('cuddly-toy', 'Ёлкин', {}, { ...nobody, displayName: 'ПЁТР ЁЛКИН' })).toEqual(problem)
  })

  it('may hold letters that are a very short or empty name', () => {
    const short = { username: 'al@x.example', displayName: '' }
    expect(answering('cuddly-toy', 'Alsatian', {}, short)).toBeUndefined()
    expect(answering('cuddly-toy', 'Alsatian', {}, { username: '@', displayName: '…' })).toBeUndefined()
    const three = { username: 'als@x.example', displayName: '' }
    expect(answering('cuddly-toy', 'Alsatian', {}, three)).toMatchObject({ refused: 'questions.inProfile' })
  })

  it.each(['Thorvald', 'THORVALD', ' thor\u00advald ', 'Ｔｈｏｒｖａｌｄ', 'Thor-vald!'])(
    'is not given twice: %s is the same as Thorvald',
    (answer) => {
      expect(answering('cuddly-toy', answer)).toEqual(refused('answerTwice', ['1', 'answer'], { number: 2 }))
    },
  )
})

describe('A refusal', () => {
  it('never repeats an answer', () => {
    const answers = [
      fc.string({ minLength: 6, unit: 'grapheme' }),
      fc.constantFrom('password', 'lovelace', 'hide'),
    ]
    fc.assert(
      fc.property(fc.array(fc.oneof(...answers), { minLength: 5, maxLength: 5 }), (list) => {
        const problem = check(Object.fromEntries(list.map((answer, at) => [ids[at] ?? '', answer])))
        const told = JSON.stringify(problem ?? {})
        for (const answer of list.filter((one) => normalAnswer(one).length > 9))
          expect(told).not.toContain(answer)
      }),
    )
  })

  it('has a text in each language, with all its values', () => {
    const found = [
      check({}),
      answering('cuddly-toy', 'a'),
      answering('cuddly-toy', 'a'.repeat(41)),
      answering('cuddly-toy', 'password'),
      answering('cuddly-toy', 'cuddly'),
      answering('cuddly-toy', 'lovelace'),
      answering('cuddly-toy', 'Thorvald'),
      check({ ...ANSWERS, 'first-desk-mate': undefined, unknown: 'Xyzzy' }, { register: 6 - 1 }),
      check(ANSWERS, { predefined: ids.slice(1) }),
    ].flatMap((problem) => (problem ? [problem] : []))
    for (const texts of Object.values(messages) as Record<string, string>[]) {
      for (const { refused: code, values = {} } of found) {
        const text = texts[code] ?? ''
        const braces = [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '')
        expect(text, code).not.toBe('')
        expect(Object.keys(values), code).toEqual(expect.arrayContaining(braces))
      }
    }
    expect(new Set(found.map(({ refused: code }) => code)).size).toBe(8)
  })
})

it('keeps nothing that breaks a rule, also where nobody has asked before', async () => {
  for (const answers of [given({}), given({ ...ANSWERS, 'cuddly-toy': 'password' })]) {
    expect(await handlers.confirm(attempt({}), { answers })).toMatchObject({ ok: false })
  }
})
