import { defineMethod, definePlugin, PLUGIN_API, type Plugin, parseOptions } from '@security-info/core'
import { z } from 'zod'
import { challenging, createHandlers, enrolling, stored } from './handlers.ts'
import { messages } from './messages.ts'
import { createSchema } from './schema.ts'

const options = z.strictObject({
  /** What the app shows above the account; the organisation's name where it is left out. No colon: apps split at it. */
  issuer: z
    .string()
    .min(1)
    .max(64)
    .regex(/^[^:]+$/, 'it contains a colon, at which apps split the label')
    .optional(),
  /** How many steps of 30 s a code may be early or late: 1, or 0 for `strict` (ASVS 6.5.5). */
  driftSteps: z.int().min(0).max(1).default(1),
})

export type TotpOptions = z.input<typeof options>

/**
 * The authenticator app plugin.
 * @throws ConfigurationFault where an option is wrong.
 */
export function totp(given: TotpOptions = {}): Plugin<'totp'> {
  const parsed = parseOptions('totp', options, given)
  return definePlugin({
    id: 'totp',
    api: PLUGIN_API,
    messages,
    method: defineMethod('totp', {
      ways: [{ id: 'code', usedFor: ['TWO_FACTOR', 'PASSWORD_RESET'], guessable: true, strength: 50 }],
      limits: { methods: 5, attempts: 5, ttlSeconds: 600 },
      answeredBy: 'any',
      stored,
      enrolling,
      challenging,
      schema: createSchema,
      create: (deps) => createHandlers(deps, parsed),
    }),
  })
}
