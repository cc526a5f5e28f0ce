import {
  type Deps,
  defineMethod,
  definePlugin,
  PLUGIN_API,
  type Plugin,
  refuse,
  type SchemaKit,
} from '@security-info/core'
import { z } from 'zod'

/** How its owner proves the blank method, and what sets it up. */
export const OTHER_PROOF = { blank: {} }
export const OTHER_WAY = 'none'

/**
 * The smallest method there can be: what a schema looks like without the plugin under test, and another method beside it, which
 * its owner proves by saying so.
 */
export function blank(): Plugin<'blank'> {
  const nothing = z.object({})
  return definePlugin({
    id: 'blank',
    api: PLUGIN_API,
    messages: {
      en: {
        title: 'Blank',
        description: 'Nothing.',
        setup: 'Nothing.',
        prompt: 'Nothing.',
        'way.none': 'Not at all',
      },
    },
    method: defineMethod('blank', {
      ways: [{ id: OTHER_WAY, usedFor: ['TWO_FACTOR', 'PASSWORD_RESET'], guessable: false, strength: 0 }],
      limits: { methods: 1, attempts: 1, ttlSeconds: 60 },
      stored: nothing,
      enrolling: nothing,
      challenging: nothing,
      schema(kit) {
        const proof = kit.builder.inputType('BlankProofInput', {
          description: 'Nothing.',
          fields: (t) => ({ _: t.boolean({ description: 'Leave it out.' }) }),
        })
        const description = 'Nothing.'
        const fields = () => ({})
        return {
          confirm: proof,
          proof,
          setup: kit.setup<object>('BlankSetup', { description, fields }),
          prompt: kit.prompt<object>('BlankPrompt', { description, fields }),
          details: kit.details<object>('BlankMethod', { description, fields }),
        }
      },
      create: () => ({
        begin: async () => ({ view: {}, pending: {} }),
        confirm: async () => ({ stored: {} }),
        challenge: async () => ({ view: {}, pending: {} }),
        verify: async (_at, [method]) => (method ? { ok: true, methodId: method.id } : refuse('wrong-proof')),
        describe: (list) => list.map(() => ({})),
      }),
    }),
  })
}

/** The same with everything that core has types of its own for only where a kind asks for it: all types that are core's. */
export function demanding(): Plugin<'blank'> {
  const plugin = blank()
  const { method } = plugin
  if (!method) return plugin
  const schema = (kit: SchemaKit) => {
    const ask = kit.builder.inputType('BlankAskInput', {
      description: 'Nothing.',
      fields: (t) => ({ _: t.boolean({ description: 'Leave it out.' }) }),
    })
    return { ...method.schema(kit), ask }
  }
  const passwordless = { begin: async () => ({ view: {}, pending: {} }), identify: () => '' }
  const create = (deps: Deps) => ({ ...method.create(deps), passwordless })
  return { ...plugin, method: { ...method, schema, create } }
}
