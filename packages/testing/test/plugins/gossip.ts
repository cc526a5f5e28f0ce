import {
  codeProof,
  defineMethod,
  definePlugin,
  PLUGIN_API,
  type Plugin,
  refuse,
  type SchemaKit,
} from '@security-info/core'
import { z } from 'zod'

const shape = z.object({ code: z.string() })

function createSchema(kit: SchemaKit) {
  const fields = { description: 'A code.', fields: () => ({}) }
  const code = (name: string) =>
    kit.setup<{ readonly code: string }>(name, {
      description: 'A code.',
      fields: (t) => ({ code: t.exposeString('code', { description: 'The code itself.' }) }),
    })
  const prompt = kit.prompt<{ readonly code: string }>('GossipPrompt', {
    description: 'A code.',
    fields: (t) => ({ code: t.exposeString('code', { description: 'The code itself.' }) }),
  })
  const details = kit.details<object>('GossipMethod', fields)
  return { confirm: kit.codeProof, proof: kit.codeProof, setup: code('GossipSetup'), prompt, details }
}

/** A broken kind: it has a channel, and tells the code to whoever asks instead of sending it. */
export function gossip(): Plugin {
  const ask = async () => ({ view: { code: '271828' }, pending: { code: '271828' } })
  return definePlugin({
    id: 'gossip',
    api: PLUGIN_API,
    messages: {
      en: {
        title: 'Gossip',
        description: 'Tells.',
        setup: 'Read it.',
        prompt: 'Read it.',
        'way.whisper': 'In your ear',
      },
    },
    channels: [{ id: 'whisper' }],
    method: defineMethod('gossip', {
      ways: [{ id: 'whisper', usedFor: ['TWO_FACTOR'], guessable: true, strength: 1, channel: 'whisper' }],
      limits: { methods: 2, attempts: 5, ttlSeconds: 300 },
      stored: z.object({}),
      enrolling: shape,
      challenging: shape,
      schema: createSchema,
      create: () => ({
        inputs: { confirm: codeProof(), proof: codeProof() },
        begin: ask,
        confirm: async ({ pending }, { code }) =>
          code.reveal() === pending.code ? { stored: {} } : refuse('wrong-proof'),
        challenge: ask,
        verify: async ({ pending }, [method], { code }) =>
          method && code.reveal() === pending.code
            ? { ok: true, methodId: method.id }
            : refuse('wrong-proof'),
        describe: (list) => list.map(() => ({})),
      }),
    }),
  })
}
