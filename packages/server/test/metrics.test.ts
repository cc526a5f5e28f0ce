import { Secret } from '@security-info/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readEnvironment } from '../src/config/environment.ts'
import { settingsFrom } from '../src/config/settings.ts'
import { type InboxGateway, inboxGateway } from './support/inbox.ts'

const token = '8d0f6c1b9a3e47528d0f6c1b9a3e4752'

let at: InboxGateway
beforeAll(async () => {
  at = await inboxGateway({ metricsToken: new Secret(token) })
})
afterAll(() => at.close())

const ask = (headers: Record<string, string> = {}) => at.fetch('/metrics', { headers })

describe('GET /metrics', () => {
  it('has what the outbox holds and what was sent, for whoever knows the token, by any name', async () => {
    await at.personWithPhone('ada@example.org')
    await at.newest('email')
    const { status, text, headers } = await ask({ authorization: `Bearer ${token}`, host: '10.0.0.7:4000' })
    expect(status).toBe(200)
    expect(headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8')
    expect(text).toMatch(/^security_info_messages_total\{channel="sms",state="SENT"\} 1$/m)
    for (const channel of ['sms', 'voice', 'email']) {
      expect(text).toContain(`security_info_outbox_dead_letters{channel="${channel}"} 0`)
      expect(text).toContain(`security_info_outbox_oldest_seconds{channel="${channel}"} 0`)
    }
    expect(text).not.toContain('ada@example.org')
  })

  it.each([
    {},
    { authorization: token },
    { authorization: 'Bearer' },
    { authorization: `Basic ${token}` },
    { authorization: `Bearer ${token}x` },
    { authorization: `Bearer ${token.slice(1)}` },
    { cookie: `__Host-security-info=${token}` },
  ])('is nothing at all to everybody else: %o', async (headers) => {
    const nothing = await at.fetch('/nothing')
    const { status, errors } = await ask(headers as Record<string, string>)
    expect([status, errors[0]?.message]).toEqual([404, nothing.errors[0]?.message])
  })

  it('is nothing where no token is set; a short one stops the start', async () => {
    const without = await inboxGateway()
    const answer = await without.fetch('/metrics', { headers: { authorization: `Bearer ${token}` } })
    expect(answer.status).toBe(404)
    await without.close()
    const short = () => settingsFrom(readEnvironment({ SECURITY_INFO_METRICS_TOKEN: 'short' }))
    expect(short).toThrow('SECURITY_INFO_METRICS_TOKEN')
    expect(short).toThrow('fewer than 16 characters')
  })
})
