/** H11: what holds a reset, and what takes a change back, is in no address, and nothing that only opens pages uses it up. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { graphiqlRoutes } from '../src/graphiql/routes.ts'
import { inboxRoutes } from '../src/sandbox/inbox/routes.ts'
import { securityKeyRoutes } from '../src/sandbox/security-key/routes.ts'
import { password, signInDocument } from './support/gateway.ts'
import { type Recovery, recovery } from './support/recovery.ts'
import { type Owner, owner, passed, resets, started } from './support/resets.ts'

const someone = { identifier: 'robin@larkspur.example', password: 'x' }
const pages = [
  ...graphiqlRoutes({ demo: someone, administrator: someone }),
  ...inboxRoutes(),
  ...securityKeyRoutes(someone, new URL('http://localhost')),
]

let at: Recovery
let who: Owner
beforeAll(async () => {
  at = await recovery({ open: true, routes: pages })
  who = await owner(at)
})
afterAll(() => at.stop())

/** Every address that can be opened, and some that can't. */
const paths = () => [
  ...new Set([...pages.map(({ path }) => path), ...at.securityInfo.routes.map(({ path }) => path)]),
  '/undo',
  '/undo/undo.js',
  '/livez',
  '/readyz',
  '/metrics',
  '/reset',
  '/nothing',
]
const html = { accept: 'text/html' }
const json = { 'content-type': 'application/json' }

/** Opens all that can be opened with it, in every way a scanner of links might. */
async function scan(token: string) {
  for (const path of paths()) {
    for (const address of [`${path}?token=${token}`, `${path}?${token}`, `${path}/${token}`]) {
      for (const method of ['GET', 'HEAD']) {
        const { status, headers, text } = await at.send(address, { method, headers: html })
        expect([address, status < 500 || status === 503]).toEqual([address, true])
        expect(JSON.stringify(headers) + text).not.toContain(token)
      }
    }
  }
}

describe('H11: the token of a reset', () => {
  it('is in the body of an answer, and neither in a header nor in anything that is sent to people', async () => {
    const body = JSON.stringify({ query: resets.start, variables: { input: { identifier: who.identifier } } })
    const answer = await at.send('/graphql', { method: 'POST', headers: json, body })
    const { token } = (JSON.parse(answer.text) as { data: { startPasswordReset: { token: string } } }).data
      .startPasswordReset
    expect(token.length).toBeGreaterThan(40)
    expect(JSON.stringify(answer.headers)).not.toContain(token)
    const ready = await passed(at, who, token)
    expect(
      await at.call(resets.complete, { token: ready, newPassword: 'some quite unrelated words' }),
    ).toMatchObject({ __typename: 'CompletePasswordResetPayload' })
    await at.securityInfo.sendDue()
    const sent = JSON.stringify(at.inbox.messages())
    for (const secret of [token, ready]) expect(sent).not.toContain(secret)
  })

  it('is used up by nobody who opens addresses with it, whatever page it is', async () => {
    const token = await started(at, who)
    await scan(token)
    const { gate } = await at.call(resets.begin, { token, method: { phone: { number: who.number } } })
    expect(gate.kind).toBe('phone')
  })

  it('counts in the body of a POST and nowhere else', async () => {
    const token = await started(at, who)
    const input = { token: '', method: { phone: { number: who.number } } }
    const body = JSON.stringify({ query: resets.begin, variables: { input } })
    const elsewhere = [
      { authorization: `Bearer ${token}` },
      { cookie: `security-info=${token}`, origin: at.origin },
      { 'x-reset-token': token },
      { referer: `${at.origin}/reset?token=${token}` },
    ]
    for (const headers of elsewhere) {
      const { text } = await at.send('/graphql', { method: 'POST', headers: { ...json, ...headers }, body })
      expect(text).toMatch(/FlowEnded|BAD_USER_INPUT/)
      expect(text).not.toContain('BeginResetGatePayload')
    }
    const inAddress = await at.send(`/graphql?token=${token}`, { method: 'POST', headers: json, body })
    expect(inAddress.text).not.toContain('BeginResetGatePayload')

    const right = JSON.stringify({ query: resets.begin, variables: { input: { ...input, token } } })
    const query = `query=${encodeURIComponent(resets.begin)}&variables=${encodeURIComponent(JSON.stringify({ input: { ...input, token } }))}`
    expect((await at.send(`/graphql?${query}`)).status).toBe(405)
    const form = { 'content-type': 'application/x-www-form-urlencoded' }
    expect((await at.send('/graphql', { method: 'POST', headers: form, body: query })).status).toBe(415)
    const { text } = await at.send('/graphql', { method: 'POST', headers: json, body: right })
    expect(text).toContain('BeginResetGatePayload')
  })

  it('opens no session', async () => {
    const headers = { authorization: `Bearer ${await started(at, who)}` }
    expect(await at.call('{ viewer { username } }', {}, headers)).toBeNull()
  })
})

describe('H11: the link in a notice of a reset', () => {
  it('has its token behind "#", is used up by no scanner, and works then', async () => {
    const owned = await owner(at)
    const token = await passed(at, owned, await started(at, owned))
    await at.call(resets.complete, { token, newPassword: 'another set of unrelated words' })
    await at.securityInfo.sendDue()
    const mail = at.inbox
      .messages()
      .find(({ to, subject }) => to === owned.contact && subject.includes('was reset'))
    const { origin, pathname, search, hash } = new URL(mail?.link ?? '')
    expect([origin, pathname, search]).toEqual([at.origin, '/undo', ''])
    const undo = hash.slice(1)
    await scan(undo)
    const undone = await at.call(resets.undo, { token: undo })
    expect(undone.message).toContain('Reset your password now')
    expect(await at.call(resets.undo, { token: undo })).toMatchObject({ __typename: 'FlowEnded' })
  })
})

describe('H11: every answer', () => {
  it('sends no Referer from here and is kept by nobody', async () => {
    const answers = [
      ...(await Promise.all(paths().map((path) => at.send(path, { headers: html })))),
      await at.send('/', { headers: html }),
      await at.send('/graphql', { method: 'POST', headers: json, body: '{' }),
      await at.send('/graphql', { method: 'DELETE' }),
      await at.send('/undo', { headers: { host: 'evil.example' } }),
      await at.send('/graphql', {
        method: 'POST',
        headers: json,
        body: JSON.stringify({ query: resets.start, variables: { input: { identifier: who.identifier } } }),
      }),
      await at.send('/graphql', {
        method: 'POST',
        headers: json,
        body: JSON.stringify({ query: signInDocument, variables: { input: { identifier: 'x', password } } }),
      }),
    ]
    expect(new Set(answers.map(({ status }) => status)).size).toBeGreaterThan(4)
    for (const { headers } of answers) {
      expect([headers['referrer-policy'], headers['cache-control']]).toEqual(['no-referrer', 'no-store'])
    }
  })
})
