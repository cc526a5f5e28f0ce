/** M11: new passwords are looked up in a service of the operator's, and nothing depends on its health. */
import { createKeyRing, generateKey, Secret } from '@security-info/core'
import { openTestDatabase, type TestDatabase } from '@security-info/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { composeSecurityInfo } from '../src/compose.ts'
import { parseConfig } from '../src/config/file.ts'
import { createGateway, type Gateway } from '../src/gateway.ts'
import { describeError, type LogEntry } from '../src/log.ts'
import { loadPlugins } from '../src/plugins.ts'
import { type BreachService, breachService, sha1 } from './support/breach-service.ts'
import { password, signInDocument } from './support/gateway.ts'

const CHANGE = `mutation ($input: ChangePasswordInput!) { changePassword(input: $input) { __typename
  ... on ChangePasswordPayload { token } ... on UserError { code message } ... on InvalidInput { path } } }`
const origin = 'http://localhost:4000'
const metricsToken = 'a-token-that-is-long-enough'

let service: BreachService
let database: TestDatabase
let gateway: Gateway
let logged: LogEntry[]
let securityInfo: ReturnType<typeof composeSecurityInfo>
let session: string
let current = password
let count = 0
beforeAll(async () => {
  service = await breachService()
  database = await openTestDatabase('pglite')
  const config = parseConfig(
    {
      organisation: { name: 'X' },
      methods: { totp: {} },
      policy: { twoFactor: 'off' },
      passwords: { breachCheck: { url: service.url, timeoutMs: 4000 } },
    },
    'test',
  )
  const publicUrl = new URL(origin)
  const settings = {
    config,
    plugins: loadPlugins(config.methods, () => undefined).plugins,
    keyRing: createKeyRing(generateKey('test')),
    publicUrl,
    database: { url: '' },
    host: '127.0.0.1',
    port: 4000,
    trust: () => false,
  }
  logged = []
  const log = (entry: LogEntry) => void logged.push(entry)
  securityInfo = composeSecurityInfo(settings, database, log)
  await securityInfo.migrate()
  gateway = createGateway({ securityInfo, publicUrl, log, metricsToken: new Secret(metricsToken) })
  await securityInfo.accounts.create({
    identifier: 'ada@example.org',
    displayName: 'Ada',
    password: new Secret(password),
  })
  const { signIn } = await ask(signInDocument, { identifier: 'ada@example.org', password })
  session = signIn.token
})
afterAll(async () => {
  await securityInfo.stop()
  await database.close()
  await service.close()
})
beforeEach(() => {
  service.answerWith()
  service.heard.length = 0
  logged.length = 0
})

async function send(path: string, init: RequestInit, headers: Record<string, string>): Promise<string> {
  const request = new Request(`${origin}${path}`, {
    ...init,
    headers: { host: 'localhost:4000', ...headers },
  })
  return (await gateway.fetch(request)).text()
}
async function ask(query: string, input: object) {
  const body = JSON.stringify({ query, variables: { input } })
  const headers = {
    'content-type': 'application/json',
    ...(session && { authorization: `Bearer ${session}` }),
  }
  // biome-ignore lint/suspicious/noExplicitAny: answers of two shapes
  return (JSON.parse(await send('/graphql', { method: 'POST', body }, headers)) as { data: any }).data
}
/** Changes the password over HTTP, and gives what the API says. */
async function change(newPassword: string) {
  const { changePassword } = await ask(CHANGE, { currentPassword: current, newPassword })
  if (changePassword.token) [session, current] = [changePassword.token, newPassword]
  return changePassword
}
const accepted = async (newPassword: string) =>
  expect(await change(newPassword)).toMatchObject({ __typename: 'ChangePasswordPayload' })
const fresh = () => `never seen anywhere ${count++}`
async function failures(): Promise<number> {
  const text = await send('/metrics', {}, { authorization: `Bearer ${metricsToken}` })
  return Number(/^security_info_breach_checks_failed_total (\d+)$/m.exec(text)?.[1] ?? 0)
}

describe('M11: a service for breached passwords', () => {
  it('that lists a password has it refused, wherever one is set', async () => {
    const listed = 'seen in a breach or two'
    service.list(listed, 7)
    const refused = await change(listed)
    expect(refused).toMatchObject({
      __typename: 'InvalidInput',
      code: 'password.breached',
      path: ['newPassword'],
    })
    expect(refused.message).toContain('known from a breach')
    const byOperator = await securityInfo.accounts.setPassword({
      identifier: 'ada@example.org',
      password: new Secret(listed),
    })
    expect(byOperator).toEqual({ ok: false, problem: expect.stringContaining('known from a breach') })
    expect(logged).toEqual([])
  })

  it('that gives it a count of 0 has only padded: the password is taken, as one that is not listed', async () => {
    const padded = fresh()
    service.list(padded, 0)
    await accepted(padded)
    await accepted(fresh())
    expect([logged, await failures()]).toEqual([[], 0])
  })

  it('is told five hexadecimal digits of its SHA-1, and nothing else of the password', async () => {
    const secret = fresh()
    await accepted(secret)
    expect(service.heard).toHaveLength(1)
    const [heard = ''] = service.heard
    const hash = sha1(secret)
    expect(heard).toMatch(new RegExp(`^GET /range/${hash.slice(0, 5)} `))
    expect(heard.toLowerCase()).toContain('"add-padding","true"')
    expect(heard.toUpperCase()).not.toContain(hash.slice(0, 6))
    expect(heard.toUpperCase()).not.toContain(hash.slice(5, 12))
    for (const word of [secret, 'ada@example.org', session, 'cookie', 'authorization']) {
      expect(heard).not.toContain(word)
    }
  })

  const forever = () => {}
  it.each<[string, Parameters<BreachService['answerWith']>[0]]>([
    ['answers 500', (response) => response.writeHead(500).end(`${'A'.repeat(35)}:1\r\n`)],
    ['answers 429', (response) => response.writeHead(429).end()],
    ['never answers', forever],
    ['never finishes', (response) => response.writeHead(200).write(`${'A'.repeat(35)}:1\r\n`)],
    ['hangs up', (response) => response.socket?.destroy()],
    ['gives a page', (response) => response.end('<!doctype html><title>Welcome</title>')],
    ['gives nothing', (response) => response.end()],
    ['gives half lines', (response) => response.end('1E4C9B93F3F0682250B6CF8331B7EE68FD8\r\n')],
    ['leads elsewhere', (response) => response.writeHead(302, { location: service.url }).end()],
    ['gives far too much', (response) => response.end(`${'A'.repeat(35)}:1\r\n`.repeat(60_000))],
  ])('that %s keeps nobody from a new password; there is an alarm, and it is counted', async (_, answer) => {
    const before = await failures()
    service.answerWith(answer)
    const secret = fresh()
    await accepted(secret)
    expect(await failures()).toBe(before + 1)
    const alarms = logged.filter(({ level }) => level === 'error')
    expect(alarms).toHaveLength(1)
    const said = `${alarms[0]?.message} ${describeError(alarms[0]?.error).join(' ')}`
    expect(said).toContain('Passwords could not be looked up among breached ones.')
    expect(said).not.toContain(secret)
    expect(said).not.toContain(sha1(secret).slice(0, 5))
    expect(service.heard).toHaveLength(1)
  })

  it('that is not there at all leaves the local list, which is asked first and tells nobody', async () => {
    const heard = [...service.heard]
    await service.close()
    const before = await failures()
    const common = await change('passwordpassword')
    expect(common).toMatchObject({ __typename: 'InvalidInput', code: 'password.common' })
    expect([service.heard, await failures()]).toEqual([heard, before])
    await accepted(fresh())
    expect([logged.length, await failures()]).toEqual([1, before + 1])
  })
})

describe('passwords.breachCheck', () => {
  const parse = (breachCheck: unknown) => () =>
    parseConfig({ organisation: { name: 'X' }, methods: {}, passwords: { breachCheck } }, 'file')

  it('is off where it is left out, and nobody is asked', () => {
    expect(parseConfig({ organisation: { name: 'X' }, methods: {} }, 'file').passwords).toEqual({})
  })

  it('takes an https address, or one of this machine, and waits 1.5 s', () => {
    for (const url of [
      'https://mirror.example.org/range',
      'http://localhost:8080/range/',
      'http://[::1]/r',
    ]) {
      const { breachCheck } = parse({ url })().passwords
      expect([breachCheck?.url.href, breachCheck?.timeoutMs]).toEqual([url, 1500])
    }
  })

  it.each([
    ['http://mirror.example.org/range', 'is not https'],
    ['mirror.example.org', 'is no web address'],
    ['file:///etc/passwd', 'is no web address'],
    ['https://me:hush@mirror.example.org/range', 'has a name or password in it'],
    ['https://mirror.example.org/range?x=', 'has a "?" or "#"'],
  ])('refuses %s', (url, words) => {
    expect(parse({ url })).toThrow(`file: passwords.breachCheck.url: it ${words}`)
    expect(parse({ url })).not.toThrow('hush')
  })

  it('refuses a time that is none, and an option that does not exist', () => {
    const url = 'https://mirror.example.org/range'
    expect(parse({ url, timeoutMs: 0 })).toThrow('passwords.breachCheck.timeoutMs')
    expect(parse({ url, key: 'x' })).toThrow('passwords.breachCheck.key')
    expect(parse({})).toThrow('passwords.breachCheck.url')
  })
})
