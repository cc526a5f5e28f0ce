import { type Refusal, refuse, type Secret } from '@security-info/core'
import { isCommonGuess } from './guesses.ts'
import { lengthOf, normalAnswer, wordsOf } from './normal.ts'
import { offered, type QuestionsPolicy } from './policy.ts'
import type { Question } from './question.ts'
import { isInProfile, isInQuestion, type Profile } from './told.ts'

/** Characters of an answer in its normal form, of any script. */
export const MIN_LENGTH = 3
export const MAX_LENGTH = 40

/** One answer as it comes in. */
export interface Given {
  readonly question: string
  readonly answer: Secret
}

/** The same as the rules look at it. */
interface Read {
  readonly id: string
  readonly normal: string
  /** Its letters, digits and signs alone. */
  readonly bare: string
}

/** A rule that one answer breaks, and which half of it. */
interface Broken {
  readonly rule: `questions.${string}`
  readonly field: keyof Given
  readonly values?: Readonly<Record<string, number>>
}

/** The first thing that is wrong with the answers somebody wants to register. Says it without repeating any of them. */
export function problemOf(
  policy: QuestionsPolicy,
  answers: readonly Given[],
  profile?: Profile,
): Refusal<'questions'> | undefined {
  const { register: expected } = policy
  if (answers.length !== expected) {
    return refuse('questions.count', { path: ['answers'], values: { expected, got: answers.length } })
  }
  const questions = new Map(offered(policy).map((question) => [question.id, question]))
  const read = answers.map(readAnswer)
  for (const [at, one] of read.entries()) {
    const broken = ruleBroken(one, read.slice(0, at), questions.get(one.id), profile)
    if (!broken) continue
    const { rule, field, values } = broken
    return refuse(rule, { path: ['answers', String(at), field], values: { number: at + 1, ...values } })
  }
  return undefined
}

function readAnswer({ question, answer }: Given): Read {
  const normal = normalAnswer(answer.reveal())
  return { id: question, normal, bare: wordsOf(normal).join('') }
}

function ruleBroken(
  { id, normal, bare }: Read,
  before: readonly Read[],
  question: Question | undefined,
  profile: Profile | undefined,
): Broken | undefined {
  const broken = (rule: Broken['rule'], field: Broken['field'] = 'answer', values = {}) => ({
    rule,
    field,
    values,
  })
  if (!question) return broken('questions.unknown', 'question')
  if (before.some((other) => other.id === id)) return broken('questions.questionTwice', 'question')
  const length = lengthOf(normal)
  const lengths = { length, min: MIN_LENGTH, max: MAX_LENGTH }
  if (length < MIN_LENGTH) return broken('questions.tooShort', 'answer', lengths)
  if (length > MAX_LENGTH) return broken('questions.tooLong', 'answer', lengths)
  // First, for the rules below compare letters, digits and signs: here it is made sure that there are any.
  if (isCommonGuess(bare)) return broken('questions.tooCommon')
  if (isInQuestion(normal, question)) return broken('questions.inQuestion')
  if (profile && isInProfile(normal, profile)) return broken('questions.inProfile')
  if (before.some((other) => other.bare === bare)) return broken('questions.answerTwice')
  return undefined
}
