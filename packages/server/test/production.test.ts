/** The production entry with methods that send: what it refuses, what it serves, and how it stops. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generateKey } from '@security-info/core'
import { freePort, openTestDatabase, type TestDatabase } from '@security-info/testing'
import { createClient } from 'graphql-sse'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { endAll, start } from './support/process.ts'

let folder: string
let database: TestDatabase
let port: number
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'security-info-production-'))
  database = await openTestDatabase('postgres', { empty: true })
  port = await freePort()
})
afterAll(async () => {
  await database.close()
  await rm(folder, { recursive: true })
})
afterEach(endAll)

const keys = generateKey('2026-01')
const metricsToken = 'a-token-that-is-long-enough'
const smtp = {
  host: '127.0.0.1',
  port: 1,
  user: 'u',
  password: { env: 'MAIL_PASSWORD' },
  from: 'a@example.org',
}
const email = { email: { smtp } }
const resetOnly = { twoFactor: 'off' }

/** Migrates with a configuration, and starts the entry with it. */
async function production(document: object, more: Record<string, string> = {}) {
  const path = join(folder, `${Object.keys(document).join('-')}.json`)
  await writeFile(path, JSON.stringify(document))
  const env = {
    DATABASE_URL: database.url ?? '',
    SECURITY_INFO_KEYS: keys,
    SECURITY_INFO_PUBLIC_URL: `http://localhost:${port}`,
    SECURITY_INFO_CONFIG: path,
    SECURITY_INFO_METRICS_TOKEN: metricsToken,
    PORT: String(port),
    ...more,
  }
  // What no gateway would start with is refused before it is in force.
  const migration = start('cli', { cwd: folder, args: ['migrate'], env })
  if ((await migration.exit()) !== 0) return migration
  return start('main', { cwd: folder, env })
}

describe('Production is refused', () => {
  it('where an allowed method has nothing to send with, and says what to configure', async () => {
    const main = await production({ organisation: { name: 'X' }, methods: { totp: {}, phone: {} } })
    expect(await main.exit()).toBe(1)
    expect(main.output()).toContain('2 things are missing or wrong')
    for (const way of ['text', 'call']) {
      expect(main.output()).toContain(`policy.methods.phone, way "${way}": it is allowed, but`)
    }
    expect(main.output()).toContain('Configure a provider: methods.phone.twilio')
  })

  it('where a secret is not there, and where administrators could not be told', async () => {
    const methods = email
    const without = await production({ organisation: { name: 'X' }, methods, policy: resetOnly })
    expect(await without.exit()).toBe(1)
    expect(without.output()).toContain('methods.email.smtp.password: it is to come from the environment')
    expect(without.output()).toContain('MAIL_PASSWORD')

    const organisation = { name: 'X', securityContacts: ['security@example.org'] }
    const mute = await production({ organisation, methods: { totp: {} } })
    expect(await mute.exit()).toBe(1)
    expect(mute.output()).toContain('organisation.securityContacts')
    expect(mute.output()).toContain('Load a plugin that brings the channel "email"')
  })
})

it('M17: production serves the undo page and metrics, no inbox, and ends open streams at SIGTERM', async () => {
  const document = { organisation: { name: 'X' }, methods: { totp: {}, ...email } }
  const main = await production(document, { MAIL_PASSWORD: 'hush-canary' })
  await main.printed('Serving')
  const origin = `http://localhost:${port}`
  const get = async (path: string, headers: Record<string, string> = {}) =>
    (await fetch(`${origin}${path}`, { headers })).status
  expect(await get('/undo')).toBe(200)
  expect(await get('/dev/inbox')).toBe(404)
  expect(await get('/metrics')).toBe(404)
  expect(await get('/metrics', { authorization: `Bearer ${metricsToken}` })).toBe(200)
  const inbox = await fetch(`${origin}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: '{ devInbox { code } }' }),
  })
  expect(await inbox.text()).toContain('Cannot query field')

  const identifier = 'ada@example.org'
  const env = { DATABASE_URL: database.url ?? '', SECURITY_INFO_KEYS: keys, MAIL_PASSWORD: 'hush-canary' }
  const more = {
    SECURITY_INFO_PUBLIC_URL: origin,
    SECURITY_INFO_CONFIG: join(folder, 'organisation-methods.json'),
  }
  const args = ['user', 'create', identifier, '--password-stdin']
  const password = 'a quite long passphrase'
  expect(await start('cli', { cwd: folder, args, env: { ...env, ...more }, input: password }).exit()).toBe(0)
  const ask = async (query: string, token = '') => {
    const authorization = token && `Bearer ${token}`
    const headers = { 'content-type': 'application/json', ...(authorization && { authorization }) }
    const response = await fetch(`${origin}/graphql`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ query }),
    })
    // biome-ignore lint/suspicious/noExplicitAny: answers of two shapes
    return ((await response.json()) as any).data
  }
  const { signIn } = await ask(
    `mutation { signIn(input: { identifier: "${identifier}", password: "${password}" }) { ... on SignInPayload { token } } }`,
  )
  const { beginEnrollment } = await ask(
    'mutation { beginEnrollment(input: { method: { totp: {} } }) { ... on BeginEnrollmentPayload { enrollment { id } } } }',
    signIn.token,
  )
  const client = createClient({
    url: `${origin}/graphql`,
    retryAttempts: 0,
    headers: { authorization: `Bearer ${signIn.token}` },
  })
  const stream = client.iterate({
    query: `subscription { flowUpdated(id: "${beginEnrollment.enrollment.id}") { __typename } }`,
  })
  expect((await stream.next()).value).toEqual({ data: { flowUpdated: { __typename: 'Enrollment' } } })
  main.signal('SIGTERM')
  // In good order: what is still open after ten seconds is cut off, which the client would throw.
  expect((await stream.next()).done).toBe(true)
  expect(await main.exit()).toBe(0)
  expect(main.output()).toContain('Stopped.')
  expect(main.output()).not.toContain('hush-canary')
})
