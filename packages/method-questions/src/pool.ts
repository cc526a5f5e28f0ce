import { CATALOGUE } from './catalogue.ts'
import { LEAST_ANSWERS, offered, type QuestionsPolicy } from './policy.ts'
import type { Question } from './question.ts'
import type { Stored } from './stored.ts'

/** A question that somebody can be asked; those of a decoy have no answer. */
export interface Askable extends Question {
  readonly hash?: string
}

/**
 * What one person is asked out of: what they have registered, or where that is nothing, what somebody might have who
 * has. A question is asked in the words under which it was answered, also when it is no longer offered.
 */
export function poolOf(
  policy: QuestionsPolicy,
  userId: string,
  stored: Stored | undefined,
): readonly Askable[] {
  const own = (stored?.answers ?? []).flatMap(({ question: id, hash, text = predefined(id) }) =>
    text ? [{ id, text, hash }] : [],
  )
  return own.length >= LEAST_ANSWERS ? own : decoyOf(policy, userId)
}

function predefined(id: string): Question['text'] | undefined {
  return CATALOGUE.find((question) => question.id === id)?.text
}

/**
 * As many questions as people register, the same each time one person is asked, as they would be for somebody real. The id
 * is random enough to choose by: it is read as a number in which each remainder is one choice among what is left.
 */
function decoyOf(policy: QuestionsPolicy, userId: string): readonly Question[] {
  const left = [...offered(policy)]
  let number = BigInt(`0x0${userId.replace(/[^0-9a-f]/gi, '')}`)
  return Array.from({ length: Math.min(policy.register, left.length) }).flatMap(() => {
    const choices = BigInt(left.length)
    const choice = Number(number % choices)
    number /= choices
    return left.splice(choice, 1)
  })
}
