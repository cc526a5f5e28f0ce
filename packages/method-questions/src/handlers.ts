import { type Deps, type Handlers, refuse } from '@security-info/core'
import { createComparison, hashable } from './compare.ts'
import { draw } from './draw.ts'
import { proof } from './inputs.ts'
import { offered, type QuestionsPolicy } from './policy.ts'
import { type Askable, poolOf } from './pool.ts'
import { renewed } from './renew.ts'
import { MAX_LENGTH, MIN_LENGTH, problemOf } from './rules.ts'
import type { QuestionsSchema } from './schema.ts'
import type { Challenging, Enrolling, Stored } from './stored.ts'

export function createHandlers(
  deps: Deps,
): Handlers<'questions', QuestionsSchema, Stored, Enrolling, Challenging, QuestionsPolicy> {
  const allRight = createComparison(deps)
  const ask = (pool: readonly Askable[], { answer }: QuestionsPolicy, last?: readonly string[]) => {
    const drawn = draw(deps.random, pool, answer, last)
    return {
      view: { questions: drawn.map(({ id, text }) => ({ id, text })) },
      pending: { asked: drawn.map(({ id }) => id) },
    }
  }

  return {
    inputs: { proof },

    async begin({ policy }) {
      const { register: toRegister, answer: toAnswer } = policy
      const rules = { toRegister, toAnswer, minLength: MIN_LENGTH, maxLength: MAX_LENGTH }
      return { view: { questions: offered(policy), ...rules }, pending: {} }
    },

    checkConfirm: ({ username, displayName, policy }, { answers }) =>
      problemOf(policy, answers, { username, displayName }),

    async confirm({ policy }, { answers }) {
      // Nothing that is kept rests on `checkConfirm` having been asked.
      const problem = problemOf(policy, answers)
      if (problem) return problem
      const kept: Stored['answers'] = []
      for (const { question, answer } of answers) {
        const own = policy.custom.find(({ id }) => id === question)
        const hash = await deps.hashes.hash(hashable(answer))
        kept.push({ question, hash, ...(own && { text: own.text }) })
      }
      return { stored: { answers: kept } }
    },

    async challenge({ policy, userId }, [method]) {
      return ask(poolOf(policy, userId, method?.stored), policy)
    },

    async verify({ policy, userId, pending: { asked } }, [method], { answers }) {
      const pool = poolOf(policy, userId, method?.stored)
      const right = await allRight(asked, pool, answers)
      // Never fewer than three; and policy may want more by now than were asked for when this began.
      const enough = asked.length >= Math.min(policy.answer, pool.length)
      if (right && enough && method) {
        const stored = await renewed(deps, method.stored, answers)
        return { ok: true, methodId: method.id, ...(stored && { stored }) }
      }
      return { ...refuse('wrong-proof'), next: ask(pool, policy, asked) }
    },

    describe: (list) => list.map(({ stored }) => ({ questions: stored.answers.length })),
  }
}
