/** M21: what every answer has. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { password, signInDocument, type TestGateway, testGateway } from './support/gateway.ts'
import { troublePlugin } from './support/trouble.ts'

let secure: TestGateway
let plain: TestGateway
beforeAll(async () => {
  secure = await testGateway({ plugins: [troublePlugin()] })
  plain = await testGateway({ publicUrl: 'http://localhost:4000' })
  await secure.person('ada@example.org')
  await plain.person('ada@example.org')
})
afterAll(() => Promise.all([secure.close(), plain.close()]))

const post = (body: string, headers: Record<string, string> = {}): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json', ...headers },
  body,
})
const answers: readonly (readonly [string, string, RequestInit])[] = [
  ['an answer', '/graphql', post('{"query":"{ __typename }"}')],
  ['an error', '/graphql', post('{"query":"{ nothing }"}')],
  ['a failure', '/graphql', post('{"query":"{ throws }"}')],
  [
    'a document that is too much',
    '/graphql',
    post(JSON.stringify({ query: '{ a '.repeat(20) + '}'.repeat(20) })),
  ],
  ['a body that is too large', '/graphql', post('x'.repeat(200_000))],
  ['a packed body', '/graphql', post('x', { 'content-encoding': 'gzip' })],
  ['a foreign host', '/graphql', post('{}', { host: 'evil.example' })],
  ['a foreign origin', '/graphql', post('{}', { origin: 'https://evil.example' })],
  ['a route', '/livez', {}],
  ['a page', '/undo', {}],
  ['a route that fails', '/trouble/throws', {}],
  ['nothing', '/nothing', {}],
  ['a wrong method', '/graphql', { method: 'DELETE' }],
]

describe('M21: headers', () => {
  it.each(answers)('M21: of %s', async (_, path, init) => {
    const { headers } = await secure.fetch(path, init)
    const all = Object.fromEntries(headers)
    expect(all).toMatchObject({
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'cross-origin-resource-policy': 'same-origin',
      'cross-origin-opener-policy': 'same-origin',
    })
    const years = Number(/^max-age=(\d+)/.exec(all['strict-transport-security'] ?? '')?.[1]) / 31_536_000
    expect(years).toBeGreaterThanOrEqual(1)
    const policy = all['content-security-policy'] ?? ''
    expect(policy).toMatch(/^default-src 'none';/)
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).toContain("base-uri 'none'")
    expect(policy).not.toMatch(/unsafe|\*|https?:/)
    for (const name of ['server', 'x-powered-by', 'access-control-allow-origin'])
      expect(all[name]).toBeUndefined()
  })

  it('M21: the session’s cookie belongs to this host over TLS, and to no script', async () => {
    const input = { identifier: 'ada@example.org', password, transport: 'COOKIE' }
    const { headers } = await secure.ask(signInDocument, { input }, { origin: secure.origin })
    expect(headers.get('set-cookie')).toMatch(/^__Host-security-info=[^;]+; /)
    const attributes = headers.get('set-cookie')?.split('; ').slice(1).sort()
    expect(attributes).toEqual(['HttpOnly', 'Path=/', 'SameSite=Lax', 'Secure'])
  })

  it('M21: without TLS there is neither HSTS nor the prefix, which browsers would refuse', async () => {
    const input = { identifier: 'ada@example.org', password, transport: 'COOKIE' }
    const { headers } = await plain.ask(signInDocument, { input }, { origin: plain.origin })
    expect(headers.get('strict-transport-security')).toBeNull()
    expect(headers.get('set-cookie')).toMatch(/^security-info=[^;]+; Path=\/; HttpOnly; SameSite=Lax$/)
  })
})
