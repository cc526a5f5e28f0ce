import {
  definePlugin,
  type MessageDesk,
  PLUGIN_API,
  type Plugin,
  type SecurityInfo,
} from '../../src/index.ts'

/** A plugin with a webhook that gives its caller the desk it works with: what a provider's callbacks may do. */
export function webhook(): Plugin<'webhook'> & { deskOf(gateway: SecurityInfo): Promise<MessageDesk> } {
  let desk: MessageDesk | undefined
  const plugin = definePlugin({
    id: 'webhook',
    api: PLUGIN_API,
    routes: [
      {
        method: 'POST',
        path: '/webhook',
        access: 'tests',
        async handle(_request, { messages }) {
          desk = messages
          return new Response()
        },
      },
    ],
  })
  return {
    ...plugin,
    async deskOf({ routes }) {
      const route = routes.find(({ path }) => path === '/webhook')
      await route?.handle(new Request('http://localhost/webhook', { method: 'POST' }), {
        clientAddress: '127.0.0.1',
      })
      if (!desk) throw new Error('The gateway has no webhook.')
      return desk
    },
  }
}
