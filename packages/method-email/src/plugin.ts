import { defineMethod, definePlugin, PLUGIN_API, type Plugin, parseOptions } from '@security-info/core'
import { z } from 'zod'
import { createChannel } from './channel.ts'
import { challenging, createHandlers, enrolling, stored } from './handlers.ts'
import { messages } from './messages.ts'
import { policy } from './policy.ts'
import { createSchema } from './schema.ts'
import { smtp } from './smtp-options.ts'

const options = z.strictObject({
  /** The mail server that takes our mail. Without it the channel can't deliver, and the gateway's sandbox shows the mail. */
  smtp: smtp.optional(),
})

export type EmailOptions = z.input<typeof options>

/**
 * The email plugin: the method, and the channel `email` that carries codes and notices.
 * @throws ConfigurationFault where an option is wrong.
 */
export function email(given: EmailOptions = {}): Plugin<'email'> {
  const parsed = parseOptions('email', options, given)
  return definePlugin({
    id: 'email',
    api: PLUGIN_API,
    messages,
    channels: [createChannel(parsed.smtp)],
    method: defineMethod('email', {
      // NIST SP 800-63B-4 3.1.3: email is no out-of-band authenticator, so it never is a second factor.
      ways: [{ id: 'code', usedFor: ['PASSWORD_RESET'], guessable: true, strength: 20, channel: 'email' }],
      limits: { methods: 2, attempts: 5, ttlSeconds: 300 },
      answeredBy: 'chosen',
      policy,
      stored,
      enrolling,
      challenging,
      schema: createSchema,
      create: createHandlers,
    }),
  })
}
