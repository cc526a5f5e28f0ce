import { trace } from '@opentelemetry/api'
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { password, signInDocument, type TestGateway, testGateway } from './support/gateway.ts'

const spans = new InMemorySpanExporter()
let at: TestGateway
beforeAll(async () => {
  trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] }))
  at = await testGateway({ traces: true })
  await at.person('ada@example.org')
})
afterEach(() => spans.reset())
afterAll(async () => {
  await at.close()
  trace.disable()
})

const CANARY = 'a password nobody has'
const signIn = (secret: string, query = signInDocument) =>
  at.ask(query, { input: { identifier: 'ada@example.org', password: secret } })
const told = () =>
  spans.getFinishedSpans().map(({ name, attributes, status }) => ({ name, attributes, status }))

describe('Traces', () => {
  it('name the operation and the request, and no variable, message or address (H10)', async () => {
    const named = signInDocument.replace('mutation', 'mutation SignIn')
    const { headers, data } = await signIn(CANARY, named)
    expect(data.signIn.__typename).toBe('SignInRejected')
    expect(told()).toEqual([
      {
        name: 'mutation SignIn',
        attributes: {
          'graphql.operation.type': 'mutation',
          'graphql.operation.name': 'SignIn',
          'security_info.request_id': headers.get('x-request-id'),
        },
        status: { code: 0 },
      },
    ])
    const right = await signIn(password, named)
    const all = JSON.stringify(told())
    for (const secret of [CANARY, password, right.data.signIn.token, 'ada@example.org', '127.0.0.1'])
      expect(all).not.toContain(secret)
  })

  it('hold the codes of errors and none of their words', async () => {
    const { errors } = await at.ask(
      '{ viewer { session { state } } admin { helpRequests(first: 1) { edges { cursor } } } }',
    )
    expect(errors[0]?.extensions.code).toBe('UNAUTHENTICATED')
    const [span] = told()
    expect(span?.attributes['security_info.error_codes']).toEqual(['UNAUTHENTICATED'])
    expect(span?.status).toEqual({ code: 2 })
  })

  it('have routes by their path in our own list', async () => {
    await at.fetch('/livez?token=secret')
    expect(told()).toMatchObject([{ name: 'GET /livez', attributes: { 'http.response.status_code': 200 } }])
    expect(JSON.stringify(told())).not.toContain('secret')
  })

  it('are off by default', async () => {
    const silent = await testGateway()
    await silent.ask('{ __typename }')
    await silent.fetch('/livez')
    expect(told()).toEqual([])
    await silent.close()
  })
})
