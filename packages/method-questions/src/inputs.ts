import { Secret } from '@security-info/core'
import { z } from 'zod'
import { lengthOf, normalAnswer } from './normal.ts'
import { LEAST_ANSWERS, MOST_ANSWERS } from './policy.ts'
import { MAX_LENGTH, MIN_LENGTH } from './rules.ts'

/** No answer is shorter or longer, so this one can't be right: told before it costs an attempt. */
const answer = z.instanceof(Secret).superRefine((secret, context) => {
  const length = lengthOf(normalAnswer(secret.reveal()))
  if (length >= MIN_LENGTH && length <= MAX_LENGTH) return
  const message = `Expected an answer of ${MIN_LENGTH} to ${MAX_LENGTH} characters, got ${length}.`
  context.addIssue({ code: 'custom', message })
})

/** The format of the answers to a challenge. How many were asked, only the challenge knows. */
export const proof = z.object({
  answers: z.array(z.object({ question: z.string(), answer })).superRefine((answers, context) => {
    if (answers.length < LEAST_ANSWERS || answers.length > MOST_ANSWERS) {
      const expected = `an answer to each question that is asked, ${LEAST_ANSWERS} to ${MOST_ANSWERS} of them`
      const message = `Expected ${expected}, got ${answers.length}.`
      context.addIssue({ code: 'custom', message })
    }
    const ids = answers.map(({ question }) => question)
    const twice = ids.findIndex((id, at) => ids.indexOf(id) < at)
    if (twice < 0) return
    const message = 'Another answer is to this question already. Answer each question once.'
    context.addIssue({ code: 'custom', path: [twice, 'question'], message })
  }),
})
