import { z } from 'zod'
import {
  type Attempt,
  defineMethod,
  definePlugin,
  digits,
  type Handlers,
  type Method,
  type MethodSchema,
  PLUGIN_API,
  type Plugin,
  refuse,
  type SchemaKit,
  type Secret,
} from '../../src/index.ts'

/** What the plugin saw: how often its handlers really compared something. */
export interface PinProbe {
  confirmed: number
  verified: number
}
export const pinProbe = (): PinProbe => ({ confirmed: 0, verified: 0 })

const stored = z.object({ pin: z.string() })
type Stored = z.infer<typeof stored>
const pending = z.object({})

/** The handlers, for tests that put a broken one in the place of a good one. */
export type PinHandlers = Handlers<'pin', ReturnType<typeof schema>, Stored, Stored, z.infer<typeof pending>>

export interface PinOptions {
  readonly probe?: PinProbe
  readonly limits?: Partial<Method<'pin', MethodSchema, object, object, object>['limits']>
  readonly answeredBy?: 'any' | 'chosen'
  /** Replaces handlers, for tests of what core does with broken ones. */
  readonly broken?: (good: PinHandlers) => Partial<PinHandlers>
}

/**
 * A guessable method: six digits that are shown once. A proof may bring a `tick`, the method's counter; that it rises is
 * left to core, so that these tests see core's own guard and not the plugin's.
 */
export function pin(options: PinOptions = {}): Plugin<'pin'> {
  return definePlugin({
    id: 'pin',
    api: PLUGIN_API,
    messages: {
      en: {
        title: 'Pin',
        description: 'Six digits.',
        setup: 'Remember it.',
        prompt: 'Enter it.',
        'way.code': 'By heart',
      },
      de: { title: 'Geheimzahl' },
    },
    method: defineMethod('pin', {
      ways: [{ id: 'code', usedFor: ['TWO_FACTOR', 'PASSWORD_RESET'], guessable: true, strength: 30 }],
      limits: { methods: 5, attempts: 5, ttlSeconds: 600, ...options.limits },
      answeredBy: options.answeredBy ?? 'chosen',
      stored,
      enrolling: stored,
      challenging: pending,
      schema,
      create: ({ random }) => {
        const good = handlers(random, options.probe ?? pinProbe())
        return options.broken ? { ...good, ...options.broken(good) } : good
      },
    }),
  })
}

function schema(kit: SchemaKit) {
  const proof = kit.builder.inputType('PinProofInput', {
    description: 'The pin.',
    fields: (t) => ({
      code: t.field({ type: 'Secret', required: true, description: 'Six digits.' }),
      tick: t.int({ description: 'A counter that has to rise.' }),
    }),
  })
  const setup = kit.setup<{ readonly pin: string }>('PinSetup', {
    description: 'A new pin.',
    fields: (t) => ({
      pin: t.field({ type: 'OneTimeSecret', description: 'Shown once.', resolve: (view) => view.pin }),
    }),
  })
  const prompt = kit.prompt<{ readonly digits: number }>('PinPrompt', {
    description: 'Asks for it.',
    fields: (t) => ({ digits: t.exposeInt('digits', { description: 'How many.' }) }),
  })
  const details = kit.details<{ readonly length: number }>('PinMethod', {
    description: 'A registered pin.',
    fields: (t) => ({ length: t.exposeInt('length', { description: 'How many digits.' }) }),
  })
  return { confirm: proof, proof, setup, prompt, details }
}

interface Proof {
  readonly code: Secret
  readonly tick?: number | null | undefined
}

function handlers(random: (bytes: number) => Uint8Array, probe: PinProbe): PinHandlers {
  const format = z.object({ code: digits(6), tick: z.int().nullish() })
  const right = (proof: Proof, known: string) => proof.code.reveal() === known
  const counterOf = ({ tick }: Proof) => (typeof tick === 'number' ? { counter: BigInt(tick) } : {})
  return {
    inputs: { confirm: format, proof: format },
    async begin() {
      const number = Buffer.from(random(4)).readUInt32BE() % 1_000_000
      const chosen = String(number).padStart(6, '0')
      return { view: { pin: chosen }, pending: { pin: chosen } }
    },
    async confirm(at: Attempt<Stored>, proof) {
      probe.confirmed++
      if (!right(proof, at.pending.pin)) return refuse('wrong-proof')
      return { stored: { pin: at.pending.pin }, ...counterOf(proof) }
    },
    async challenge() {
      return { view: { digits: 6 }, pending: {} }
    },
    async verify(_at, of, proof) {
      probe.verified++
      const method = of.find((one) => right(proof, one.stored.pin))
      return method ? { ok: true, methodId: method.id, ...counterOf(proof) } : refuse('wrong-proof')
    },
    describe: (list) => list.map(({ stored: { pin: known } }) => ({ length: known.length })),
  }
}
