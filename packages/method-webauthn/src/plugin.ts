import { defineMethod, definePlugin, PLUGIN_API, type Plugin, parseOptions } from '@security-info/core'
import { z } from 'zod'
import { createHandlers } from './handlers.ts'
import { messages } from './messages.ts'
import { policy, policyFaults } from './policy.ts'
import { ALGORITHMS } from './public-key.ts'
import { relatedOriginsRoute } from './related-origins.ts'
import { TTL_SECONDS } from './request.ts'
import { createSchema } from './schema.ts'
import { challenging, enrolling, stored } from './stored.ts'

const options = z.strictObject({
  attestation: z
    .strictObject({
      /** The certificates that attestations may lead to, as PEM: the roots of the vendors whose keys you hand out. */
      roots: z
        .array(
          z
            .string()
            .trim()
            .regex(
              /^-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----$/,
              'expected one certificate as PEM, from -----BEGIN CERTIFICATE----- to -----END CERTIFICATE-----',
            ),
        )
        .default([]),
    })
    .prefault({}),
})

export type WebauthnOptions = z.input<typeof options>

/**
 * The security key plugin.
 * @throws ConfigurationFault where an option is wrong.
 */
export function webauthn(given: WebauthnOptions = {}): Plugin<'webauthn'> {
  const { attestation } = parseOptions('webauthn', options, given)
  return definePlugin({
    id: 'webauthn',
    api: PLUGIN_API,
    messages,
    routes: [relatedOriginsRoute],
    method: defineMethod('webauthn', {
      ways: [
        {
          id: 'key',
          usedFor: ['TWO_FACTOR', 'PASSWORD_RESET'],
          guessable: false,
          strength: 90,
          phishingResistant: true,
        },
      ],
      // WebAuthn 13.4.3: a challenge is good for one response, right or wrong.
      limits: { methods: 10, attempts: 1, ttlSeconds: TTL_SECONDS },
      answeredBy: 'any',
      // Most people would be locked out by losing the one device; an organisation may switch it off.
      needsAnother: true,
      policy,
      checkPolicy: policyFaults,
      stored,
      enrolling,
      challenging,
      schema: createSchema,
      create: (deps) => createHandlers(deps, { roots: attestation.roots, algorithms: ALGORITHMS }),
    }),
  })
}
