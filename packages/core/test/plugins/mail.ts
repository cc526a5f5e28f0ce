import { z } from 'zod'
import { codeProof, defineMethod, definePlugin, PLUGIN_API, type Plugin, refuse } from '../../src/index.ts'

const stored = z.object({ address: z.string() })
const pending = z.object({ address: z.string() })
const masked = (address: string) => `${address.charAt(0)}***`

/** A method for password reset alone, whose codes core sends: it never counts as a second factor. */
export function mail(): Plugin<'mail'> {
  return definePlugin({
    id: 'mail',
    api: PLUGIN_API,
    messages: {
      en: {
        title: 'Mail',
        description: 'A letter.',
        setup: 'Read it.',
        prompt: 'Read it.',
        'way.code': 'A code by mail',
      },
    },
    channels: [{ id: 'email' }],
    method: defineMethod('mail', {
      ways: [{ id: 'code', usedFor: ['PASSWORD_RESET'], guessable: true, strength: 10, channel: 'email' }],
      limits: { methods: 2, attempts: 5, ttlSeconds: 300 },
      stored,
      enrolling: pending,
      challenging: pending,
      schema(kit) {
        const begin = kit.builder.inputType('MailBeginInput', {
          description: 'Where to.',
          fields: (t) => ({ address: t.string({ required: true, description: 'The address.' }) }),
        })
        const retyped = kit.builder.inputType('MailRetypedInput', {
          description: 'The address again.',
          fields: (t) => ({ address: t.string({ required: true, description: 'The address.' }) }),
        })
        return {
          begin,
          retyped,
          confirm: kit.codeProof,
          proof: kit.codeProof,
          setup: kit.codeSent,
          prompt: kit.codeSent,
          details: kit.details<object>('MailMethod', { description: 'An address.', fields: () => ({}) }),
        }
      },
      create() {
        const send = (address: string) => ({
          view: { destination: masked(address) },
          pending: { address },
          deliver: { to: address },
        })
        const address = z.object({ address: z.string().includes('@', 'Expected an address with an @.') })
        return {
          inputs: { begin: address, confirm: codeProof(), proof: codeProof(), retyped: address },
          begin: async (_start, { address }) => send(address),
          async confirm({ pending: { address }, codeOk }) {
            return codeOk ? { stored: { address }, authenticator: address } : refuse('wrong-proof')
          },
          async challenge({ userId }, [method]) {
            if (method) return send(method.stored.address)
            return { view: { destination: masked(userId) }, pending: { address: '' } }
          },
          retyped(_start, of, { address }) {
            const countedAs = address.toLowerCase()
            const method = of.find(({ stored }) => stored.address.toLowerCase() === countedAs)
            return {
              countedAs,
              view: { destination: masked(address) },
              ...(method && { methodId: method.id }),
            }
          },
          async verify({ codeOk }, [method]) {
            return method && codeOk ? { ok: true, methodId: method.id } : refuse('wrong-proof')
          },
          describe: (list) => list.map((one) => ({ hint: masked(one.stored.address) })),
          addresses: (list) => list.map((one) => ({ channel: 'email', to: one.stored.address })),
        }
      },
    }),
  })
}
