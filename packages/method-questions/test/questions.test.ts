import { Secret } from '@security-info/core'
import { describe, expect, it } from 'vitest'
import { createHandlers } from '../src/handlers.ts'
import { questions } from '../src/index.ts'
import { ANSWERS, CHEAP, createDeps, createHashes, registered, steadyRandom } from './deps.ts'
import { actions, nextOf, REFUSED, rightTo } from './set.ts'

const hashes = createHashes()
const handlers = createHandlers(createDeps({ hashes }))
const { register, ask, verify } = actions(handlers)

describe('What is kept', () => {
  it('is a hash for each answer with a salt of its own, and nothing else', async () => {
    const { stored } = await register()
    const again = await register()
    expect(stored.answers.map(({ question }) => question)).toEqual(Object.keys(ANSWERS))
    const kept = [...stored.answers, ...again.stored.answers]
    for (const answer of kept) {
      expect(Object.keys(answer)).toEqual(['question', 'hash'])
      expect(answer.hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
    }
    expect(new Set(kept.map(({ hash }) => hash.split('$')[4])).size, 'salts').toBe(10)
    expect(new Set(kept.map(({ hash }) => hash)).size).toBe(10)
  })

  it('is described by its size alone', async () => {
    expect(handlers.describe([await register(), await register({ register: 5 })])).toEqual([
      { questions: 5 },
      { questions: 5 },
    ])
  })
})

describe('Right answers', () => {
  it('to all questions that are asked prove, in any order and spelling', async () => {
    const set = await register()
    const asked = await ask([set])
    const loud = Object.entries(rightTo(asked)).map(([id, answer]) => [
      id,
      ` ${answer.toUpperCase()}\u200b  `,
    ])
    expect(await verify(asked, [set], Object.fromEntries(loud.toReversed()))).toEqual({
      ok: true,
      methodId: 'set',
    })
  })

  it('may be asked for again and again', async () => {
    const set = await register()
    for (let at = 0; at < 3; at++) {
      const asked = await ask([set])
      expect(asked).toHaveLength(3)
      expect(await verify(asked, [set], rightTo(asked))).toHaveProperty('ok', true)
    }
  })

  it.each([3, 4, 5])('are asked for as policy says: %i', async (answer) => {
    const set = await register()
    const asked = await ask([set], { answer })
    expect(asked).toHaveLength(answer)
    expect(await verify(asked, [set], rightTo(asked), { answer })).toHaveProperty('ok', true)
  })
})

describe('Wrong answers', () => {
  it('are refused alike, whichever they are, and something else is asked', async () => {
    const set = await register()
    const asked = await ask([set])
    const wrong = asked.flatMap((id) => [
      { ...rightTo(asked), [id]: 'wrong one' },
      Object.fromEntries(
        asked.map((other) => [other, other === id ? (rightTo([id])[id] ?? '') : 'wrong one']),
      ),
    ])
    for (const answers of [...wrong, Object.fromEntries(asked.map((id) => [id, 'wrong one']))]) {
      const verdict = await verify(asked, [set], answers)
      expect(verdict).toEqual({ ...REFUSED, next: expect.anything() })
      const next = nextOf(verdict)
      expect(next).toHaveLength(3)
      expect(next.toSorted(), 'another set').not.toEqual([...asked].toSorted())
    }
  })

  it('are never asked for again in the same questions, where there are others', async () => {
    const cheap = createHandlers(createDeps({ hashes: createHashes(CHEAP), random: steadyRandom('next') }))
    const { register, ask, verify } = actions(cheap)
    const section = { register: 4 }
    const set = await register(section, Object.fromEntries(Object.entries(ANSWERS).slice(0, 4)))
    for (const of of [[set], []]) {
      let asked = await ask(of, section)
      for (let at = 0; at < 40; at++) {
        const next = nextOf(await verify(asked, of, {}, section))
        expect(next.toSorted()).not.toEqual([...asked].toSorted())
        asked = next
      }
    }
  })

  it('are asked for again in the same questions, where there are no others', async () => {
    const section = { register: 3 }
    const set = await register(section, Object.fromEntries(Object.entries(ANSWERS).slice(0, 3)))
    const asked = await ask([set], section)
    const verdict = await verify(asked, [set], { ...rightTo(asked), 'cuddly-toy': 'wrong one' }, section)
    expect(nextOf(verdict).toSorted()).toEqual([...asked].toSorted())
  })

  it('are those of another question, of two questions swapped, or to a question too many', async () => {
    const set = await register()
    const asked = ['first-desk-mate', 'cuddly-toy', 'hiding-place']
    const right = rightTo(asked)
    const swapped = { ...right, 'cuddly-toy': 'Thorvald', 'first-desk-mate': 'Sir Humphrey' }
    const wrong = [
      { ...right, 'cuddly-toy': 'Krawuttke' },
      swapped,
      { ...right, 'feared-teacher': 'Krawuttke' },
      Object.fromEntries(Object.entries(right).slice(0, 2)),
      {},
    ]
    for (const answers of wrong) expect(await verify(asked, [set], answers)).toMatchObject(REFUSED)
  })

  it('are right ones to an earlier draw', async () => {
    const set = await register()
    const before = ['first-desk-mate', 'cuddly-toy', 'hiding-place']
    const asked = ['cuddly-toy', 'feared-teacher', 'hiding-place']
    expect(await verify(asked, [set], rightTo(before))).toMatchObject(REFUSED)
    expect(await verify(asked, [set], rightTo(asked))).toHaveProperty('ok', true)
  })

  it('are those that are missing, whatever is kept', async () => {
    const { stored } = await register()
    const hash = await hashes.hash(new Secret(''))
    const empty = stored.answers.map((answer, at) => (at === 0 ? { ...answer, hash } : answer))
    const asked = ['first-desk-mate', 'cuddly-toy', 'hiding-place']
    const answers = rightTo(['cuddly-toy', 'hiding-place', 'lost-as-child'])
    expect(await verify(asked, [registered({ answers: empty })], answers)).toMatchObject(REFUSED)
  })

  it('are all, where nothing or too little was asked', async () => {
    const set = await register()
    for (const asked of [[], ['cuddly-toy'], ['cuddly-toy', 'hiding-place']]) {
      expect(await verify(asked, [set], rightTo(asked))).toMatchObject(REFUSED)
    }
  })
})

it('is for resets alone, beside something stronger', () => {
  expect(questions()).toMatchObject({
    id: 'questions',
    method: {
      ways: [{ id: 'answers', usedFor: ['PASSWORD_RESET'], guessable: true, strength: 5 }],
      limits: { methods: 1, attempts: 5, ttlSeconds: 900 },
      answeredBy: 'chosen',
      needsAnother: true,
      knowledgeBased: true,
    },
  })
  const given = { register: 3 } as object as Record<string, never>
  expect(() => questions(given), 'there are no options').toThrow(/plugin "questions", option/)
})
