import { createHash } from 'node:crypto'
import { z } from 'zod'
import {
  defineMethod,
  definePlugin,
  PLUGIN_API,
  type Plugin,
  refuse,
  type SchemaKit,
  type Secret,
} from '../../src/index.ts'

const challenge = z.object({ nonce: z.string() })
const stored = z.object({ secret: z.string() })

/** What the owner's device answers to a nonce. */
export const keyAnswer = (secret: string, nonce: string) =>
  createHash('sha256').update(`${secret} ${nonce}`).digest('hex')

/**
 * A method that can't be guessed: unique across people, lives on a device, one attempt a flow. Where `passwordless` is set, it
 * signs in without a name; a proof says itself whether its person was verified, and whether it is a copy's.
 */
export function key({ passwordless = false } = {}): Plugin<'key'> {
  return definePlugin({
    id: 'key',
    api: PLUGIN_API,
    messages: {
      en: {
        title: 'Key',
        description: 'A device.',
        setup: 'Touch it.',
        prompt: 'Touch it.',
        'way.touch': 'Touch',
        'key.copied': 'There are two of it.',
      },
    },
    method: defineMethod('key', {
      ways: [
        {
          id: 'touch',
          usedFor: ['TWO_FACTOR', 'PASSWORD_RESET'],
          guessable: false,
          strength: 90,
          phishingResistant: true,
        },
      ],
      limits: { methods: 10, attempts: 1, ttlSeconds: 300 },
      answeredBy: 'any',
      stored,
      enrolling: challenge,
      challenging: challenge,
      schema,
      create: ({ random }) => {
        const nonce = () => Buffer.from(random(16)).toString('hex')
        const answers = (answer: Secret, secret: string, to: string) =>
          answer.reveal() === keyAnswer(secret, to)
        const step = () => {
          const fresh = nonce()
          return { view: { nonce: fresh }, pending: { nonce: fresh } }
        }
        return {
          begin: async () => step(),
          async confirm(at, proof) {
            if (!answers(proof.answer, proof.secret.reveal(), at.pending.nonce)) return refuse('wrong-proof')
            return {
              stored: { secret: proof.secret.reveal() },
              uniqueKey: proof.credential,
              authenticator: proof.device ?? proof.credential,
              suggestedLabel: 'Touch key',
            }
          },
          challenge: async () => step(),
          async verify(at, of, proof) {
            const method = of.find((one) => answers(proof.answer, one.stored.secret, at.pending.nonce))
            if (!method) return refuse('wrong-proof')
            if (proof.copied) return refuse('key.copied', { risk: 'clone' })
            return { ok: true, methodId: method.id, factors: proof.unverified ? 1 : 2 }
          },
          ...(passwordless && {
            passwordless: { begin: async () => step(), identify: ({ credential }) => credential ?? '' },
          }),
          describe: (list) => list.map(() => ({})),
        }
      },
    }),
  })
}

function schema(kit: SchemaKit) {
  const confirm = kit.builder.inputType('KeyEnrollInput', {
    description: 'A new key.',
    fields: (t) => ({
      credential: t.string({ required: true, description: 'Its name, unique in the world.' }),
      device: t.string({ description: 'What it lives on.' }),
      secret: t.field({ type: 'Secret', required: true, description: 'What it answers with.' }),
      answer: t.field({ type: 'Secret', required: true, description: 'Its answer to the nonce.' }),
    }),
  })
  const proof = kit.builder.inputType('KeyProofInput', {
    description: 'An answer.',
    fields: (t) => ({
      answer: t.field({ type: 'Secret', required: true, description: 'To the nonce.' }),
      credential: t.string({ description: 'Its name, for a sign-in without one.' }),
      unverified: t.boolean({ description: 'It does not know who touched it.' }),
      copied: t.boolean({ description: 'It is a copy.' }),
    }),
  })
  const nonce = { description: 'A nonce.' }
  return {
    confirm,
    proof,
    setup: kit.setup<{ readonly nonce: string }>('KeySetup', {
      description: 'A nonce for a new key.',
      fields: (t) => ({ nonce: t.exposeString('nonce', nonce) }),
    }),
    prompt: kit.prompt<{ readonly nonce: string }>('KeyPrompt', {
      description: 'A nonce for a key.',
      fields: (t) => ({ nonce: t.exposeString('nonce', nonce) }),
    }),
    details: kit.details<object>('KeyMethod', { description: 'A registered key.', fields: () => ({}) }),
  }
}

/** A key in somebody's hand. */
export const newKey = (name: string, device?: string) => ({
  credential: name,
  secret: `secret of ${name}`,
  ...(device === undefined ? {} : { device }),
})
export type KeyInHand = ReturnType<typeof newKey>
