import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { localesOf } from '../src/edge/request-info.ts'
import { type TestGateway, testGateway } from './support/gateway.ts'
import { troublePlugin } from './support/trouble.ts'

let at: TestGateway
beforeAll(async () => {
  at = await testGateway({ plugins: [troublePlugin()] })
})
afterAll(() => at.close())

describe('Every answer', () => {
  it.each(['/graphql', '/livez', '/trouble/throws', '/trouble/redirects', '/nothing'])(
    '%s is kept, sniffed, framed and embedded nowhere, and has a name of its own (M21)',
    async (path) => {
      const one = (await at.fetch(path)).headers
      const other = (await at.fetch(path, { headers: { 'x-request-id': 'mine' } })).headers
      expect(one.get('cache-control')).toBe('no-store')
      expect(one.get('x-content-type-options')).toBe('nosniff')
      expect(one.get('content-security-policy')).toContain("default-src 'none'; frame-ancestors 'none'")
      expect(one.get('strict-transport-security')).toMatch(/^max-age=\d{8}/)
      expect(one.get('referrer-policy')).toBe('no-referrer')
      expect(one.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/)
      expect(other.get('x-request-id')).not.toBe(one.get('x-request-id'))
      expect(other.get('x-request-id')).not.toBe('mine')
    },
  )
})

describe('Routes of plugins', () => {
  it('are mounted with the address of the client', async () => {
    const answer = await at.fetch('/trouble/echo', { method: 'POST', body: 'hello' })
    expect([answer.status, answer.text]).toEqual([200, '127.0.0.1 hello'])
  })

  it('get bounded bodies, and only their own method', async () => {
    const huge = await at.fetch('/trouble/echo', { method: 'POST', body: 'x'.repeat(100_001) })
    expect(huge.status).toBe(413)
    const wrong = await at.fetch('/trouble/echo')
    expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'POST'])
  })
})

describe('An operation', () => {
  it('is not waited for without end (M14)', async () => {
    const plugins = [troublePlugin(() => new Promise(() => {}))]
    const impatient = await testGateway({ plugins, limits: { timeoutMs: 50 } })
    const { errors } = await impatient.ask('{ waits }')
    expect(errors.map((error) => error.extensions.code)).toEqual(['INTERNAL'])
    expect(String(impatient.logged.at(-1)?.error)).toContain('took longer than 0.05 s')
    await impatient.close()
  })

  it('gets the locales that the client prefers, best first', async () => {
    const rejected =
      'mutation { signIn(input: { identifier: "x", password: "x" }) { ... on UserError { message } } }'
    const german = await at.ask(rejected, {}, { 'accept-language': 'fr;q=0.2, de-AT;q=0.9, en;q=0.5' })
    expect(german.data.signIn.message).toMatch(/Passwort|Kennwort/)
    // Other calendars and digits are none of it: who makes a change must not hide its time from its owner.
    expect(localesOf('en-u-ca-islamic-nu-arab, de-AT-x-private;q=0.5')).toEqual(['en', 'de-AT'])
    const english = await at.ask(rejected, {}, { 'accept-language': 'xx, ;;q=9, *' })
    expect(english.data.signIn.message).toMatch(/password/)
  })
})

describe('Probes', () => {
  it('say whether the process and its database answer, by any name', async () => {
    for (const path of ['/livez', '/readyz']) {
      expect((await at.fetch(path, { headers: { host: '10.0.0.7:4000' } })).status).toBe(200)
    }
  })

  it('/readyz says no where the database is gone or the gateway stops; /livez does not mind', async () => {
    const dying = await testGateway()
    await dying.database.close()
    expect((await dying.fetch('/readyz')).status).toBe(503)
    expect((await dying.fetch('/livez')).status).toBe(200)
    dying.gateway.drain()
    const stopping = await dying.fetch('/readyz')
    expect([stopping.status, stopping.text]).toEqual([503, '{"status":"stopping"}'])
  })
})
