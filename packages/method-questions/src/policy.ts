import type { Fault } from '@security-info/core'
import { z } from 'zod'
import { CATALOGUE } from './catalogue.ts'
import type { Question } from './question.ts'

/** Fewer answers than this are too easily found out together. */
export const LEAST_ANSWERS = 3
/** More than this nobody remembers. */
export const MOST_ANSWERS = 5

const count = (standard: number) => z.int().min(LEAST_ANSWERS).max(MOST_ANSWERS).default(standard)

/** One line: what breaks it, or turns its direction round, would let a question look like something else. */
const text = z
  .string()
  .trim()
  .min(3)
  .max(200)
  .regex(
    /^[^\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]*$/u,
    'expected one line without control characters',
  )
const TAG = /^[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8}){0,5}$/

const custom = z.strictObject({
  /** Names the question for as long as anybody has answered it: for another question take another id. */
  id: z
    .string()
    .max(40)
    .regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, 'expected small letters, digits and single dashes: "first-office"'),
  /** By locale (BCP 47); English is what every other locale falls back to. */
  text: z
    .object({ en: text })
    .catchall(text)
    .superRefine((texts, context) => {
      for (const tag of Object.keys(texts).filter((one) => !TAG.test(one))) {
        context.addIssue({
          code: 'custom',
          path: [tag],
          message: 'expected a locale such as "de" or "fr-CA"',
        })
      }
    }),
})

/** What an organisation may set for questions, under `methods.questions` in its policy. */
export const policy = z.strictObject({
  /** How many questions a person registers answers to. */
  register: count(5),
  /** How many of them are asked in a password reset. */
  answer: count(3),
  /** Questions of the organisation's own. */
  custom: z.array(custom).max(20).default([]),
  /** Which of the predefined questions are offered; all where it is left out. */
  predefined: z.array(z.string()).default(CATALOGUE.map(({ id }) => id)),
})
export type QuestionsPolicy = z.output<typeof policy>

/** The questions that people may choose from, predefined ones first. */
export function offered({ predefined, custom }: QuestionsPolicy): readonly Question[] {
  return [...CATALOGUE.filter(({ id }) => predefined.includes(id)), ...custom]
}

/** What nobody could register under, or answer by. */
export function policyFaults(section: QuestionsPolicy): readonly Fault[] {
  const { register, answer, custom, predefined } = section
  const catalogue = CATALOGUE.map(({ id }) => id)
  const own = custom.map(({ id }) => id)
  const unknown = predefined.filter((id) => !catalogue.includes(id))
  const repeated = [...new Set([...repetitions(predefined), ...repetitions(own)])]
  const taken = own.filter((id) => catalogue.includes(id))
  const many = new Set(offered(section).map(({ id }) => id)).size
  return [
    ...(answer > register
      ? [
          fault(
            'answer',
            `${answer} answers are asked for, but only ${register} are registered`,
            'Lower answer, or raise register.',
          ),
        ]
      : []),
    ...unknown.map((id) =>
      fault('predefined', `there is no predefined question "${id}"`, `Use only: ${catalogue.join(', ')}.`),
    ),
    ...repeated.map((id) =>
      fault(
        own.includes(id) ? 'custom' : 'predefined',
        `the id "${id}" is there more than once`,
        'Give each question an id of its own, and name it once.',
      ),
    ),
    ...taken.map((id) =>
      fault('custom', `the id "${id}" is that of a predefined question`, 'Give the question another id.'),
    ),
    ...(many < register
      ? [
          fault(
            'register',
            `${register} questions are to be registered, but only ${many} are offered`,
            'Lower register, add questions to custom, or name more in predefined.',
          ),
        ]
      : []),
  ]
}

function repetitions(ids: readonly string[]): readonly string[] {
  return ids.filter((id, at) => ids.indexOf(id) < at)
}

function fault(option: string, problem: string, fix: string): Fault {
  return { where: `policy.methods.questions.${option}`, problem, fix }
}
