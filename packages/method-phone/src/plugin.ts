import { defineMethod, definePlugin, PLUGIN_API, type Plugin, parseOptions } from '@security-info/core'
import { createChannels } from './channels.ts'
import { challenging, createHandlers, enrolling, stored } from './handlers.ts'
import { messages } from './messages.ts'
import { options, type PhoneOptions } from './options.ts'
import { createPolicy } from './policy.ts'
import { createRoutes } from './routes.ts'
import { createSchema } from './schema.ts'

/**
 * The phone plugin: the method `phone`, and the channels `sms` and `voice`.
 * @throws ConfigurationFault where an option is wrong.
 */
export function phone(given: PhoneOptions = {}): Plugin<'phone'> {
  const parsed = parseOptions('phone', options, given)
  const usedFor = ['TWO_FACTOR', 'PASSWORD_RESET'] as const
  return definePlugin({
    id: 'phone',
    api: PLUGIN_API,
    messages,
    channels: createChannels(parsed),
    routes: parsed.twilio ? createRoutes(parsed.twilio.authToken) : [],
    method: defineMethod('phone', {
      ways: [
        { id: 'text', usedFor, guessable: true, strength: 30, channel: 'sms' },
        { id: 'call', usedFor, guessable: true, strength: 25, channel: 'voice' },
      ],
      limits: { methods: 2, attempts: 5, ttlSeconds: 300 },
      answeredBy: 'chosen',
      policy: createPolicy(parsed.region),
      stored,
      enrolling,
      challenging,
      schema: createSchema,
      create: () => createHandlers(),
    }),
  })
}
