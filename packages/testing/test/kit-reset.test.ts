/** The conformance kit on kinds whose one flaw tells a stranger, in a password reset, who has what: it has to find it. */
import { refuse } from '@security-info/core'
import { describe, expect, it } from 'vitest'
import { type CourierHandlers, masked } from './plugins/courier.ts'
import { type Flaw, failuresOf } from './plugins/failures.ts'
import { couriers, quizzes } from './plugins/people.ts'
import { draw, type QuizHandlers } from './plugins/quiz.ts'

/** A handler that forgot that there may be nobody. */
async function failing(_at: object, [method]: readonly { readonly id: string }[]) {
  if (!method) throw new TypeError('Cannot read properties of undefined')
  return { ok: true, methodId: method.id } as const
}

const nowhere: Partial<CourierHandlers> = {
  retyped: (_start, _of, { house }) => ({ countedAs: house, view: { destination: masked(house) } }),
}
const ofStrangers: readonly Flaw<CourierHandlers>[] = [
  ['forgets that there may be nobody', /every proof of nobody.*rider/, () => ({ verify: failing })],
  [
    'takes the code that nobody was sent',
    /every proof of nobody.*pigeon/,
    () => ({
      verify: async ({ codeOk }, [method]) =>
        codeOk ? { ok: true, methodId: method?.id ?? 'nobody' } : refuse('wrong-proof'),
    }),
  ],
  [
    'says that there is nobody',
    /every proof of nobody.*rider/,
    ({ verify }) => ({
      verify: async (at, of, proof) => (of.length > 0 ? verify(at, of, proof) : refuse('courier.nobody')),
    }),
  ],
  [
    'says more to somebody whose code is wrong',
    /refuses nobody the same.*rider/,
    () => ({
      verify: async ({ codeOk }, [method]) => {
        if (codeOk && method) return { ok: true, methodId: method.id }
        return method ? refuse('courier.late') : refuse('wrong-proof')
      },
    }),
  ],
  [
    'shows more of somebody',
    /asks nobody the same.*pigeon/,
    ({ challenge }) => ({
      async challenge(start, of, ask) {
        const step = await challenge(start, of, ask)
        return 'ok' in step || of.length === 0
          ? step
          : { ...step, view: { ...step.view, note: 'courier.known' } }
      },
    }),
  ],
  ['finds no house', /finds what its owner types again/, () => nowhere],
  [
    'finds every house',
    /finds what its owner types again/,
    ({ retyped }) => ({
      retyped: (start, of, typed) => ({ ...retyped?.(start, [], typed), methodId: of[0]?.id }) as never,
    }),
  ],
  [
    'looks at one house only',
    /finds what its owner types again.*rider/,
    ({ retyped }) => ({
      retyped: (start, of, typed) => retyped?.(start, of.slice(0, 1), typed) ?? refuse('courier.ill'),
    }),
  ],
  [
    'refuses a house that nobody has registered',
    /(finds|tells nobody).*again.*rider/,
    ({ retyped }) => ({
      retyped(start, of, typed) {
        const found = retyped?.(start, of, typed)
        return found && 'methodId' in found ? found : refuse('courier.nobody', { path: ['house'] })
      },
    }),
  ],
  [
    'shows the house that is registered and not the one that was typed',
    /tells nobody.*again.*pigeon/,
    ({ retyped }) => ({
      retyped(start, of, typed) {
        const found = retyped?.(start, of, typed) ?? refuse('courier.ill')
        const house = of[0]?.stored.house
        return 'ok' in found || !house ? found : { ...found, view: { destination: `${masked(house)} ` } }
      },
    }),
  ],
  [
    'counts what nobody has apart',
    /tells nobody.*again/,
    ({ retyped }) => ({
      retyped(start, of, typed) {
        const found = retyped?.(start, of, typed) ?? refuse('courier.ill')
        return 'ok' in found || found.methodId ? found : { ...found, countedAs: 'house-of-nobody' }
      },
    }),
  ],
  [
    'shows the whole house that was typed',
    /tells nobody.*again/,
    ({ retyped }) => ({
      retyped(start, of, typed) {
        const found = retyped?.(start, of, typed) ?? refuse('courier.ill')
        return 'ok' in found ? found : { ...found, view: { destination: typed.house } }
      },
    }),
  ],
]

const quizFlaws: readonly Flaw<QuizHandlers>[] = [
  [
    'asks nobody for fewer answers',
    /asks nobody the same/,
    ({ challenge }) => ({
      async challenge(start, of, ask) {
        const step = await challenge(start, of, ask)
        return 'ok' in step || of.length > 0 ? step : { ...step, view: { questions: ['bird'] } }
      },
    }),
  ],
  [
    'asks nobody anew',
    /refuses nobody the same/,
    ({ verify }) => ({
      verify: async (at, of, proof) => (of.length > 0 ? verify(at, of, proof) : refuse('wrong-proof')),
    }),
  ],
  [
    'keeps something else of what is asked anew',
    /refuses nobody the same/,
    () => ({
      verify: async ({ pending: { asked } }, of, { answers }) => {
        const [method] = of
        if (method && answers[0]?.reveal() !== 'no') return { ok: true, methodId: method.id }
        return { ...refuse('wrong-proof'), next: { ...draw(asked), pending: {} as never } }
      },
    }),
  ],
  [
    'asks anew for more',
    /refuses nobody the same/,
    ({ verify }) => ({
      async verify(at, of, proof) {
        const verdict = await verify(at, of, proof)
        if (verdict.ok) return verdict
        return { ...verdict, next: { ...draw(), view: { questions: ['bird', 'tree', 'river'] } } }
      },
    }),
  ],
  [
    'works less where there is nobody',
    /after the same work/,
    ({ verify }) => ({
      verify: async (at, of, proof) =>
        of.length > 0 ? verify(at, of, proof) : { ...refuse('wrong-proof'), next: draw(at.pending.asked) },
    }),
  ],
  ['forgets that there may be nobody', /every proof of nobody/, () => ({ verify: failing })],
]

describe('The kit finds a kind that', () => {
  it.each(ofStrangers)('%s', async (_what, check, flaw) => {
    const { ran, failed } = await failuresOf(couriers(flaw), (name) => check.test(name))
    expect(ran).toBeGreaterThan(0)
    expect(failed).toHaveLength(ran)
  })

  it.each(quizFlaws)('%s, in questions', async (_what, check, flaw) => {
    const { ran, failed } = await failuresOf(quizzes(flaw), (name) => check.test(name))
    expect(ran).toBeGreaterThan(0)
    expect(failed).toHaveLength(ran)
  })

  it('does not say what is typed again', async () => {
    const { retype: _, ...silent } = couriers()
    const { ran, failed } = await failuresOf(silent, (name) => / again is|types again/.test(name))
    expect(ran).toBe(4)
    expect(failed).toHaveLength(4)
    expect(failed[0]).toContain('Say in `retype` what people type again')
  })
})
