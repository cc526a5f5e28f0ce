import { z } from 'zod'
import {
  type Channel,
  codeProof,
  defineMethod,
  definePlugin,
  PLUGIN_API,
  type Plugin,
  refuse,
} from '../../src/index.ts'

const stored = z.object({ number: z.string() })
const masked = (number: string) => `XX${number.slice(-2)}`
const refused = (number: string) =>
  refuse('texting.refused', { path: ['number'], values: { number } } as const)

/** A second factor with two ways whose codes core sends: the smallest method that has everything of a phone. */
export function texting(
  channels: { readonly sms?: Partial<Channel>; readonly voice?: Partial<Channel> } = {},
): Plugin<'texting'> {
  const usedFor = ['TWO_FACTOR', 'PASSWORD_RESET'] as const
  return definePlugin({
    id: 'texting',
    api: PLUGIN_API,
    messages: {
      en: {
        title: 'Phone',
        description: 'A number.',
        setup: 'Type the code.',
        prompt: 'Type the code.',
        'way.text': 'Text me',
        'way.call': 'Call me',
        'texting.noted': 'Something to know.',
        'texting.refused': 'Not this number: {number}.',
      },
    },
    channels: [
      { id: 'sms', ...channels.sms },
      { id: 'voice', ...channels.voice },
    ],
    method: defineMethod('texting', {
      ways: [
        { id: 'text', usedFor, guessable: true, strength: 30, channel: 'sms' },
        { id: 'call', usedFor, guessable: true, strength: 25, channel: 'voice' },
      ],
      limits: { methods: 2, attempts: 5, ttlSeconds: 300 },
      policy: z.object({ refused: z.array(z.string()).default([]) }),
      stored,
      enrolling: stored,
      challenging: z.object({}),
      schema(kit) {
        const begin = kit.builder.inputType('TextingBeginInput', {
          description: 'Where to.',
          fields: (t) => ({ number: t.string({ required: true, description: 'The number.' }) }),
        })
        const retyped = kit.builder.inputType('TextingRetypedInput', {
          description: 'The number again.',
          fields: (t) => ({ number: t.string({ required: true, description: 'The number.' }) }),
        })
        return {
          begin,
          retyped,
          confirm: kit.codeProof,
          proof: kit.codeProof,
          setup: kit.codeSent,
          prompt: kit.codeSent,
          details: kit.details<object>('TextingMethod', { description: 'A number.', fields: () => ({}) }),
        }
      },
      create: () => ({
        inputs: { confirm: codeProof(), proof: codeProof() },
        async begin({ policy }, { number }) {
          if (policy.refused.includes(number)) return refused(number)
          const note = number.length > 8 ? { note: 'texting.noted' } : {}
          return {
            view: { destination: masked(number), ...note },
            pending: { number },
            deliver: { to: number },
          }
        },
        async confirm({ pending, codeOk }) {
          return codeOk ? { stored: pending, authenticator: `tel:${pending.number}` } : refuse('wrong-proof')
        },
        async challenge(_start, [method]) {
          if (!method) return { view: { destination: masked('5550100') }, pending: {} }
          const { number } = method.stored
          return { view: { destination: masked(number) }, pending: {}, deliver: { to: number } }
        },
        retyped({ policy }, of, { number }) {
          if (policy.refused.includes(number)) return refused(number)
          const method = of.find(({ stored }) => stored.number === number)
          return {
            countedAs: number,
            view: { destination: masked(number) },
            ...(method && { methodId: method.id }),
          }
        },
        async verify({ codeOk }, [method]) {
          return method && codeOk ? { ok: true, methodId: method.id } : refuse('wrong-proof')
        },
        describe: (list) => list.map((one) => ({ hint: masked(one.stored.number) })),
      }),
    }),
  })
}
