/** C12: whatever name a request claims for the gateway, people get links to the configured one. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Recovery, recovery } from './support/recovery.ts'
import { owner, passed, resets, started } from './support/resets.ts'

let at: Recovery
beforeAll(async () => {
  at = await recovery()
})
afterAll(() => at.stop())

const EVIL = 'evil.example'
const LIES: readonly Readonly<Record<string, string>>[] = [
  { 'x-forwarded-host': EVIL, 'x-forwarded-proto': 'https', 'x-forwarded-port': '443' },
  { forwarded: `for=192.0.2.1;host=${EVIL};proto=https` },
  { 'x-original-host': EVIL, 'x-host': EVIL, 'x-forwarded-server': EVIL, 'x-original-url': `//${EVIL}/` },
  { referer: `https://${EVIL}/reset`, via: `1.1 ${EVIL}`, 'user-agent': `https://${EVIL}` },
  { 'accept-language': `en, ${EVIL}`, 'x-rewrite-url': `https://${EVIL}/`, 'x-base-url': `https://${EVIL}` },
]

describe('C12: the mails of a password reset', () => {
  it.each(LIES)('never name what a request claims to be: %o', async (lies) => {
    const who = await owner(at)
    const before = at.inbox.messages().length
    const token = await passed(at, who, await started(at, who, lies), lies)
    await at.call(resets.ask, { token }, lies)
    const done = await at.call(resets.complete, { token, newPassword: 'a set of unrelated words' }, lies)
    expect(done.__typename).toBe('CompletePasswordResetPayload')
    await at.securityInfo.sendDue()
    const sent = at.inbox.messages().slice(0, at.inbox.messages().length - before)
    // Two codes, the mail to the administrators, and the notice to each address.
    expect(sent.length).toBeGreaterThanOrEqual(5)
    expect(sent.map(({ to }) => to)).toEqual(
      expect.arrayContaining(['security@example.org', who.contact, who.address, who.number]),
    )
    expect(JSON.stringify(sent)).not.toContain(EVIL)
    const links = sent.flatMap(({ link }) => link ?? [])
    expect(new Set(links.map((link) => new URL(link).origin))).toEqual(new Set([at.origin]))
    // No mail speaks of a link that it does not have, nor of a page that does not exist.
    const broken = sent.filter(({ link, text }) => /\blink below\b/.test(text) && link === null)
    expect(broken).toEqual([])
    const named = sent.flatMap(({ text }) => text.match(/https?:\/\/[^\s#]+/g) ?? [])
    for (const address of new Set([...named, ...links])) {
      expect((await at.send(new URL(address).pathname)).status).toBe(200)
    }
  })

  it('are sent to nobody where the request comes under another name', async () => {
    const who = await owner(at)
    const body = JSON.stringify({ query: resets.start, variables: { input: { identifier: who.identifier } } })
    const { port } = new URL(at.origin)
    for (const [host, status] of [
      [EVIL, 421],
      [`${EVIL}:${port}`, 421],
      [`localhost:${port}.${EVIL}`, 400],
      [`localhost:${port}@${EVIL}`, 400],
      [`localhost:${port}, ${EVIL}`, 400],
      [`${EVIL}/localhost:${port}`, 400],
      [`https://${EVIL}`, 400],
      ['%00', 400],
      ['a b', 400],
      ['[', 400],
      [`localhost:${port}0000000`, 400],
    ] as const) {
      const count = await at.database.statements.count(async () => {
        const headers = { 'content-type': 'application/json', host }
        const answer = await at.send('/graphql', { method: 'POST', headers, body })
        expect([host, answer.status]).toEqual([host, status])
        expect(JSON.parse(answer.text)).toMatchObject({
          errors: [{ extensions: { code: 'BAD_USER_INPUT' } }],
        })
        expect(answer.headers['referrer-policy']).toBe('no-referrer')
      })
      expect([host, count]).toEqual([host, 0])
    }
  })

  it('and what makes no address at all is refused like everything else, without a trace of the code (H16)', async () => {
    for (const [target, method] of [
      ['*', 'OPTIONS'],
      ['graphql', 'POST'],
      ['@evil.example/graphql', 'GET'],
      ['http://[/graphql', 'GET'],
      ['/graphql', 'PROPFIND'],
    ] as const) {
      const { status, text } = await at.send(target, { method })
      expect([target, status < 500]).toEqual([target, true])
      expect(text).not.toMatch(/node_modules|\bat \S+ \(|\.ts:/)
    }
    const odd = await at.send('/graphql', { method: 'PROPFIND', headers: { host: '[' } })
    expect([odd.status, odd.text.includes('node_modules')]).toEqual([400, false])
  })
})
