import {
  type Deps,
  defineMethod,
  definePlugin,
  type Handlers,
  PLUGIN_API,
  type Plugin,
  type Purpose,
  refuse,
  type SchemaKit,
  Secret,
} from '@security-info/core'
import { z } from 'zod'

const stored = z.object({ name: z.string(), secret: z.string() })
const pending = z.object({ nonce: z.string() })

interface Asked {
  readonly nonce: string
  readonly names: readonly string[]
}

function createSchema(kit: SchemaKit) {
  const confirm = kit.builder.inputType('SealConfirmInput', {
    description: 'A new seal.',
    fields: (t) => ({
      name: t.string({ required: true, description: 'Which one.' }),
      secret: t.field({ type: 'Secret', required: true, description: 'What it answers with.' }),
      nonce: t.string({ required: true, description: 'From the setup.' }),
    }),
  })
  const proof = kit.builder.inputType('SealProofInput', {
    description: 'An answer.',
    fields: (t) => ({
      answer: t.field({ type: 'Secret', required: true, description: 'Secret, colon, nonce.' }),
    }),
  })
  const setup = kit.setup<{ readonly nonce: string }>('SealSetup', {
    description: 'A nonce.',
    fields: (t) => ({ nonce: t.exposeString('nonce', { description: 'The nonce.' }) }),
  })
  const prompt = kit.prompt<Asked>('SealPrompt', {
    description: 'A nonce.',
    fields: (t) => ({
      nonce: t.exposeString('nonce', { description: 'The nonce.' }),
      names: t.stringList({ description: 'Seals that may answer.', resolve: ({ names }) => [...names] }),
    }),
  })
  const details = kit.details<object>('SealMethod', { description: 'A seal.', fields: () => ({}) })
  return { confirm, proof, setup, prompt, details }
}

export type SealHandlers = Handlers<
  'seal',
  ReturnType<typeof createSchema>,
  z.infer<typeof stored>,
  z.infer<typeof pending>,
  z.infer<typeof pending>
>

const answer = z
  .instanceof(Secret)
  .refine((secret) => secret.reveal().includes(':'), 'Expected secret and nonce, with a colon between them.')

function createHandlers({ random }: Deps): SealHandlers {
  const ask = async () => {
    const nonce = Buffer.from(random(16)).toString('hex')
    return { view: { nonce }, pending: { nonce } }
  }
  return {
    inputs: {
      confirm: z.object({ name: z.string().min(1), secret: z.instanceof(Secret), nonce: z.string() }),
      proof: z.object({ answer }),
    },
    begin: ask,
    confirm: async (at, { name, secret, nonce }) =>
      nonce === at.pending.nonce
        ? { stored: { name, secret: secret.reveal() }, uniqueKey: name }
        : refuse('wrong-proof'),
    async challenge({ purpose }, of) {
      const { view, pending } = await ask()
      const names = purpose === 'PASSWORD_RESET' ? [] : of.map(({ stored: { name } }) => name)
      return { view: { ...view, names }, pending }
    },
    async verify(at, of, given) {
      const method = of.find((one) => given.answer.reveal() === `${one.stored.secret}:${at.pending.nonce}`)
      return method ? { ok: true, methodId: method.id } : refuse('wrong-proof')
    },
    describe: (list) => list.map(() => ({})),
  }
}

/**
 * A kind like a security key: one attempt, nothing to guess, proofs of two forms, and never a person's only method. `flaw`
 * breaks it.
 */
export function seal(
  flaw: (right: SealHandlers) => Partial<SealHandlers> = () => ({}),
  usedFor: readonly Purpose[] = ['TWO_FACTOR'],
): Plugin {
  return definePlugin({
    id: 'seal',
    api: PLUGIN_API,
    messages: {
      en: {
        title: 'Seal',
        description: 'A ring.',
        setup: 'Press it.',
        prompt: 'Press it.',
        'way.press': 'Press the seal',
      },
    },
    method: defineMethod('seal', {
      ways: [{ id: 'press', usedFor, guessable: false, strength: 90 }],
      limits: { methods: 3, attempts: 1, ttlSeconds: 120 },
      answeredBy: 'any',
      needsAnother: true,
      stored,
      enrolling: pending,
      challenging: pending,
      schema: createSchema,
      create(deps) {
        const right = createHandlers(deps)
        return { ...right, ...flaw(right) }
      },
    }),
  })
}
