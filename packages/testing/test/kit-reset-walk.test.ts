/**
 * The conformance kit walks through whole password resets, with kinds that have one flaw there each: the checks that are named have
 * to find it. They are all that do, of those that walk.
 */
import { type Plugin, refuse } from '@security-info/core'
import { sql } from 'drizzle-orm'
import { describe, expect, it } from 'vitest'
import type { CourierHandlers } from './plugins/courier.ts'
import { type Flaw, failuresOf } from './plugins/failures.ts'
import { couriers, quizzes, resetSeals } from './plugins/people.ts'
import { draw, type QuizHandlers } from './plugins/quiz.ts'
import type { SealHandlers } from './plugins/seal.ts'

/** The checks that walk through a reset by the API. */
const WALKS = /^[CH]\d+: /

const sealFlaws: readonly Flaw<SealHandlers>[] = [
  [
    'lists the seals of its owner, as if it were sign-in',
    /^H3/,
    ({ challenge }) => ({
      challenge: async (start, of, ask) => challenge({ ...start, purpose: 'TWO_FACTOR' }, of, ask),
    }),
  ],
  [
    'shows the name of who exists',
    /^H3/,
    ({ challenge }) => ({
      async challenge(start, of, ask) {
        const step = await challenge(start, of, ask)
        return 'ok' in step ? step : { ...step, view: { ...step.view, names: [start.username] } }
      },
    }),
  ],
  [
    'accepts a decoy',
    /^H3/,
    ({ verify }) => ({
      verify: async (at, of, proof) =>
        of.length > 0 ? verify(at, of, proof) : { ok: true, methodId: 'nobodys' },
    }),
  ],
  [
    'takes any proof',
    /^(C1|C13|C15|H1|H3):/,
    () => ({
      verify: async (_at, [method]) => (method ? { ok: true, methodId: method.id } : refuse('wrong-proof')),
    }),
  ],
  ['spends an attempt on a slip', /^C15/, () => ({ inputs: {} })],
  [
    'asks for something else in a reset than it compares with',
    /^(C1|C5|C6|C11|C20|H1):/,
    ({ challenge }) => ({
      async challenge(start, of, ask) {
        const step = await challenge(start, of, ask)
        return start.purpose === 'TWO_FACTOR' || 'ok' in step
          ? step
          : { ...step, pending: { nonce: 'another' } }
      },
    }),
  ],
  [
    'refuses whoever was guessed at',
    /^H1/,
    ({ verify }) => {
      const wrong = new Map<string, number>()
      return {
        async verify(at, of, proof) {
          const times = wrong.get(at.userId) ?? 0
          if (times >= 10) return refuse('wrong-proof')
          const verdict = await verify(at, of, proof)
          if (!verdict.ok) wrong.set(at.userId, times + 1)
          return verdict
        },
      }
    },
  ],
]

/** What a plugin does beside its method. */
const pluginFlaws: readonly (readonly [what: string, check: RegExp, more: Partial<Plugin>])[] = [
  [
    'goes with the old password',
    /^C11/,
    {
      within: async (tx, { userId }) =>
        void (await tx.execute(
          sql`delete from security_info.method where kind = 'seal' and user_id = ${userId}::uuid`,
        )),
    },
  ],
  [
    'undoes the new password',
    /^(C5|C6|C11|C20):/,
    {
      within: async () => {
        throw new Error('It has nothing to do there.')
      },
    },
  ],
]

const quizFlaws: readonly Flaw<QuizHandlers>[] = [
  [
    'compares with what it asked before',
    /^C1:/,
    ({ verify }) => ({
      async verify(at, of, proof) {
        const verdict = await verify(at, of, proof)
        return 'next' in verdict
          ? { ...verdict, next: { ...draw(at.pending.asked), pending: at.pending } }
          : verdict
      },
    }),
  ],
  [
    'spends an attempt on a slip',
    /^C15/,
    ({ inputs }) => ({ inputs: { confirm: inputs?.confirm } as object }),
  ],
  [
    'refuses right proofs that come together',
    /^C5/,
    ({ verify }) => {
      let comparing = 0
      return {
        async verify(at, of, proof) {
          const joins = comparing++ > 0
          const verdict = await verify(at, of, proof)
          const alone = comparing-- === 1 && !joins
          return alone ? verdict : refuse('wrong-proof')
        },
      }
    },
  ],
]

const courierFlaws: readonly Flaw<CourierHandlers>[] = [
  [
    'sends its codes elsewhere in a reset',
    /^C11/,
    ({ challenge }) => ({
      async challenge(start, of, ask) {
        const step = await challenge(start, of, ask)
        if (start.purpose === 'TWO_FACTOR' || 'ok' in step || !step.deliver) return step
        return { ...step, deliver: { to: 'house-of-a-thief' } }
      },
    }),
  ],
  [
    'writes to who exists that it does',
    /^H3/,
    ({ retyped }) => ({
      retyped(start, of, typed) {
        const found = retyped?.(start, of, typed) ?? refuse('courier.ill')
        return 'ok' in found ? found : { ...found, view: { ...found.view, note: start.displayName } }
      },
    }),
  ],
]

describe('The kit walks through a reset and finds nothing', () => {
  it('in a kind with one attempt', async () => {
    const { ran, failed, skipped } = await failuresOf(resetSeals(), (name) => WALKS.test(name))
    expect(failed).toEqual([])
    expect(ran).toBe(9)
    expect(skipped).toEqual(['Codes that are sent: no way has a channel'])
  })

  it('in a kind that can prove nothing there, and says why', async () => {
    const why = 'the seal does not say whose it is'
    const { failed, ran, skipped } = await failuresOf(
      { ...resetSeals(), notInReset: { press: why } },
      (name) => WALKS.test(name),
    )
    expect(failed).toEqual([])
    expect(ran).toBe(1)
    expect(skipped).toContain(`A password reset by press: ${why}`)
  })
})

describe('The kit walks through a reset and finds a kind that', () => {
  it.each(sealFlaws)('%s', async (_what, check, flaw) => {
    const { ran, failed } = await failuresOf(resetSeals(flaw), (name) => check.test(name))
    expect(ran).toBeGreaterThan(0)
    expect(failed).toHaveLength(ran)
  })

  it.each(pluginFlaws)('%s', async (_what, check, more) => {
    const { ran, failed } = await failuresOf(resetSeals(undefined, more), (name) => check.test(name))
    expect(ran).toBeGreaterThan(0)
    expect(failed).toHaveLength(ran)
  })

  it.each(quizFlaws)('%s, in questions', async (_what, check, flaw) => {
    const { ran, failed } = await failuresOf(quizzes(flaw), (name) => check.test(name))
    expect(ran).toBeGreaterThan(0)
    expect(failed).toHaveLength(ran)
  })

  it.each(courierFlaws)('%s, in codes', async (_what, check, flaw) => {
    const { ran, failed } = await failuresOf(couriers(flaw), (name) => check.test(name))
    expect(ran).toBeGreaterThan(0)
    expect(failed).toHaveLength(ran)
  })
})
