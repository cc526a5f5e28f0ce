import { describe, expect, it } from 'vitest'
import { CATALOGUE } from '../src/catalogue.ts'
import { createHandlers } from '../src/handlers.ts'
import { offered, policy, policyFaults } from '../src/policy.ts'
import { textIn } from '../src/question.ts'
import { ANSWERS, createDeps, registered, start } from './deps.ts'
import { actions, nextOf, REFUSED, rightTo } from './set.ts'

const handlers = createHandlers(createDeps())
const { register, ask, verify } = actions(handlers)
const ids = CATALOGUE.map(({ id }) => id)

describe('The catalogue', () => {
  it('has 35 questions, each with an id and texts of its own in English and German', () => {
    expect(CATALOGUE).toHaveLength(35)
    for (const values of [ids, CATALOGUE.map(({ text }) => text.en), CATALOGUE.map(({ text }) => text.de)]) {
      expect(new Set(values).size).toBe(35)
    }
    for (const { id, text } of CATALOGUE) {
      expect(id).toMatch(/^[a-z]+(-[a-z]+)*$/)
      expect(Object.keys(text)).toEqual(['en', 'de'])
      for (const words of Object.values(text)) expect(words).toMatch(/^[A-ZÄÖÜ].{20,150}\?$/u)
    }
  })

  it('has the ids that answers are kept under: none of them may ever go', () => {
    expect(ids).toMatchInlineSnapshot(`
      [
        "first-desk-mate",
        "cuddly-toy",
        "hiding-place",
        "feared-teacher",
        "neighbours-pet",
        "lost-as-child",
        "first-earned",
        "frightening-film",
        "rare-nickname",
        "first-landlord",
        "first-fight",
        "secret-damage",
        "grandparents-wall",
        "first-verse",
        "first-trip-alone",
        "first-crush",
        "wish-not-granted",
        "first-poster",
        "school-play",
        "childhood-dentist",
        "secret-club",
        "pocket-money-shop",
        "first-rejection",
        "flat-not-taken",
        "first-dance",
        "boring-holiday",
        "first-prize",
        "old-haunt",
        "school-trip-room",
        "buried-treasure",
        "pen-friend-town",
        "first-repair",
        "missed-toy",
        "overheard-piece",
        "night-outdoors",
      ]
    `)
  })
})

describe('A text', () => {
  const text = { en: 'English', de: 'Deutsch', 'fr-CA': 'Canadien' }
  it.each([
    [[], 'English'],
    [['de'], 'Deutsch'],
    [['de-AT'], 'Deutsch'],
    [['DE-at'], 'Deutsch'],
    [['fr-ca'], 'Canadien'],
    [['fr'], 'English'],
    [['ja', 'de'], 'Deutsch'],
    [['constructor', '__proto__'], 'English'],
  ])('is in the best language there is: %j', (locales, expected) => {
    expect(textIn(text, locales)).toBe(expected)
  })
})

describe('A policy', () => {
  const own = (id: string, text: object = { en: 'Which door sticks?' }) => ({ id, text })

  it('has a default for everything', () => {
    const standard = policy.parse({})
    expect(standard).toEqual({ register: 5, answer: 3, custom: [], predefined: ids })
    expect(policyFaults(standard)).toEqual([])
    expect(offered(standard)).toEqual(CATALOGUE)
  })

  it('may offer own questions only, or some of each', () => {
    const custom = [own('a'), own('b', { en: 'Which window?', 'de-CH': 'Welches Fenster?' }), own('c')]
    const section = policy.parse({ register: 3, custom, predefined: [] })
    expect(policyFaults(section)).toEqual([])
    expect(offered(section).map(({ id }) => id)).toEqual(['a', 'b', 'c'])
    const both = policy.parse({ custom, predefined: ['first-repair', 'cuddly-toy'] })
    expect(policyFaults(both)).toEqual([])
    expect(offered(both).map(({ id }) => id)).toEqual(['cuddly-toy', 'first-repair', 'a', 'b', 'c'])
  })

  it.each([
    [{ register: 2 }, 'register'],
    [{ register: 6 }, 'register'],
    [{ answer: 2 }, 'answer'],
    [{ answer: 6 }, 'answer'],
    [{ answer: 3.5 }, 'answer'],
    [{ custom: Array.from({ length: 21 }, (_, at) => own(`own-${at}`)) }, 'custom'],
    [{ custom: [own('')] }, 'custom.0.id'],
    [{ custom: [own('Own')] }, 'custom.0.id'],
    [{ custom: [own('a b')] }, 'custom.0.id'],
    [{ custom: [own('a'.repeat(41))] }, 'custom.0.id'],
    [{ custom: [own('a', {})] }, 'custom.0.text.en'],
    [{ custom: [own('a', { de: 'Welche?' })] }, 'custom.0.text.en'],
    [{ custom: [own('a', { en: ' a ' })] }, 'custom.0.text.en'],
    [{ custom: [own('a', { en: 'a'.repeat(201) })] }, 'custom.0.text.en'],
    [{ custom: [own('a', { en: 'Which\ndoor?' })] }, 'custom.0.text.en'],
    [{ custom: [own('a', { en: 'Which\u202edoor?' })] }, 'custom.0.text.en'],
    [{ custom: [own('a', { en: 'Which?', de: '' })] }, 'custom.0.text.de'],
    [{ custom: [own('a', { en: 'Which?', deutsch: 'Welche?' })] }, 'custom.0.text.deutsch'],
    [{ custom: [{ ...own('a'), hint: 'blue' }] }, 'custom.0'],
    [{ questions: 5 }, ''],
  ])('names what has the wrong form: %#', (section, path) => {
    expect(policy.safeParse(section).error?.issues.map((issue) => issue.path.join('.'))).toEqual([path])
  })

  it.each([
    [{ register: 3, answer: 4 }, ['answer'], /4 answers .* only 3 /],
    [{ register: 4, predefined: ids.slice(0, 3) }, ['register'], /4 questions .* only 3 /],
    [{ predefined: [...ids, 'mothers-name'] }, ['predefined'], /"mothers-name"/],
    [{ predefined: [...ids, 'cuddly-toy'] }, ['predefined'], /"cuddly-toy" .* more than once/],
    [{ custom: [own('a'), own('b'), own('a')] }, ['custom'], /"a" .* more than once/],
    [
      { custom: [own('cuddly-toy')], predefined: ids.slice(5) },
      ['custom'],
      /"cuddly-toy" is that of a predefined/,
    ],
    [{ register: 3, answer: 4, predefined: ['x'] }, ['answer', 'predefined', 'register'], /4 answers/],
    [{ register: 3, predefined: [ids[0], ids[0], ids[1]] }, ['predefined', 'register'], /more than once/],
  ])('names what contradicts itself: %#', (section, options, problem) => {
    const faults = policyFaults(policy.parse(section))
    expect(faults.map(({ where }) => where)).toEqual(options.map((one) => `policy.methods.questions.${one}`))
    expect(faults[0]?.problem).toMatch(problem)
    for (const { fix } of faults) expect(fix).not.toBe('')
  })
})

describe('When the policy changes', () => {
  it('a question that is no longer offered is still asked, in its own words', async () => {
    const text = { en: 'Which door sticks?', de: 'Welche Tür klemmt?' }
    const section = { register: 3, custom: [{ id: 'own', text }] }
    const set = await register(section, {
      'cuddly-toy': 'Sir Humphrey',
      'hiding-place': 'the organ',
      own: 'the blue one',
    })
    expect(set.stored.answers[2]).toHaveProperty('text', text)

    const reworded = { register: 3, custom: [{ id: 'own', text: { en: 'Which window rattles?' } }] }
    for (const later of [
      { predefined: ['first-repair', 'first-prize', 'first-dance'], register: 3 },
      reworded,
    ]) {
      const step = await handlers.challenge(start(later), [set], {})
      if ('ok' in step) throw new Error(step.refused)
      expect(step.view.questions).toHaveLength(3)
      expect(step.view.questions).toContainEqual({ id: 'own', text })
      const answers = { 'cuddly-toy': 'Sir Humphrey', 'hiding-place': 'the organ', own: 'the blue one' }
      expect(await verify(step.pending.asked, [set], answers, later)).toHaveProperty('ok', true)
    }
  })

  it('who has registered fewer than are asked for by now is asked all of them', async () => {
    const set = await register({ register: 3 }, Object.fromEntries(Object.entries(ANSWERS).slice(0, 3)))
    const section = { register: 5, answer: 5 }
    const asked = await ask([set], section)
    expect(asked).toHaveLength(3)
    expect(await verify(asked, [set], rightTo(asked), section)).toHaveProperty('ok', true)
  })

  it('who has fewer than three left that can be asked is asked like somebody who has none', async () => {
    const { stored } = await register()
    const lost = stored.answers.map((answer, at) => (at < 2 ? answer : { ...answer, question: `gone-${at}` }))
    const set = registered({ answers: lost })
    for (let at = 0; at < 20; at++) {
      const asked = await ask([set])
      expect(asked).toHaveLength(3)
      expect(asked.filter((id) => id.startsWith('gone'))).toEqual([])
    }
    const asked = await ask([set])
    expect(await verify(asked, [set], rightTo(asked))).toMatchObject(REFUSED)
  })

  it('three right answers are no longer enough where five are asked for by now (H32)', async () => {
    const set = await register()
    const asked = await ask([set])
    const verdict = await verify(asked, [set], rightTo(asked), { answer: 5 })
    expect(verdict).toMatchObject(REFUSED)
    const next = nextOf(verdict)
    expect(next).toHaveLength(5)
    expect(await verify(next, [set], rightTo(next), { answer: 5 })).toHaveProperty('ok', true)
  })
})
