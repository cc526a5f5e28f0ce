import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { password, signInDocument, type TestGateway, testGateway } from './support/gateway.ts'

let at: TestGateway
beforeAll(async () => {
  at = await testGateway()
  await at.person('ada@example.org')
})
afterAll(() => at.close())

const body = JSON.stringify({
  query: signInDocument,
  variables: { input: { identifier: 'ada@example.org', password, transport: 'COOKIE' } },
})
const json = { 'content-type': 'application/json' }

/** Sends it; whatever is refused must not have reached the database. */
async function refused(init: RequestInit, path = '/graphql') {
  let status = 0
  const statements = await at.database.statements.count(async () => {
    const answer = await at.fetch(path, init)
    status = answer.status
    expect(answer.errors[0]?.extensions.code).toMatch(/^(BAD_USER_INPUT|FORBIDDEN)$/)
    expect(answer.headers.get('set-cookie')).toBeNull()
    expect(answer.headers.get('access-control-allow-origin')).toBeNull()
  })
  expect(statements).toBe(0)
  return status
}

describe('H13: what another site can make a browser send', () => {
  it('a mutation by GET is refused', async () => {
    expect(await refused({}, `/graphql?query=${encodeURIComponent('mutation { signOut { ended } }')}`)).toBe(
      405,
    )
  })

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/graphql',
  ])(
    'the content type %s is refused, also with the header that yoga would take for a promise',
    async (type) => {
      expect(await refused({ method: 'POST', headers: { 'content-type': type }, body })).toBe(415)
      const promise = { 'content-type': type, 'x-graphql-yoga-csrf': '1' }
      expect(await refused({ method: 'POST', headers: promise, body })).toBe(415)
    },
  )

  it('a body without content type is refused', async () => {
    expect(await refused({ method: 'POST', body: new TextEncoder().encode(body) })).toBe(415)
  })

  it.each(['https://evil.example', 'https://id.example.org.evil.example', 'http://id.example.org', 'null'])(
    'the origin %s is refused, with and without a cookie',
    async (origin) => {
      expect(await refused({ method: 'POST', headers: { ...json, origin }, body })).toBe(403)
      const cookie = '__Host-security-info=whatever'
      expect(await refused({ method: 'POST', headers: { ...json, origin, cookie }, body })).toBe(403)
    },
  )

  it('a cookie without an Origin header is refused', async () => {
    const cookie = 'a=b; __Host-security-info=whatever'
    expect(await refused({ method: 'POST', headers: { ...json, cookie }, body })).toBe(403)
  })

  it('a question whether cross-origin requests are allowed is not answered with yes', async () => {
    const asked = { origin: 'https://evil.example', 'access-control-request-method': 'POST' }
    expect(await refused({ method: 'OPTIONS', headers: asked })).toBe(405)
  })

  it('our own page gets in, and its cookie is out of reach of scripts and other sites', async () => {
    const answer = await at.fetch('/graphql', {
      method: 'POST',
      headers: { ...json, origin: at.origin },
      body,
    })
    expect(answer.data.signIn).toMatchObject({ __typename: 'SignInPayload', token: null })
    const [cookie, ...attributes] = (answer.headers.get('set-cookie') ?? '').split('; ')
    expect(cookie).toMatch(/^__Host-security-info=.{20,}$/)
    expect(attributes.sort()).toEqual(['HttpOnly', 'Path=/', 'SameSite=Lax', 'Secure'])

    const own = { origin: at.origin, cookie: cookie ?? '' }
    const seen = await at.ask('{ viewer { username } }', {}, own)
    expect(seen.data.viewer).toEqual({ username: 'ada@example.org' })

    const out = await at.ask('mutation { signOut { ended } }', {}, own)
    expect(out.headers.get('set-cookie')).toMatch(/^__Host-security-info=;.*Max-Age=0/)
    expect((await at.ask('{ viewer { username } }', {}, own)).data.viewer).toBeNull()
  })

  it('a bearer token needs no origin, gets no cookie, and wins over a cookie', async () => {
    const input = { identifier: 'ada@example.org', password }
    const signedIn = await at.ask(signInDocument, { input })
    expect(signedIn.headers.get('set-cookie')).toBeNull()
    const authorization = `Bearer ${signedIn.data.signIn.token}`
    const seen = await at.ask(
      '{ viewer { username } }',
      {},
      { authorization, cookie: '__Host-security-info=x' },
    )
    expect(seen.data.viewer).toEqual({ username: 'ada@example.org' })
  })
})
