import { Agent, request } from 'node:http'

interface Answered {
  readonly status: number
  readonly body: string
}
export type Ask = (
  query: string,
  variables: object,
  by: { readonly token?: string; readonly address?: string },
) => Promise<Answered>

/** Asks a gateway over connections that are kept, as a client's server does. */
export function asking(port: number, publicUrl: URL): Ask {
  const agent = new Agent({ keepAlive: true, maxSockets: 512 })
  return (query, variables, { token, address = '192.0.2.1' }) =>
    new Promise((resolve, reject) => {
      const headers = {
        host: publicUrl.host,
        'content-type': 'application/json',
        'x-forwarded-for': address,
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      }
      const sent = request(
        { host: '127.0.0.1', port, path: '/graphql', method: 'POST', headers, agent },
        (answer) => {
          let body = ''
          answer.setEncoding('utf8')
          answer.on('data', (chunk: string) => {
            body += chunk
          })
          answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body }))
          answer.on('error', reject)
        },
      )
      sent.on('error', reject)
      sent.end(JSON.stringify({ query, variables }))
    })
}
