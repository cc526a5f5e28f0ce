import {
  codeProof,
  type Deps,
  defineMethod,
  definePlugin,
  type Handlers,
  PLUGIN_API,
  type Plugin,
  type Purpose,
  refuse,
  type SchemaKit,
} from '@security-info/core'
import { z } from 'zod'

const stored = z.object({ house: z.string() })
type Stored = z.infer<typeof stored>

function createSchema(kit: SchemaKit) {
  const begin = kit.builder.inputType('CourierBeginInput', {
    description: 'Where to.',
    fields: (t) => ({ house: t.string({ required: true, description: 'The house.' }) }),
  })
  const retyped = kit.builder.inputType('CourierRetypedInput', {
    description: 'Where to, again.',
    fields: (t) => ({ house: t.string({ required: true, description: 'The house.' }) }),
  })
  const details = kit.details<object>('CourierMethod', { description: 'A house.', fields: () => ({}) })
  return {
    begin,
    confirm: kit.codeProof,
    proof: kit.codeProof,
    retyped,
    setup: kit.codeSent,
    prompt: kit.codeSent,
    details,
  }
}

export type CourierHandlers = Handlers<
  'courier',
  ReturnType<typeof createSchema>,
  Stored,
  Stored,
  Record<never, never>
>

export const masked = (house: string) => `***${house.slice(-2)}`

function createHandlers(_deps: Deps): CourierHandlers {
  return {
    inputs: { confirm: codeProof(), proof: codeProof() },
    begin: async (_start, { house }) => ({
      view: { destination: masked(house) },
      pending: { house },
      deliver: { to: house },
    }),
    confirm: async ({ pending, codeOk }) =>
      codeOk ? { stored: pending, authenticator: pending.house } : refuse('wrong-proof'),
    async challenge(_start, [method]) {
      if (!method) return { view: { destination: masked('nobody00') }, pending: {} }
      const { house } = method.stored
      return { view: { destination: masked(house) }, pending: {}, deliver: { to: house } }
    },
    retyped(_start, of, { house }) {
      const method = of.find(({ stored }) => stored.house === house)
      return {
        countedAs: house,
        view: { destination: masked(house) },
        ...(method && { methodId: method.id }),
      }
    },
    verify: async ({ codeOk }, [method]) =>
      codeOk && method ? { ok: true, methodId: method.id } : refuse('wrong-proof'),
    describe: (list) => list.map((method) => ({ hint: masked(method.stored.house) })),
    addresses: (list) => list.map((method) => ({ channel: 'rider', to: method.stored.house })),
  }
}

/** A kind whose codes are brought to a house, in two ways. `flaw` breaks it. */
export function courier(
  flaw: (right: CourierHandlers) => Partial<CourierHandlers> = () => ({}),
  usedFor: readonly Purpose[] = ['TWO_FACTOR', 'PASSWORD_RESET'],
): Plugin {
  return definePlugin({
    id: 'courier',
    api: PLUGIN_API,
    messages: {
      en: {
        title: 'Courier',
        description: 'Brings a code.',
        setup: 'Type the code.',
        prompt: 'Type the code.',
        'way.rider': 'By rider',
        'way.pigeon': 'By pigeon',
      },
    },
    channels: [{ id: 'rider' }, { id: 'pigeon' }],
    method: defineMethod('courier', {
      ways: [
        { id: 'rider', usedFor, guessable: true, strength: 30, channel: 'rider' },
        { id: 'pigeon', usedFor, guessable: true, strength: 20, channel: 'pigeon' },
      ],
      limits: { methods: 2, attempts: 5, ttlSeconds: 300 },
      stored,
      enrolling: stored,
      challenging: z.object({}),
      schema: createSchema,
      create(deps) {
        const right = createHandlers(deps)
        return { ...right, ...flaw(right) }
      },
    }),
  })
}
