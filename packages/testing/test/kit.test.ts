/** The conformance kit on kinds that are right, and on kinds with one flaw each, which it has to find. */
import { refuse } from '@security-info/core'
import { describe, expect, it } from 'vitest'
import { type CourierHandlers, courier, masked } from './plugins/courier.ts'
import { type Flaw, failuresOf } from './plugins/failures.ts'
import { couriers, gossips, quizzes, seals } from './plugins/people.ts'
import type { SealHandlers } from './plugins/seal.ts'

describe('The kit finds nothing', () => {
  it('in a kind whose codes are sent in two ways', async () => {
    const { failed, skipped } = await failuresOf(couriers())
    expect(failed).toEqual([])
    expect(skipped).toEqual([])
  })

  it('in a kind for password reset alone, and says what it leaves out', async () => {
    const plugin = () => courier(undefined, ['PASSWORD_RESET'])
    const { failed, skipped } = await failuresOf({ ...couriers(), plugin })
    expect(failed).toEqual([])
    const why = 'no way is used for TWO_FACTOR, and nothing else challenges yet'
    expect(skipped).toEqual([
      `Proving at sign-in: ${why}`,
      `proves by rider: ${why}`,
      `proves by pigeon: ${why}`,
      `proves nothing after it was removed, not in a challenge that was open either: ${why}`,
    ])
  })

  it('in a kind that is known and not held, and is asked anew', async () => {
    const { failed, skipped } = await failuresOf(quizzes())
    expect(failed).toEqual([])
    expect(skipped[0]).toBe(
      'refuses wrong first proofs, counts down, and then ends: it is `knowledgeBased`: what people make up is right',
    )
  })

  it('in a kind with one attempt, that is never the only one', async () => {
    const { failed, skipped } = await failuresOf(seals())
    expect(failed).toEqual([])
    expect(skipped).toEqual([
      'Codes that are sent: no way has a channel',
      'asks nobody the same as somebody, by press: this way is not used for PASSWORD_RESET, and sign-in knows its people',
      'refuses nobody the same as somebody, after the same work, by press: this way is not used for PASSWORD_RESET, and sign-in knows its people',
      'A password reset by press: this way is not used for PASSWORD_RESET',
    ])
  })
})

const flaws: readonly Flaw<CourierHandlers>[] = [
  [
    'takes any first code',
    /wrong first proofs/,
    () => ({ confirm: async ({ pending }) => ({ stored: pending }) }),
  ],
  [
    'takes any code',
    /refuses wrong proofs/,
    () => ({
      verify: async (_at, [method]) => (method ? { ok: true, methodId: method.id } : refuse('wrong-proof')),
    }),
  ],
  [
    'takes the code of another flow',
    /another flow, when it is asked for by rider/,
    () => ({
      verify: async (_at, [method], proof) =>
        method && proof.code.reveal() !== '000000'
          ? { ok: true, methodId: method.id }
          : refuse('wrong-proof'),
    }),
  ],
  [
    'takes the code that was sent before',
    /the one before is void, when it is set up by pigeon/,
    () => ({
      confirm: async ({ pending }, proof) =>
        proof.code.reveal() === '000000' ? refuse('wrong-proof') : { stored: pending },
    }),
  ],
  [
    'shows the full address when it is set up',
    /sends one code.*set up by rider/,
    ({ begin }) => ({
      async begin(start, input, ...rest) {
        const step = await begin(start, input, ...rest)
        return 'ok' in step ? step : { ...step, view: { destination: input.house.toUpperCase() } }
      },
    }),
  ],
  [
    'shows the full address when it is asked for',
    /no full address in any answer.*pigeon/,
    ({ challenge }) => ({
      async challenge(start, of, ask) {
        const step = await challenge(start, of, ask)
        const to = of[0]?.stored.house ?? 'nobody'
        return 'ok' in step ? step : { ...step, view: { destination: [...to].join(' ') } }
      },
    }),
  ],
  [
    'names the method after its address',
    /leaves no secret/,
    ({ confirm }) => ({
      async confirm(at, proof) {
        const done = await confirm(at, proof)
        return 'ok' in done ? done : { ...done, suggestedLabel: at.pending.house }
      },
    }),
  ],
  [
    'sends its codes elsewhere when it is asked for',
    /sends one code.*asked for by rider/,
    ({ challenge }) => ({
      async challenge(start, of, ask) {
        const step = await challenge(start, of, ask)
        return 'ok' in step || !step.deliver ? step : { ...step, deliver: { to: 'house-of-a-thief' } }
      },
    }),
  ],
  [
    'sends to nobody',
    /asks nobody the same.*rider/,
    ({ challenge }) => ({
      async challenge(start, of, ask) {
        const step = await challenge(start, of, ask)
        return 'ok' in step ? step : { deliver: { to: 'house-of-nobody' }, ...step }
      },
    }),
  ],
  [
    'has a decoy of another shape',
    /asks nobody the same.*pigeon/,
    ({ challenge }) => ({
      async challenge(start, of, ask) {
        const step = await challenge(start, of, ask)
        const note = 'courier.nobody'
        return 'ok' in step || of.length > 0 ? step : { ...step, view: { ...step.view, note } }
      },
    }),
  ],
  [
    'has another decoy each time',
    /asks nobody the same.*rider/,
    ({ challenge }) => {
      let times = 10
      return {
        challenge: async (start, of, ask) =>
          of.length > 0
            ? challenge(start, of, ask)
            : { view: { destination: masked(`house-${++times}`) }, pending: {} },
      }
    },
  ],
  [
    'refuses its second way',
    /proves by pigeon/,
    ({ challenge }) => ({
      challenge: async (start, of, ask) =>
        start.way === 'pigeon' ? refuse('courier.ill') : challenge(start, of, ask),
    }),
  ],
  [
    'keeps something beside what core keeps',
    /that it was replaced/,
    ({ confirm, verify }) => {
      const newest = new Map<string, string>()
      return {
        async confirm(at, proof) {
          newest.set(at.userId, at.pending.house)
          return confirm(at, proof)
        },
        verify: async (at, of, proof) =>
          of[0]?.stored.house === newest.get(at.userId) ? verify(at, of, proof) : refuse('wrong-proof'),
      }
    },
  ],
]

const sealFlaws: readonly Flaw<SealHandlers>[] = [
  [
    'takes any answer',
    /refuses wrong proofs/,
    () => ({
      verify: async (_at, [method]) => (method ? { ok: true, methodId: method.id } : refuse('wrong-proof')),
    }),
  ],
  [
    'takes the answer to another challenge',
    /lets one of many equal proofs in/,
    () => ({
      verify: async (_at, of, { answer }) => {
        const [method] = of
        return method && answer.reveal().startsWith(method.stored.secret)
          ? { ok: true, methodId: method.id }
          : refuse('wrong-proof')
      },
    }),
  ],
  ['spends an attempt on a slip', /malformed/, () => ({ inputs: {} })],
]

describe('The kit finds a kind that', () => {
  it.each(flaws)('%s', async (_what, check, flaw) => {
    const { ran, failed } = await failuresOf(couriers(flaw), (name) => check.test(name))
    expect(ran).toBeGreaterThan(0)
    expect(failed).toHaveLength(ran)
  })

  it.each(sealFlaws)('%s, with one attempt', async (_what, check, flaw) => {
    const { ran, failed } = await failuresOf(seals(flaw), (name) => check.test(name))
    expect(ran).toBeGreaterThan(0)
    expect(failed).toHaveLength(ran)
  })

  it('tells its code instead of sending it', async () => {
    const { ran, failed } = await failuresOf(gossips, (name) => name.startsWith('sends one code'))
    expect(ran).toBe(2)
    expect(failed).toHaveLength(2)
  })
})
