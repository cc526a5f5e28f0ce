import { access, definePlugin, PLUGIN_API } from '@security-info/core'
import { GraphQLError } from 'graphql'

/** What must never be seen outside. */
export const CANARY = 'canary-7f3a'

/** A plugin that fails in every way a plugin can, and one field that waits until it is told to go on. */
export function troublePlugin(wait: () => Promise<void> = async () => {}) {
  return definePlugin({
    id: 'trouble',
    api: PLUGIN_API,
    schema({ builder }) {
      const failing = (fail: () => never) => ({
        type: 'String' as const,
        nullable: true,
        description: 'Fails.',
        extensions: access('public'),
        resolve: fail,
      })
      builder.queryFields((t) => ({
        throws: t.field(
          failing(() => {
            throw new Error(`boom ${CANARY}`, { cause: new Error(`the cause, ${CANARY}`) })
          }),
        ),
        throwsOther: t.field(
          failing(() => {
            // oxlint-disable-next-line typescript/only-throw-error -- a plugin can do it, so it is tried
            throw { secret: CANARY }
          }),
        ),
        throwsGraphQL: t.field(
          failing(() => {
            throw new GraphQLError(`not meant for anybody: ${CANARY}`)
          }),
        ),
        pretends: t.field(
          failing(() => {
            throw new GraphQLError(`wrapped: ${CANARY}`, {
              extensions: { code: 'FORBIDDEN' },
              originalError: new Error('inside'),
            })
          }),
        ),
        forbids: t.field(
          failing(() => {
            throw new GraphQLError('Not you.', { extensions: { code: 'FORBIDDEN', state: 'X' } })
          }),
        ),
        failsInSql: t.field(
          failing(() => {
            const failure = { query: 'select $1', params: [CANARY] }
            throw Object.assign(new Error(`Failed query: select $1\nparams: ${CANARY}`), failure)
          }),
        ),
        waits: t.string({
          description: 'Answers when it is told to.',
          extensions: access('public'),
          resolve: async () => {
            await wait()
            return 'done'
          },
        }),
      }))
    },
    routes: [
      {
        method: 'POST',
        path: '/trouble/echo',
        access: 'test',
        handle: async (request, { clientAddress }) =>
          new Response(`${clientAddress} ${await request.text()}`),
      },
      {
        method: 'GET',
        path: '/trouble/redirects',
        access: 'test',
        handle: async () => Response.redirect('https://id.example.org/elsewhere'),
      },
      {
        method: 'GET',
        path: '/trouble/throws',
        access: 'test',
        handle: () => Promise.reject(new Error(`route ${CANARY}`)),
      },
    ],
  })
}
