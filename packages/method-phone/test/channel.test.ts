import type { Delivery, OutgoingMessage } from '@security-info/core'
import type { Behaviour, FakeTwilio } from '@security-info/testing/twilio'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { phone } from '../src/index.ts'
import type { PhoneOptions } from '../src/options.ts'
import { account, outgoing, sender, settingsFor, startTwilio, textIn } from './account.ts'

let twilio: FakeTwilio
beforeEach(async () => {
  twilio = await startTwilio()
})
afterEach(async () => {
  await twilio.close()
  if (twilio.mistakes.length > 0) throw new Error(twilio.mistakes.join('\n'))
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
})

interface Way {
  readonly channel?: 'sms' | 'voice'
  readonly settings?: object
  readonly options?: PhoneOptions
}

async function send(message: Partial<OutgoingMessage> = {}, way: Way = {}): Promise<Delivery> {
  const { channel = 'sms', settings = {}, options = {} } = way
  const plugin = phone({ ...options, twilio: { ...settingsFor(twilio), ...settings } })
  const deliver = plugin.channels?.find(({ id }) => id === channel)?.deliver
  if (!deliver) throw new Error(`The channel ${channel} has no provider.`)
  return deliver(outgoing(message))
}

describe('A text', () => {
  it('carries the code, and binds it to our site in its last line', async () => {
    const delivery = await send()
    const [sent] = twilio.messages
    expect(delivery).toEqual({ outcome: 'accepted', providerId: sent?.sid })
    expect(sent?.body).toBe('012345 is your Example Works code. Never share it.\n\n@id.example.org #012345')
    expect(Object.fromEntries(sent?.parameters ?? [])).toMatchObject({
      To: '+12015550123',
      From: sender,
      StatusCallback: 'https://id.example.org/phone/status?ref=the-ref',
      ValidityPeriod: '300',
    })
  })

  it('is one segment in every language, in seven bits', async () => {
    for (const locale of ['en', 'de'] as const) {
      const organisation = 'Universität Neustadt an der Weinstraße'
      await send({
        text: textIn(locale, organisation),
        publicUrl: new URL('https://security-info.uni-neustadt.example'),
      })
      const body = twilio.messages.at(-1)?.body ?? ''
      expect(body).toContain(organisation)
      expect(body).toMatch(/^[A-Za-z0-9äöüÄÖÜß @#.,:'\n-]*$/)
      expect(body.length).toBeLessThanOrEqual(160)
    }
  })

  it('H9: has no line but ours, whatever the organisation is called', async () => {
    await send({ text: textIn('en', 'A\r\n@evil.example #999999\u2028B') })
    const lines = twilio.messages[0]?.body.split(/[\r\n\u2028]/) ?? []
    expect(lines.filter((line) => line.startsWith('@'))).toEqual(['@id.example.org #012345'])
    expect(lines).toHaveLength(3)
  })

  it('can come from a messaging service, and be asked for with an API key', async () => {
    await twilio.close()
    const keys = { apiKey: `SK${'1'.repeat(32)}`, apiSecret: 'the-secret' }
    twilio = await startTwilio(keys)
    const messagingServiceSid = `MG${'a'.repeat(32)}`
    const settings = {
      messagingServiceSid,
      from: undefined,
      apiKeySid: keys.apiKey,
      apiKeySecret: keys.apiSecret,
    }
    expect(await send({}, { settings: { ...settings, authToken: 'signs webhooks only' } })).toMatchObject({
      outcome: 'accepted',
    })
    expect(twilio.messages[0]?.parameters.get('MessagingServiceSid')).toBe(messagingServiceSid)
    expect(twilio.messages[0]?.from).toBeUndefined()
  })

  it('can be a notice, with its link and without a code', async () => {
    const { code: _, ...notice } = outgoing()
    await twilio.close()
    twilio = await startTwilio()
    const deliver = phone({ twilio: settingsFor(twilio) }).channels?.[0]?.deliver
    const link = { label: "This wasn't me", url: 'https://id.example.org/undo#t' }
    expect(await deliver?.({ ...notice, paragraphs: ['One.', 'Two.'], link })).toMatchObject({
      outcome: 'accepted',
    })
    expect(twilio.messages[0]?.body).toBe("One.\n\nTwo.\n\nThis wasn't me: https://id.example.org/undo#t")
    expect(twilio.messages[0]?.parameters.has('ValidityPeriod')).toBe(false)
  })
})

describe('A call', () => {
  it('fetches what it says from us, and holds no code itself', async () => {
    const delivery = await send({ locale: 'de-AT' }, { channel: 'voice' })
    const [made] = twilio.calls
    expect(delivery).toEqual({ outcome: 'accepted', providerId: made?.sid })
    expect(Object.fromEntries(made?.parameters ?? [])).toMatchObject({
      To: '+12015550123',
      From: sender,
      Url: 'https://id.example.org/phone/call?ref=the-ref&locale=de-AT',
      StatusCallback: 'https://id.example.org/phone/status?ref=the-ref',
      StatusCallbackEvent: 'completed',
    })
    expect(String(made?.parameters)).not.toContain('012345')
  })

  it('is never made to read a notice to whoever picks up', async () => {
    const { code: _, ...notice } = outgoing()
    const deliver = phone({ twilio: settingsFor(twilio) }).channels?.[1]?.deliver
    expect(await deliver?.(notice)).toEqual({ outcome: 'rejected', problem: 'refused' })
    expect(twilio.calls).toEqual([])
  })
})

describe('M10: What became of it', () => {
  const refuse = (code: number, status = 400): Behaviour => ({ does: 'refuse', code, status })
  it.each<[string, Behaviour, Delivery]>([
    ['429 with a time', { does: 'throttle', retryAfterSeconds: 7 }, { outcome: 'retry', afterSeconds: 7 }],
    ['429 without', { does: 'throttle' }, { outcome: 'retry' }],
    ['the daily limit', refuse(63038, 429), { outcome: 'retry' }],
    ['401', refuse(20003, 401), { outcome: 'retry', reason: 'HTTP 401, code 20003' }],
    ['403', refuse(20403, 403), { outcome: 'retry' }],
    ['404', refuse(20404, 404), { outcome: 'retry' }],
    ['500', { does: 'fail' }, { outcome: 'unknown' }],
    ['500 that took it', { does: 'fail', accept: true }, { outcome: 'unknown' }],
    ['502 with a page', { does: 'fail', status: 502 }, { outcome: 'unknown', reason: 'HTTP 502' }],
    ['408', { does: 'fail', status: 408 }, { outcome: 'unknown' }],
    ['503', { does: 'fail', status: 503 }, { outcome: 'unknown' }],
    ['a dropped connection', { does: 'drop' }, { outcome: 'unknown' }],
    ['a dropped connection that took it', { does: 'drop', accept: true }, { outcome: 'unknown' }],
    ['no answer', { does: 'hang' }, { outcome: 'unknown' }],
    ['STOP', refuse(21610), { outcome: 'rejected', problem: 'optedOut' }],
    ['no number', refuse(21211), { outcome: 'rejected', problem: 'invalidAddress' }],
    ['no mobile number', refuse(21614), { outcome: 'rejected', problem: 'invalidAddress' }],
    ['a landline', refuse(21635), { outcome: 'rejected', problem: 'unreachable' }],
    ['a closed country', refuse(21408), { outcome: 'rejected', problem: 'blocked' }],
    ['a closed country, as 403', refuse(21408, 403), { outcome: 'rejected', problem: 'blocked' }],
    ['no route', refuse(21612), { outcome: 'rejected', problem: 'blocked' }],
    ['a wrong sender', refuse(21606), { outcome: 'rejected', problem: 'refused' }],
    ['any other mistake', refuse(99999), { outcome: 'rejected', problem: 'refused' }],
  ])('%s', async (_why, behaviour, expected) => {
    twilio.next(behaviour)
    const settings = behaviour.does === 'hang' ? { timeoutMs: 500 } : {}
    expect(await send({}, { settings })).toMatchObject(expected)
    expect(twilio.messages.length + twilio.refused.length, 'the SDK tries once').toBe(1)
  })

  it('nobody there, and no such host: surely not taken', async () => {
    const { baseUrl } = twilio
    await twilio.close()
    expect(await send({}, { settings: { baseUrl } })).toMatchObject({ outcome: 'retry' })
    expect(await send({}, { settings: { baseUrl: 'http://nowhere.invalid' } })).toMatchObject({
      outcome: 'retry',
    })
  })

  it('goes on after any of them, with one client', async () => {
    const deliver = phone({ twilio: settingsFor(twilio) }).channels?.[0]?.deliver
    twilio.next({ does: 'drop' }, { does: 'throttle' }, { does: 'answer' })
    const outcomes = []
    for (let count = 0; count < 3; count++) outcomes.push((await deliver?.(outgoing()))?.outcome)
    expect(outcomes).toEqual(['unknown', 'retry', 'accepted'])
  })
})

describe('Before anything is sent', () => {
  it('the policy in force is asked once more', async () => {
    expect(await send({ to: '+491711234567' })).toEqual({ outcome: 'rejected', problem: 'blocked' })
    expect(await send({ to: '+12015550123', policy: { countries: ['CA'], allowedFor: [] } })).toEqual({
      outcome: 'rejected',
      problem: 'blocked',
    })
    const german = { to: '+4930123456', policy: { region: 'DE' } }
    expect(await send(german)).toEqual({ outcome: 'rejected', problem: 'unreachable' })
    expect(await send(german, { channel: 'voice' })).toMatchObject({ outcome: 'accepted' })
    expect(twilio.messages).toEqual([])
  })

  it('H7: whoever knows of SIM swaps is asked', async () => {
    const asked: string[] = []
    const risk = async (number: string) => {
      asked.push(number)
      return number.endsWith('66') ? ('refuse' as const) : ('allow' as const)
    }
    expect(await send({ to: '+12015550166' }, { options: { risk } })).toEqual({
      outcome: 'rejected',
      problem: 'blocked',
    })
    expect(await send({ to: '+12015550167' }, { options: { risk } })).toMatchObject({ outcome: 'accepted' })
    expect(asked).toEqual(['+12015550166', '+12015550167'])
    expect(twilio.messages).toHaveLength(1)
  })

  it('no answer is no permission: it failed, or came after core had given up', async () => {
    const failing = async () => {
      throw new Error('The look-up is down.')
    }
    expect(await send({}, { options: { risk: failing } })).toMatchObject({ outcome: 'retry' })
    const abort = new AbortController()
    const late = async () => {
      abort.abort()
      return 'allow' as const
    }
    expect(await send({ signal: abort.signal }, { options: { risk: late } })).toMatchObject({
      outcome: 'retry',
    })
    expect(twilio.messages).toEqual([])
  })

  it('no answer in time is none', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const delivery = send({}, { options: { risk: () => new Promise(() => {}) } })
    await vi.advanceTimersByTimeAsync(4_000)
    vi.useRealTimers()
    expect(await delivery).toMatchObject({ outcome: 'retry' })
    expect(twilio.messages).toEqual([])
  })
})

it('H10: logs neither code nor token, whatever the environment says', async () => {
  vi.stubEnv('TWILIO_LOG_LEVEL', 'debug')
  vi.stubEnv('TWILIO_EDGE', 'nowhere')
  vi.stubEnv('TWILIO_REGION', 'nowhere1')
  vi.stubEnv('TWILIO_ACCOUNT_SID', `AC${'f'.repeat(32)}`)
  const said: unknown[] = []
  for (const level of ['log', 'info', 'warn', 'error', 'debug'] as const) {
    vi.spyOn(console, level).mockImplementation((...words) => void said.push(...words))
  }
  twilio.next({ does: 'answer' }, { does: 'drop' }, { does: 'refuse', code: 20003, status: 401 })
  // By name: an edge would become part of it.
  const settings = { baseUrl: twilio.baseUrl.replace('127.0.0.1', 'localhost') }
  const outcomes = []
  for (let count = 0; count < 3; count++) outcomes.push(await send({}, { settings }))
  expect(outcomes.map(({ outcome }) => outcome)).toEqual(['accepted', 'unknown', 'retry'])
  expect(said).toEqual([])
  expect(JSON.stringify(outcomes)).not.toMatch(new RegExp(`012345|${account.authToken}`))
})

describe('H5: The caps', () => {
  const limits = (to: string) =>
    phone({ limits: { perPrefix: { hour: 7 } } }).channels?.[0]?.limits?.(to) ?? []

  it('are by block of numbers, country and all, each for an hour and a day', () => {
    expect(limits('+12015550123')).toEqual([
      { scope: 'prefix', value: '+12015550', most: 7, seconds: 3600, verified: { from: 30, ratio: 0.2 } },
      { scope: 'prefix', value: '+12015550', most: 400, seconds: 86_400 },
      { scope: 'country', value: 'US', most: 2000, seconds: 3600, verified: { from: 200, ratio: 0.2 } },
      { scope: 'country', value: 'US', most: 20_000, seconds: 86_400 },
      { scope: 'all', value: 'all', most: 3000, seconds: 3600 },
      { scope: 'all', value: 'all', most: 30_000, seconds: 86_400 },
    ])
  })

  it('tell countries apart that share a country code', () => {
    const countries = ['+12015550123', '+16135550123', '+12423591234', '+80012345678'].map(
      (to) => limits(to).find(({ scope }) => scope === 'country')?.value,
    )
    expect(countries).toEqual(['US', 'CA', 'BS', '800'])
  })
})
