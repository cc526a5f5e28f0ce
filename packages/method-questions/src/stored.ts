import { z } from 'zod'
import { LEAST_ANSWERS } from './policy.ts'
import { keptTexts } from './question.ts'

/** What is kept of a registered set: no answer, only hashes. */
export const stored = z.object({
  answers: z
    .array(
      z.object({
        question: z.string(),
        /** argon2id of the answer's normal form, with a salt of its own. */
        hash: z.string(),
        /** What was asked, where it is the organisation's own question: policy may drop it, or put it differently. */
        text: keptTexts.optional(),
      }),
    )
    .min(LEAST_ANSWERS),
})
export type Stored = z.infer<typeof stored>

/** Nothing has to be kept until the answers come. */
export const enrolling = z.object({})
export type Enrolling = z.infer<typeof enrolling>

/** The ids of the questions that were asked. */
export const challenging = z.object({ asked: z.array(z.string()) })
export type Challenging = z.infer<typeof challenging>
