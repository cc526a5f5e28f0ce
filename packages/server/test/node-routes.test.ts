import { connect } from 'node:net'
import { definePlugin, PLUGIN_API } from '@security-info/core'
import { freePort } from '@security-info/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { HttpServer } from '../src/http-server.ts'
import { type TestGateway, testGateway } from './support/gateway.ts'
import { CANARY, troublePlugin } from './support/trouble.ts'

/** Answers in the ways that need care on the way out. */
const answers = () =>
  definePlugin({
    id: 'answers',
    api: PLUGIN_API,
    routes: [
      {
        method: 'GET',
        path: '/answers/cookies',
        access: 'test',
        async handle() {
          const headers = new Headers({ 'cache-control': 'max-age=60', 'x-own': 'yes' })
          headers.append('set-cookie', 'a=1')
          headers.append('set-cookie', 'b=2')
          return new Response('déjà', { headers })
        },
      },
      {
        method: 'POST',
        path: '/answers/mirror',
        access: 'test',
        // All that a standard request can do, whatever carried it here.
        async handle(request) {
          const { headers, method, url, signal, bodyUsed } = request
          const copy = request.clone()
          return Response.json({
            method,
            url,
            standard: request instanceof Request && headers instanceof Headers,
            names: [...headers.keys()].includes('x-one'),
            same: new Headers(headers).get('X-One') === headers.get('x-one') && headers.has('X-ONE'),
            none: [headers.get('x-none'), headers.has('x-none'), signal.aborted, bodyUsed],
            read: [await copy.json(), await request.text()],
          })
        },
      },
      {
        method: 'GET',
        path: '/answers/nothing',
        access: 'test',
        handle: async () => new Response(null, { status: 204 }),
      },
    ],
  })

let at: TestGateway
let server: HttpServer
beforeAll(async () => {
  at = await testGateway({ plugins: [troublePlugin(), answers()], publicUrl: 'http://localhost:4000' })
  server = await at.gateway.listen({ host: '127.0.0.1', port: await freePort() })
})
afterAll(async () => {
  await server.close(0)
  await at.close()
})

/** Bytes over a socket, as no client library would send them. */
function wire(request: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = ''
    const socket = connect({ host: '127.0.0.1', port: server.port }, () => socket.write(request))
    socket.setEncoding('utf8')
    socket.on('data', (chunk: string) => {
      text += chunk
    })
    socket.on('error', reject).on('close', () => resolve(text))
  })
}

const ask = (line: string, more = '', body = '') =>
  wire(`${line} HTTP/1.1\r\nHost: localhost:4000\r\nConnection: close\r\n${more}\r\n${body}`)

const statusOf = (answer: string) => Number(answer.slice(9, 12))

describe('Routes that are asked for over a socket', () => {
  it.each([
    '/livez',
    '/trouble/throws',
    '/trouble/redirects',
    '/answers/cookies',
    '/answers/nothing',
    '/trouble/echo',
  ])('%s answers as it does without one', async (path) => {
    const one = await at.fetch(path)
    const other = await ask(`GET ${path}`)
    expect(statusOf(other)).toBe(one.status)
    const head = other.split('\r\n\r\n')[0]?.toLowerCase() ?? ''
    expect(head).toMatch(/x-request-id: [0-9a-f-]{36}/)
    const alike = [...one.headers].filter(([name]) => !/^(content-length|date|x-request-id)$/.test(name))
    for (const [name, value] of alike) expect(head).toContain(`${name}: ${value}`.toLowerCase())
  })

  it('keep what a route has set, and each cookie by itself', async () => {
    const answer = await ask('GET /answers/cookies')
    expect(answer).toMatch(/cache-control: max-age=60\r\n/i)
    expect(answer).toMatch(/set-cookie: a=1\r\nset-cookie: b=2\r\n/i)
    expect(answer).toMatch(/content-length: 6\r\n/i)
    expect(answer.endsWith('\r\n\r\ndéjà')).toBe(true)
    expect(await ask('GET /answers/nothing')).not.toMatch(/content-length|transfer-encoding/i)
    const head = await ask('HEAD /answers/cookies')
    expect([statusOf(head), head.endsWith('\r\n\r\n')]).toEqual([200, true])
  })

  it('get their body, whole or in pieces, and not one that is too large', async () => {
    const echo = (headers: string, body: string) => ask('POST /trouble/echo', headers, body)
    expect(await echo('Content-Length: 5\r\n', 'hello')).toMatch(/127\.0\.0\.1 hello$/)
    const pieces = '2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n'
    expect(await echo('Transfer-Encoding: chunked\r\n', pieces)).toMatch(/127\.0\.0\.1 hello$/)
    const huge = await echo('Content-Length: 300000\r\n', 'x'.repeat(300_000))
    expect([statusOf(huge), /connection: close/i.test(huge)]).toEqual([413, true])
  })

  it('are standard requests', async () => {
    const headers = 'X-One: a\r\nX-One: b\r\nContent-Type: application/json\r\nContent-Length: 7\r\n'
    const answer = await ask('POST /answers/mirror?x=1', headers, '{"a":1}')
    expect(JSON.parse(answer.split('\r\n\r\n')[1] ?? '')).toEqual({
      method: 'POST',
      url: 'http://localhost:4000/answers/mirror?x=1',
      standard: true,
      names: true,
      same: true,
      none: [null, false, false, false],
      read: [{ a: 1 }, '{"a":1}'],
    })
  })

  it('are refused under another name, by another method and in another form', async () => {
    expect(
      statusOf(
        await wire('GET /answers/cookies HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n'),
      ),
    ).toBe(421)
    expect(
      statusOf(await wire('GET /livez HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n')),
    ).toBe(200)
    expect(statusOf(await ask('DELETE /answers/cookies'))).toBe(405)
    expect(statusOf(await ask('TRACE /answers/cookies'))).toBe(405)
    expect(statusOf(await ask('GET //answers/cookies'))).toBe(404)
    expect(statusOf(await ask('GET /answers/cookies/'))).toBe(404)
    expect(statusOf(await ask('GET /answers/cookies?x=%ZZ&y#z'))).toBe(200)
  })

  it('hide what went wrong', async () => {
    const before = at.logged.length
    const answer = await ask('GET /trouble/throws')
    expect([statusOf(answer), answer.includes(CANARY)]).toEqual([500, false])
    expect(String(at.logged[before]?.error)).toContain(CANARY)
  })
})
