/** A plugin with streams that go wrong or never end, and what a test knows of them. */
import { access, definePlugin, PLUGIN_API } from '@security-info/core'
import { GraphQLError } from 'graphql'
import { CANARY } from './trouble.ts'

export function streamPlugin() {
  const seen = { ended: 0 }
  const going = Promise.withResolvers<void>()
  async function* one(then: () => Promise<void>) {
    try {
      yield 'first'
      await then()
    } finally {
      seen.ended++
    }
  }
  async function* two() {
    yield 'first'
    await going.promise
    yield 'second'
  }
  const stream = (then: () => Promise<void>) => ({
    type: 'String' as const,
    description: 'Begins, and then goes wrong.',
    extensions: access('public'),
    subscribe: () => one(then),
    resolve: (value: unknown) => String(value),
  })
  const plugin = definePlugin({
    id: 'stream',
    api: PLUGIN_API,
    schema({ builder }) {
      builder.subscriptionFields((t) => ({
        waits: t.field(stream(() => new Promise(() => {}))),
        goesOn: t.field({ ...stream(async () => {}), subscribe: two }),
        breaks: t.field(stream(() => Promise.reject(new Error(`stream ${CANARY}`)))),
        forbids: t.field(
          stream(() => {
            throw new GraphQLError('No longer.', { extensions: { code: 'FORBIDDEN' } })
          }),
        ),
        neverBegins: t.field({
          ...stream(async () => {}),
          subscribe: () => new Promise<AsyncGenerator<string>>(() => {}),
        }),
        failsEach: t.field({
          ...stream(async () => {}),
          resolve: () => {
            throw new Error(`event ${CANARY}`)
          },
        }),
      }))
    },
  })
  return { plugin, seen, goOn: () => going.resolve() }
}
