/** A listening gateway with everything the sandbox has, and requests as they are. */

import { type IncomingHttpHeaders, request } from 'node:http'
import { freePort } from '@security-info/testing'
import { type InboxGateway, inboxGateway } from './inbox.ts'

export interface Raw {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
}
interface Sent {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

export interface Recovery extends InboxGateway {
  /** Sends a request as it is: no client tidies its path. `Host` is the right one unless it is given. */
  send(path: string, sent?: Sent): Promise<Raw>
  /** One operation over the socket; gives the value of its only field. */
  // biome-ignore lint/suspicious/noExplicitAny: answers of every shape
  call(query: string, input: object, headers?: Readonly<Record<string, string>>): Promise<any>
  stop(): Promise<void>
}

export async function recovery(options: Parameters<typeof inboxGateway>[0] = {}): Promise<Recovery> {
  const port = await freePort()
  const at = await inboxGateway({
    publicUrl: `http://localhost:${port}`,
    securityContacts: ['security@example.org'],
    ...options,
  })
  const server = await at.gateway.listen({ host: '127.0.0.1', port })
  const send: Recovery['send'] = (path, { method = 'GET', headers = {}, body } = {}) =>
    new Promise((resolve, reject) => {
      const sent = request(
        { host: '127.0.0.1', port, path, method, headers: { host: `localhost:${port}`, ...headers } },
        (response) => {
          let text = ''
          response.on('data', (chunk: Buffer) => (text += chunk.toString()))
          response.on('end', () =>
            resolve({ status: response.statusCode ?? 0, headers: response.headers, text }),
          )
        },
      )
      sent.on('error', reject)
      sent.end(body)
    })
  return {
    ...at,
    send,
    async call(query, input, headers = {}) {
      const body = JSON.stringify({ query, variables: { input } })
      const sent = { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body }
      const { text } = await send('/graphql', sent)
      const answer = JSON.parse(text) as { data?: Record<string, unknown>; errors?: unknown }
      if (!answer.data) throw new Error(text)
      return Object.values(answer.data)[0]
    },
    async stop() {
      await server.close(100)
      await at.close()
    },
  }
}
