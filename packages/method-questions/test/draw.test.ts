import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CATALOGUE } from '../src/catalogue.ts'
import { below, draw } from '../src/draw.ts'
import { createHandlers } from '../src/handlers.ts'
import { policy } from '../src/policy.ts'
import { poolOf } from '../src/pool.ts'
import { createDeps, registered, start, steadyRandom, USER } from './deps.ts'

const five = ['a', 'b', 'c', 'd', 'e'].map((id) => ({ id }))
const idsOf = (drawn: readonly { readonly id: string }[]) => drawn.map(({ id }) => id)
const sorted = (ids: readonly string[]) => ids.toSorted().join('')

/** How far counts are from all being the same, in standard deviations of chi-square: beyond 5 it is no chance. */
function unevenness(counts: readonly number[]): number {
  const expected = counts.reduce((sum, count) => sum + count, 0) / counts.length
  const chiSquare = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0)
  const freedom = Math.max(counts.length - 1, 1)
  return (chiSquare - freedom) / Math.sqrt(2 * freedom)
}

function tally(values: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  return counts
}

const times = <T>(count: number, make: (at: number) => T) =>
  Array.from({ length: count }, (_, at) => make(at))

describe('A random number', () => {
  it.each([1, 2, 3, 5, 7, 10, 100, 200, 256])('below %i is as likely as any other', (bound) => {
    const random = steadyRandom(`below ${bound}`)
    const counts = Array.from({ length: bound }, () => 0)
    for (let at = 0; at < bound * 500; at++) {
      const number = below(random, bound)
      counts[number] = (counts[number] ?? 0) + 1
    }
    expect(counts).toHaveLength(bound)
    expect(unevenness(counts)).toBeLessThan(5)
  })

  it('is not made of a byte with which small numbers would be likelier', () => {
    const bytes = [250, 255, 249]
    expect(
      below(() => Uint8Array.of(bytes.shift() ?? 0), 10),
      '250 to 255 would be 0 to 5 once more',
    ).toBe(9)
    expect(bytes).toEqual([])
  })
})

describe('A draw', () => {
  it('takes each set, in each order, as often as any other', () => {
    const random = steadyRandom('draw')
    const drawn = times(30_000, () => idsOf(draw(random, five, 3)))
    const sets = tally(drawn.map(sorted))
    const orders = tally(drawn.map((ids) => ids.join('')))
    expect([sets.size, orders.size]).toEqual([10, 60])
    expect(unevenness([...sets.values()])).toBeLessThan(5)
    expect(unevenness([...orders.values()])).toBeLessThan(5)
  })

  it('asks for something else than the last time, and for each of the others as often', () => {
    const random = steadyRandom('again')
    const drawn = times(9_000, () => sorted(idsOf(draw(random, five, 3, ['c', 'a', 'b']))))
    const sets = tally(drawn)
    expect(sets.has('abc')).toBe(false)
    expect(sets.size).toBe(9)
    expect(unevenness([...sets.values()])).toBeLessThan(5)
  })

  it('holds what it promises for every number that can be registered and asked', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 3, max: 5 }),
        fc.integer({ min: 3, max: 5 }),
        fc.nat(),
        (size, count, seed) => {
          const random = steadyRandom(String(seed))
          const pool = five.slice(0, size)
          const first = idsOf(draw(random, pool, count))
          const second = idsOf(draw(random, pool, count, first))
          expect(first).toHaveLength(Math.min(size, count))
          expect(new Set(first).size).toBe(first.length)
          expect(idsOf(pool)).toEqual(expect.arrayContaining(first))
          const others = size > count
          expect(sorted(second) !== sorted(first), 'something else, where there is').toBe(others)
        },
      ),
    )
  })

  it('tells nothing by its order: also where all are asked, the first may be any', () => {
    const random = steadyRandom('order')
    const firsts = tally(times(5_000, () => draw(random, five, 5, idsOf(five))[0]?.id ?? ''))
    expect(firsts.size).toBe(5)
    expect(unevenness([...firsts.values()])).toBeLessThan(5)
  })
})

describe('Somebody who has no questions', () => {
  const section = policy.parse({})
  const userIds = (count: number) => {
    const random = steadyRandom('people')
    return times(count, () => {
      const hex = Buffer.from(random(16)).toString('hex')
      return hex.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12})$/, '$1-$2-4$3-a$4-$5')
    })
  }

  it('would have registered as many as people do, always the same, each question once', () => {
    for (const userId of userIds(200)) {
      const pool = poolOf(section, userId, undefined)
      expect(new Set(idsOf(pool)).size).toBe(5)
      expect(poolOf(section, userId.toUpperCase(), undefined)).toEqual(pool)
    }
    const three = poolOf(policy.parse({ register: 3 }), USER, undefined)
    expect(three).toHaveLength(3)
    expect(poolOf(section, 'no id at all', undefined), 'not a uuid').toHaveLength(5)
  })

  it('would have chosen any question, and not the same as others', () => {
    const pools = userIds(4_000).map((userId) => idsOf(poolOf(section, userId, undefined)))
    expect(new Set(pools.map((ids) => ids.toSorted().join(' '))).size).toBeGreaterThan(3_900)
    const chosen = tally(pools.flat())
    expect(chosen.size).toBe(CATALOGUE.length)
    expect(unevenness([...chosen.values()])).toBeLessThan(5)
  })

  it('would have chosen each set as often as any other, also out of few', () => {
    const custom = times(6, (at) => ({ id: `own-${at}`, text: { en: `Question ${at}?` } }))
    const few = policy.parse({ register: 3, predefined: [], custom })
    const sets = tally(userIds(8_000).map((userId) => sorted(idsOf(poolOf(few, userId, undefined)))))
    expect(sets.size).toBe(20)
    expect(unevenness([...sets.values()])).toBeLessThan(5)
  })

  it('is asked like somebody who has, over and over', async () => {
    const handlers = createHandlers(createDeps({ random: steadyRandom('asked') }))
    const answers = CATALOGUE.slice(0, 5).map(({ id }) => ({ question: id, hash: 'none' }))
    for (const of of [[], [registered({ answers })]]) {
      const asked: string[] = []
      for (let at = 0; at < 600; at++) {
        const step = await handlers.challenge(start(), of, {})
        if ('ok' in step) throw new Error('refused')
        expect(step.view.questions.map((question) => Object.keys(question))).toEqual([
          ['id', 'text'],
          ['id', 'text'],
          ['id', 'text'],
        ])
        expect(step.pending.asked).toEqual(idsOf(step.view.questions))
        asked.push(step.pending.asked.join(' '))
      }
      expect(tally(asked).size, 'every set, in every order').toBe(60)
      expect(new Set(asked.flatMap((one) => one.split(' '))).size).toBe(5)
    }
  })
})
