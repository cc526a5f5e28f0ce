import { z } from 'zod'
import { defineMethod, definePlugin, digits, PLUGIN_API, type Plugin, refuse } from '../../src/index.ts'

/** Codes by address: what a mailbox holds. */
export type Mailbox = Map<string, string>

const stored = z.object({ address: z.string() })
const coded = z.object({ address: z.string(), code: z.string() })

/** A method for password reset alone: it never counts as a second factor. */
export function mail(mailbox: Mailbox = new Map()): Plugin<'mail'> {
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
    channels: [{ id: 'post' }],
    method: defineMethod('mail', {
      ways: [{ id: 'code', usedFor: ['PASSWORD_RESET'], guessable: true, strength: 10, channel: 'post' }],
      limits: { methods: 2, attempts: 5, ttlSeconds: 600 },
      stored,
      enrolling: coded,
      challenging: coded,
      schema(kit) {
        const begin = kit.builder.inputType('MailBeginInput', {
          description: 'Where to.',
          fields: (t) => ({ address: t.string({ required: true, description: 'The address.' }) }),
        })
        const proof = kit.builder.inputType('MailProofInput', {
          description: 'The code.',
          fields: (t) => ({
            code: t.field({ type: 'Secret', required: true, description: 'Six digits.' }),
          }),
        })
        const sent = {
          description: 'A code was sent.',
        }
        return {
          begin,
          confirm: proof,
          proof,
          setup: kit.setup<object>('MailSetup', { ...sent, fields: () => ({}) }),
          prompt: kit.prompt<object>('MailPrompt', { ...sent, fields: () => ({}) }),
          details: kit.details<object>('MailMethod', { description: 'An address.', fields: () => ({}) }),
        }
      },
      create({ random }) {
        const code = z.object({ code: digits(6) })
        const send = (address: string) => {
          const sent = String(Buffer.from(random(4)).readUInt32BE() % 1_000_000).padStart(6, '0')
          mailbox.set(address, sent)
          return { view: {}, pending: { address, code: sent } }
        }
        return {
          inputs: {
            begin: z.object({ address: z.string().includes('@', 'Expected an address with an @.') }),
            confirm: code,
            proof: code,
          },
          begin: async (_start, { address }) => send(address),
          async confirm({ pending }, proof) {
            if (proof.code.reveal() !== pending.code) return refuse('wrong-proof')
            return { stored: { address: pending.address }, authenticator: pending.address }
          },
          challenge: async (_start, [method]) => send(method?.stored.address ?? 'nobody@example.test'),
          async verify({ pending }, [method], proof) {
            if (!method || proof.code.reveal() !== pending.code) return refuse('wrong-proof')
            return { ok: true, methodId: method.id }
          },
          describe: (list) => list.map((one) => ({ hint: `${one.stored.address.charAt(0)}***` })),
        }
      },
    }),
  })
}
