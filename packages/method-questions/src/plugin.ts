import { defineMethod, definePlugin, PLUGIN_API, type Plugin, parseOptions } from '@security-info/core'
import { z } from 'zod'
import { createHandlers } from './handlers.ts'
import { messages } from './messages.ts'
import { policy, policyFaults } from './policy.ts'
import { createSchema } from './schema.ts'
import { challenging, enrolling, stored } from './stored.ts'

/** There are none: what can be set is the organisation's to set, in its policy. */
const options = z.strictObject({})

export type QuestionsOptions = z.input<typeof options>

/**
 * The security questions plugin.
 * @throws ConfigurationFault where an option is given.
 */
export function questions(given: QuestionsOptions = {}): Plugin<'questions'> {
  parseOptions('questions', options, given)
  return definePlugin({
    id: 'questions',
    api: PLUGIN_API,
    messages,
    method: defineMethod('questions', {
      // NIST SP 800-63B-4 3.1.1.2 and ASVS 6.4.2 refuse such questions as a factor: a second look at a reset, nothing else.
      ways: [{ id: 'answers', usedFor: ['PASSWORD_RESET'], guessable: true, strength: 5 }],
      limits: { methods: 1, attempts: 5, ttlSeconds: 900 },
      answeredBy: 'chosen',
      needsAnother: true,
      knowledgeBased: true,
      policy,
      checkPolicy: policyFaults,
      stored,
      enrolling,
      challenging,
      schema: createSchema,
      create: createHandlers,
    }),
  })
}
