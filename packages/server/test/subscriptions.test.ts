/** Subscriptions over SSE, on a real socket and with a client that others use. */
import { freePort } from '@security-info/testing'
import { type Client, createClient } from 'graphql-sse'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { HttpServer } from '../src/http-server.ts'
import { password, signInDocument, type TestGateway, testGateway } from './support/gateway.ts'
import { streamPlugin } from './support/stream.ts'
import { CANARY } from './support/trouble.ts'

const { plugin, seen } = streamPlugin()
let at: TestGateway
let server: HttpServer
beforeAll(async () => {
  const port = await freePort()
  at = await testGateway({
    publicUrl: `http://127.0.0.1:${port}`,
    plugins: [plugin],
  })
  server = await at.gateway.listen({ host: '127.0.0.1', port })
  await at.person('ada@example.org')
})
afterAll(async () => {
  await at.close()
})

const clientWith = (headers: Record<string, string> = {}): Client =>
  createClient({ url: `${at.origin}/graphql`, retryAttempts: 0, headers })
const events = (query: string, variables: Record<string, unknown> = {}, client = clientWith()) =>
  client.iterate({ query, variables })
async function all(iterator: AsyncIterable<unknown>): Promise<unknown[]> {
  const results: unknown[] = []
  for await (const result of iterator) results.push(result)
  return results
}
const subscribe = (query: string, headers: Record<string, string> = {}) =>
  at.fetch('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query }),
  })

const BEGIN = `mutation { beginEnrollment(input: { method: { totp: {} } }) {
  ... on BeginEnrollmentPayload { enrollment { id } } } }`
const CONFIRM = `mutation ($input: ConfirmEnrollmentInput!) { confirmEnrollment(input: $input) { __typename } }`
const WATCH = `subscription ($id: ID!) { flowUpdated(id: $id) { ... on Enrollment { attemptsLeft } } }`

/** Signs in and begins an enrolment; gives what sends the session, and the flow. */
async function begun(transport: 'BEARER' | 'COOKIE') {
  const input = { identifier: 'ada@example.org', password, transport }
  const signedIn = await at.ask(signInDocument, { input })
  const headers: Record<string, string> =
    transport === 'BEARER'
      ? { authorization: `Bearer ${signedIn.data.signIn.token}` }
      : { cookie: (signedIn.headers.get('set-cookie') ?? '').split(';')[0] ?? '', origin: at.origin }
  const { data } = await at.ask(BEGIN, {}, headers)
  return { headers, id: data.beginEnrollment.enrollment.id as string }
}

describe('A subscription', () => {
  it.each(['BEARER', 'COOKIE'] as const)(
    'brings what is and what changes, and ends with its session (%s, H18)',
    async (transport) => {
      const { headers, id } = await begun(transport)
      const stream = events(WATCH, { id }, clientWith(headers))
      expect((await stream.next()).value).toEqual({ data: { flowUpdated: { attemptsLeft: 5 } } })
      await at.ask(CONFIRM, { input: { enrollmentId: id, proof: { totp: { code: '000000' } } } }, headers)
      expect((await stream.next()).value).toEqual({ data: { flowUpdated: { attemptsLeft: 4 } } })
      await at.ask('mutation { signOut(input: {}) { ended } }', {}, headers)
      expect((await stream.next()).done).toBe(true)
    },
  )

  it('leaves no watcher behind when its client goes', async () => {
    const { headers, id } = await begun('BEARER')
    const watching = () => at.securityInfo.context({} as never).host.watching.size
    const stream = events(WATCH, { id }, clientWith(headers))
    await stream.next()
    expect(watching()).toBe(1)
    await stream.return?.()
    await expect.poll(watching).toBe(0)
  })

  it('is refused without a session, and cross-site, before anything begins', async () => {
    expect(await all(events(WATCH, { id: 'x' }))).toEqual([
      {
        errors: [
          expect.objectContaining({ extensions: expect.objectContaining({ code: 'UNAUTHENTICATED' }) }),
        ],
      },
    ])
    const headers = { accept: 'text/event-stream', origin: 'https://evil.example' }
    expect((await subscribe('subscription { waits }', headers)).status).toBe(403)
  })

  it.each([undefined, '*/*', 'application/json', 'application/graphql-response+json'])(
    'has to be asked for as a stream; "%s" is told how',
    async (accept) => {
      const answer = await subscribe('subscription { waits }', accept ? { accept } : {})
      expect(answer.errors[0]?.message).toContain('Accept: text/event-stream')
      expect(answer.errors[0]?.extensions.code).toBe('BAD_USER_INPUT')
    },
  )

  it('has the headers of every answer, is kept by nobody and collected by no proxy', async () => {
    const { headers } = await subscribe('subscription { breaks }', { accept: 'text/event-stream' })
    expect(Object.fromEntries(headers)).toMatchObject({
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
      'x-request-id': expect.stringMatching(/^[0-9a-f-]{36}$/),
      'x-content-type-options': 'nosniff',
    })
    expect(headers.get('content-encoding')).toBeNull()
  })

  it('that breaks says so at its end, masked, and the log has the cause; what is meant passes', async () => {
    const [first, last] = await all(events('subscription { breaks }'))
    expect(first).toEqual({ data: { breaks: 'first' } })
    expect(last).toMatchObject({ errors: [{ extensions: { code: 'INTERNAL' } }] })
    expect(JSON.stringify(last)).not.toContain(CANARY)
    expect(at.logged.at(-1)).toMatchObject({ level: 'error', error: new Error(`stream ${CANARY}`) })

    const [each] = await all(events('subscription { failsEach }'))
    expect(each).toMatchObject({ errors: [{ extensions: { code: 'INTERNAL' } }] })
    expect(JSON.stringify(each)).not.toContain(CANARY)

    const [, refused] = await all(events('subscription { forbids }'))
    expect(refused).toMatchObject({ errors: [{ message: 'No longer.', extensions: { code: 'FORBIDDEN' } }] })
  })

  it('is refused to somebody who has five already, and says so (H18)', async () => {
    const { headers, id } = await begun('BEARER')
    const streams = Array.from({ length: 5 }, () => events(WATCH, { id }, clientWith(headers)))
    await Promise.all(streams.map((stream) => stream.next()))
    expect(await all(events(WATCH, { id }, clientWith(headers)))).toMatchObject([
      { errors: [{ message: expect.stringContaining('At most 5'), extensions: { code: 'TOO_COMPLEX' } }] },
    ])
    await Promise.all(streams.map(async (stream) => stream.return?.()))
  })

  it('reads its variables as carefully as a query does', async () => {
    const [only] = await all(events(WATCH, { id: { not: 'an id' } }))
    expect(only).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] })
  })
})

it('A subscription outlives the time for an operation, and one that does not begin in that time is given up', async () => {
  const stubborn = streamPlugin()
  const hasty = await testGateway({ plugins: [stubborn.plugin], limits: { timeoutMs: 2_000 } })
  const ask = (query: string) =>
    hasty.gateway.fetch(
      new Request(`${hasty.origin}/graphql`, {
        method: 'POST',
        headers: {
          host: new URL(hasty.origin).host,
          'content-type': 'application/json',
          accept: 'text/event-stream',
        },
        body: JSON.stringify({ query }),
      }),
    )
  const reader = (await ask('subscription { goesOn }')).body?.getReader()
  const decoder = new TextDecoder()
  const said = async (text: string) => {
    for (let heard = ''; !heard.includes(text); ) {
      const { value, done } = (await reader?.read()) ?? { done: true }
      if (done) throw new Error(`It ended without "${text}".`)
      heard += decoder.decode(value, { stream: true })
    }
  }
  await said('first')
  expect((await ask('subscription { neverBegins }')).status).toBe(500)
  expect(hasty.logged.at(-1)?.error).toMatchObject({ message: expect.stringContaining('longer than 2 s') })
  stubborn.goOn()
  await said('second')
  await reader?.cancel()
  await hasty.close()
})

it('A query is answered over SSE as well', async () => {
  expect(await all(events('{ gateway { version } }'))).toEqual([{ data: { gateway: { version: '1.2.3' } } }])
})

it('M17: streams end when the gateway stops, also those that wait for ever', async () => {
  const stream = events('subscription { waits }')
  await stream.next()
  at.gateway.drain()
  expect((await stream.next()).done).toBe(true)
  const late = await all(events('subscription { waits }'))
  expect(late).toEqual([])
  expect(seen.ended).toBeGreaterThan(0)
  // Far more time than the test has, which nothing needs any more.
  await server.close(600_000)
})
