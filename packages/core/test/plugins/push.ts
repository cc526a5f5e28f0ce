import { z } from 'zod'
import { type Deps, defineMethod, definePlugin, PLUGIN_API, type Plugin, refuse } from '../../src/index.ts'

const pending = z.object({ number: z.string() })

/** What the device in somebody's pocket can do: answer out of band. */
export interface PushDevice {
  signal: Deps['signal']
}

/** A method whose proof completes out of band: the device signals, the browser redeems. Not guessable. */
export function push(device: PushDevice = { signal: async () => false }): Plugin<'push'> {
  return definePlugin({
    id: 'push',
    api: PLUGIN_API,
    messages: {
      en: {
        title: 'Push',
        description: 'A device.',
        setup: 'Pair it.',
        prompt: 'Answer it.',
        'way.approve': 'Approve',
        'way.ring': 'Ring',
        'push.waiting': 'Not answered yet.',
        'push.refused': 'Refused.',
      },
    },
    method: defineMethod('push', {
      ways: [
        { id: 'approve', usedFor: ['TWO_FACTOR'], guessable: false, strength: 60 },
        { id: 'ring', usedFor: ['TWO_FACTOR', 'PASSWORD_RESET'], guessable: false, strength: 20 },
      ],
      limits: { methods: 5, attempts: 5, ttlSeconds: 120 },
      stored: z.object({}),
      enrolling: pending,
      challenging: pending,
      schema(kit) {
        const proof = kit.builder.inputType('PushProofInput', {
          description: 'Nothing: the device answers.',
          fields: (t) => ({ answered: t.boolean({ description: 'Whether it did.' }) }),
        })
        const number = { description: 'The number to compare.' }
        return {
          confirm: proof,
          proof,
          setup: kit.setup<{ number: string }>('PushSetup', {
            description: 'Pairs a device.',
            fields: (t) => ({ number: t.exposeString('number', number) }),
          }),
          prompt: kit.prompt<{ number: string }>('PushPrompt', {
            description: 'Asks the device.',
            fields: (t) => ({ number: t.exposeString('number', number) }),
          }),
          details: kit.details<object>('PushMethod', { description: 'A device.', fields: () => ({}) }),
        }
      },
      create(deps) {
        device.signal = deps.signal
        const step = () => {
          const number = Buffer.from(deps.random(2)).toString('hex')
          return { view: { number }, pending: { number } }
        }
        const approval = z.object({ approved: z.boolean(), number: z.string() })
        const judge = (signal: unknown, number: string) => {
          if (signal === undefined) return 'push.waiting'
          const answer = approval.parse(signal)
          return answer.approved && answer.number === number ? undefined : 'push.refused'
        }
        return {
          begin: async () => step(),
          async confirm(at) {
            const problem = judge(at.signal, at.pending.number)
            return problem ? refuse(problem) : { stored: {} }
          },
          challenge: async () => step(),
          async verify(at, [method]) {
            const problem = judge(at.signal, at.pending.number)
            if (problem || !method) return refuse(problem ?? 'wrong-proof')
            return { ok: true, methodId: method.id }
          },
          describe: (list) => list.map(() => ({})),
        }
      },
    }),
  })
}
