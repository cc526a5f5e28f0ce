import {
  type Attempt,
  type ChallengeStart,
  ConfigurationFault,
  type Registered,
  Secret,
} from '@security-info/core'
import { describe, expect, it } from 'vitest'
import { createHandlers } from '../src/handlers.ts'
import { type EmailOptions, email } from '../src/index.ts'
import { type EmailPolicy, policy as shape } from '../src/policy.ts'

const handlers = createHandlers()
const code = new Secret('012345')

function start(policy: object = {}): ChallengeStart<EmailPolicy> {
  return {
    purpose: 'PASSWORD_RESET',
    flowId: 'flow',
    userId: 'nobody',
    username: 'ada',
    displayName: 'Ada',
    way: 'code',
    policy: shape.parse(policy),
    now: new Date(0),
  }
}
function attempt<Pending>(
  pending: Pending,
  codeOk?: boolean,
  policy: object = {},
): Attempt<Pending, EmailPolicy> {
  const at = { userId: 'nobody', now: new Date(0), number: 1, way: 'code', pending }
  return { ...at, policy: shape.parse(policy), ...(codeOk === undefined ? {} : { codeOk }) }
}
function registered(address: string, id = 'one'): Registered<{ address: string }> {
  return { id, label: 'Email', counter: null, stored: { address } }
}
const begin = (address: string, policy = {}, own: readonly string[] = []) =>
  handlers.begin(
    start(policy),
    { address },
    own.map((one) => registered(one)),
    null,
  )

describe('Beginning', () => {
  it('sends a code to the address, and shows it masked', async () => {
    expect(await begin(' Robert@London.EXAMPLE ')).toEqual({
      view: { destination: 'Ro***@l***.example' },
      pending: { address: 'Robert@london.example' },
      deliver: { to: 'Robert@london.example' },
    })
  })

  it('refuses what is no address', async () => {
    expect(await begin('Ada <ada@example.org>')).toEqual({
      ok: false,
      refused: 'email.invalid',
      path: ['address'],
    })
  })

  it('refuses an address that the person has, however it is spelt', async () => {
    const refused = { ok: false, refused: 'email.alreadyRegistered', path: ['address'] }
    expect(await begin('ADA@Example.org', {}, ['ada@example.org'])).toEqual(refused)
    expect(await begin('bob@example.org', {}, ['ada@example.org'])).toHaveProperty('deliver')
  })

  it.each([
    ['ada@example.org', {}, true],
    ['ada@example.org', { domains: ['EXAMPLE.org'] }, true],
    ['ada@mail.example.org', { domains: ['example.org'] }, true],
    ['ada@notexample.org', { domains: ['example.org'] }, false],
    ['ada@example.org.evil.example', { domains: ['example.org'] }, false],
    ['ada@xn--bcher-kva.example', { domains: ['bücher.example'] }, true],
    ['ada@mail.example.org', { refuseDomains: ['example.org'] }, false],
    ['ada@old.example.org', { domains: ['example.org'], refuseDomains: ['old.example.org'] }, false],
  ])('%s under %j: %s', async (address, policy, allowed) => {
    const answer = await begin(address, policy)
    const refused = { ok: false, refused: 'email.domainNotAllowed', path: ['address'] }
    expect(answer).toMatchObject(allowed ? { deliver: { to: address } } : refused)
  })
})

describe('Proving', () => {
  it('goes by what core says of the code', async () => {
    const at = (codeOk?: boolean) => attempt({ address: 'Ada@example.org' }, codeOk)
    for (const codeOk of [false, undefined]) {
      expect(await handlers.confirm(at(codeOk), { code })).toEqual({ ok: false, refused: 'wrong-proof' })
      expect(await handlers.verify(attempt({}, codeOk), [registered('a@b.example')], { code })).toEqual({
        ok: false,
        refused: 'wrong-proof',
      })
    }
    expect(await handlers.confirm(at(true), { code })).toEqual({
      stored: { address: 'Ada@example.org' },
      authenticator: 'mailto:ada@example.org',
    })
    expect(await handlers.verify(attempt({}, true), [registered('a@b.example')], { code })).toEqual({
      ok: true,
      methodId: 'one',
    })
    expect(await handlers.verify(attempt({}, true), [], { code })).toEqual({
      ok: false,
      refused: 'wrong-proof',
    })
  })

  it('obeys the policy of now, at each step (H32)', async () => {
    const narrow = { domains: ['other.example'] }
    const refused = { ok: false, refused: 'email.domainNotAllowed', values: { domain: 'example.org' } }
    const own = [registered('ada@example.org')]
    expect(await handlers.confirm(attempt({ address: 'ada@example.org' }, true, narrow), { code })).toEqual(
      refused,
    )
    expect(await handlers.challenge(start(narrow), own, {})).toEqual(refused)
    expect(await handlers.verify(attempt({}, true, narrow), own, { code })).toEqual(refused)
  })

  it('sends to the chosen address; to nobody for a decoy, which has the same parts', async () => {
    const real = await handlers.challenge(start(), [registered('ada@example.org')], {})
    expect(real).toEqual({
      view: { destination: 'a***@e***.org' },
      pending: {},
      deliver: { to: 'ada@example.org' },
    })
    const nobody = await handlers.challenge(start({ domains: ['other.example'] }), [], {})
    expect(nobody).toEqual({
      view: { destination: expect.stringMatching(/^[a-z]{2}\*{3}@o\*{3}\.example$/) },
      pending: {},
    })
    expect(await handlers.challenge(start({ domains: ['other.example'] }), [], {})).toEqual(nobody)
  })
})

it('shows each address masked, and gives them whole for notices only', () => {
  const list = [registered('robert@london.example'), registered('b@example.org', 'two')]
  expect(handlers.describe(list)).toEqual([
    { address: 'ro***@l***.example', hint: 'ro***@l***.example' },
    { address: '***@e***.org', hint: '***@e***.org' },
  ])
  expect(handlers.addresses?.(list)).toEqual([
    { channel: 'email', to: 'robert@london.example' },
    { channel: 'email', to: 'b@example.org' },
  ])
})

it('names a domain of the policy that is none', () => {
  expect(() => shape.parse({ domains: ['example.org', '@example.org'] })).toThrow(/expected a domain/)
  expect(shape.parse({})).toEqual({ codeInSubject: true, domains: [], refuseDomains: [] })
})

describe('Options', () => {
  const smtp = { host: 'mail.example.org', from: 'Works <id@example.org>' }
  const faults = (over: object) => {
    try {
      email({ smtp: { ...smtp, ...over } } as EmailOptions)
      return []
    } catch (error) {
      if (!(error instanceof ConfigurationFault)) throw error
      return error.faults.map(({ where }) => where.replace('plugin "email", option ', ''))
    }
  }

  it('are few', () => {
    expect(email().channels?.[0]).not.toHaveProperty('deliver')
    expect(email({ smtp }).channels?.[0]).toHaveProperty('deliver')
    expect(faults({ user: 'u', password: 'p' })).toEqual([])
    expect(faults({ host: '127.0.0.1', requireTls: false, user: 'u', password: 'p' })).toEqual([])
    expect(faults({ secure: true, requireTls: false, user: 'u', password: new Secret('p') })).toEqual([])
  })

  it.each([
    [{ host: 'mail.example.org\r\nX' }, ['smtp.host']],
    [{ port: 0 }, ['smtp.port']],
    [{ from: 'nobody' }, ['smtp.from']],
    [{ from: 'A <id@example.org>\r\nBcc: eve@evil.example' }, ['smtp.from']],
    [{ from: 'A "B" <id@example.org>' }, ['smtp.from']],
    [{ replyTo: 'a@b.example, c@d.example' }, ['smtp.replyTo']],
    [{ user: 'u' }, ['smtp.password']],
    [{ password: 'p' }, ['smtp.user']],
    [{ requireTls: false, user: 'u', password: 'p' }, ['smtp.requireTls']],
    [{ password: '', user: 'u' }, ['smtp.password']],
    [{ tls: { rejectUnauthorized: false } }, ['smtp.tls']],
    [{ tls: { ca: 'file.pem' } }, ['smtp.tls.ca']],
    [{ pool: { connections: 0 } }, ['smtp.pool.connections']],
    [{ timeouts: { totalMs: 60_000 } }, ['smtp.timeouts.totalMs']],
    [{ name: 'a b' }, ['smtp.name']],
    [
      { dkim: { domain: 'x', selector: 'a b', privateKey: 'k' } },
      ['smtp.dkim.domain', 'smtp.dkim.selector', 'smtp.dkim.privateKey'],
    ],
    [{ url: 'smtp://x' }, ['smtp']],
  ])('name what is wrong: %j', (over, expected) => {
    expect(faults(over)).toEqual(expected)
  })

  it('never repeat a secret', () => {
    const given = { ...smtp, user: 'u', password: 'hunter2-hunter2', port: -1, requireTls: false }
    const key = { domain: 'x', selector: 's', privateKey: 'hunter2-hunter2' }
    expect(() => email({ smtp: { ...given, dkim: key } })).toThrow(/^(?!.*hunter2)/s)
  })

  it('count codes to all spellings of a mailbox together', () => {
    const limits = email().channels?.[0]?.limits
    expect(limits?.('Ada+one@example.org')).toEqual(limits?.('ada+two@example.org'))
    expect(limits?.('ada@example.org')?.map(({ most, seconds }) => [most, seconds])).toEqual([
      [5, 600],
      [10, 86_400],
    ])
  })
})
