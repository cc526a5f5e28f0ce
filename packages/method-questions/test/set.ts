import { expect } from 'vitest'
import type { createHandlers } from '../src/handlers.ts'
import { ANSWERS, attempt, given, registered, start } from './deps.ts'

export type Answers = Readonly<Record<string, string>>
const all: Answers = ANSWERS

/** What a refusal says, but for what is asked next. */
export const REFUSED = { ok: false, refused: 'wrong-proof' }

/** The right answers to these, as far as there are any. */
export function rightTo(asked: readonly string[]): Answers {
  return Object.fromEntries(asked.map((id) => [id, all[id] ?? 'something else']))
}

/** What people do with questions, by the handlers. */
export function actions(handlers: ReturnType<typeof createHandlers>) {
  return {
    /** A set that was really registered. */
    async register(section: object = {}, answers: Answers = ANSWERS) {
      const kept = await handlers.confirm(attempt({}, section), { answers: given(answers) })
      if ('ok' in kept) throw new Error(kept.refused)
      return registered(kept.stored)
    },
    async ask(
      of: readonly ReturnType<typeof registered>[],
      section: object = {},
      userId?: string,
    ): Promise<readonly string[]> {
      const step = await handlers.challenge(start(section, userId), of, {})
      if ('ok' in step) throw new Error(step.refused)
      expect(step.view.questions.map(({ id }) => id)).toEqual(step.pending.asked)
      return step.pending.asked
    },
    verify: (
      asked: readonly string[],
      of: readonly ReturnType<typeof registered>[],
      answers: Answers,
      section: object = {},
    ) => handlers.verify(attempt({ asked: [...asked] }, section), of, { answers: given(answers) }),
  }
}

/** What is asked after a wrong answer. */
export function nextOf(
  verdict: Awaited<ReturnType<ReturnType<typeof actions>['verify']>>,
): readonly string[] {
  if (verdict.ok || !verdict.next) throw new Error('Nothing is asked next.')
  const { view, pending } = verdict.next
  expect(view.questions.map(({ id }) => id)).toEqual(pending.asked)
  return pending.asked
}
