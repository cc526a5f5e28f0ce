/** A service for breached passwords on this machine, which can be made to misbehave. */
import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

type Answer = (response: ServerResponse, request: IncomingMessage) => void

export interface BreachService {
  readonly url: string
  /** All that was asked, as it came in: request line, headers and body. */
  readonly heard: string[]
  /** Says how often a password was seen in breaches. */
  list(password: string, count: number): void
  /** Answers like this from now on; like the real service where it is left out. */
  answerWith(answer?: Answer): void
  close(): Promise<void>
}

export const sha1 = (password: string) => createHash('sha1').update(password).digest('hex').toUpperCase()

export async function breachService(): Promise<BreachService> {
  const counts = new Map<string, number>()
  const heard: string[] = []
  const real: Answer = (response, { url = '' }) => {
    const prefix = url.split('/').at(-1) ?? ''
    const listed = [...counts].filter(([hash]) => hash.startsWith(prefix))
    // Padding, as the real one does: hashes of nothing, with a count of 0.
    const padding = Array.from({ length: 20 }, (_, n) => `${sha1(`padding ${n} ${prefix}`).slice(5)}:0`)
    const lines = [...listed.map(([hash, count]) => `${hash.slice(5)}:${count}`), ...padding]
    response.end(lines.sort().join('\r\n'))
  }
  let answer = real
  const server = createServer((request, response) => {
    const headers = JSON.stringify(request.rawHeaders)
    let body = ''
    request.on('data', (chunk: Buffer) => (body += chunk.toString()))
    request.on('end', () => {
      heard.push(`${request.method} ${request.url} ${headers} ${body}`)
      answer(response, request)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/range`,
    heard,
    list: (password, count) => void counts.set(sha1(password), count),
    answerWith: (next = real) => {
      answer = next
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
