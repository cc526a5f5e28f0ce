import { defineMethod, definePlugin, PLUGIN_API, type Plugin, refuse } from '@security-info/core'
import { z } from 'zod'

/** Something stronger for tests: a badge that is held against a reader. It says its word, and that is all. */
export function badge(): Plugin<'badge'> {
  const nothing = z.object({})
  return definePlugin({
    id: 'badge',
    api: PLUGIN_API,
    messages: {
      en: {
        title: 'Badge',
        description: 'A badge.',
        setup: 'Hold it up.',
        prompt: 'Hold it up.',
        'way.word': 'Word',
      },
    },
    method: defineMethod('badge', {
      ways: [{ id: 'word', usedFor: ['TWO_FACTOR', 'PASSWORD_RESET'], guessable: false, strength: 60 }],
      limits: { methods: 1, attempts: 1, ttlSeconds: 600 },
      stored: nothing,
      enrolling: nothing,
      challenging: nothing,
      schema(kit) {
        const proof = kit.builder.inputType('BadgeProofInput', {
          description: 'What it says.',
          fields: (t) => ({ word: t.string({ required: true, description: 'Its word.' }) }),
        })
        const fields = () => ({})
        const description = 'A badge.'
        return {
          confirm: proof,
          proof,
          setup: kit.setup<object>('BadgeSetup', { description, fields }),
          prompt: kit.prompt<object>('BadgePrompt', { description, fields }),
          details: kit.details<object>('BadgeMethod', { description, fields }),
        }
      },
      create: () => ({
        begin: async () => ({ view: {}, pending: {} }),
        confirm: async () => ({ stored: {} }),
        challenge: async () => ({ view: {}, pending: {} }),
        verify: async (_at, [method], { word }) =>
          method && word === 'open' ? { ok: true, methodId: method.id } : refuse('wrong-proof'),
        describe: (list) => list.map(() => ({})),
      }),
    }),
  })
}
