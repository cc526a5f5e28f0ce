import { z } from 'zod'
import { defineMethod, definePlugin, PLUGIN_API, type Plugin, refuse } from '../../src/index.ts'

const stored = z.object({ secret: z.string() })

/**
 * A method with two ways, of which one can be guessed and the other can't: as an app with codes and notifications. Its
 * owner chooses the secret; what lives on one `device` counts once.
 */
export function badge(): Plugin<'badge'> {
  return definePlugin({
    id: 'badge',
    api: PLUGIN_API,
    messages: {
      en: {
        title: 'Badge',
        description: 'A badge.',
        setup: 'Show it.',
        prompt: 'Show it.',
        'way.number': 'Its number',
        'way.tap': 'A tap',
        'badge.stale': 'It was right a moment ago.',
      },
    },
    method: defineMethod('badge', {
      ways: [
        { id: 'number', usedFor: ['TWO_FACTOR', 'PASSWORD_RESET'], guessable: true, strength: 20 },
        { id: 'tap', usedFor: ['TWO_FACTOR', 'PASSWORD_RESET'], guessable: false, strength: 40 },
      ],
      limits: { methods: 5, attempts: 5, ttlSeconds: 300 },
      answeredBy: 'any',
      stored,
      enrolling: z.object({}),
      challenging: z.object({}),
      schema(kit) {
        const confirm = kit.builder.inputType('BadgeEnrollInput', {
          description: 'A new badge.',
          fields: (t) => ({
            secret: t.field({ type: 'Secret', required: true, description: 'What it says.' }),
            device: t.string({ description: 'What it lives on.' }),
          }),
        })
        const proof = kit.builder.inputType('BadgeProofInput', {
          description: 'What it says.',
          fields: (t) => ({ secret: t.field({ type: 'Secret', required: true, description: 'It.' }) }),
        })
        const none = { description: 'A badge.', fields: () => ({}) }
        return {
          confirm,
          proof,
          setup: kit.setup<object>('BadgeSetup', none),
          prompt: kit.prompt<object>('BadgePrompt', none),
          details: kit.details<object>('BadgeMethod', none),
        }
      },
      create: () => ({
        begin: async () => ({ view: {}, pending: {} }),
        confirm: async (_at, { secret, device }) => ({
          stored: { secret: secret.reveal() },
          ...(device && { authenticator: device }),
        }),
        challenge: async () => ({ view: {}, pending: {} }),
        async verify(_at, of, { secret }) {
          const said = secret.reveal()
          const method = of.find((one) => one.stored.secret === said)
          if (method) return { ok: true, methodId: method.id }
          // Only who has one can hear this.
          return refuse(of.some((one) => `old ${one.stored.secret}` === said) ? 'badge.stale' : 'wrong-proof')
        },
        describe: (list) => list.map(() => ({})),
      }),
    }),
  })
}
