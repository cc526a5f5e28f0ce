import { afterEach, describe, expect, it } from 'vitest'
import {
  type FakeTwilio,
  type FakeTwilioOptions,
  signTwilioRequest,
  startFakeTwilio,
} from '../src/twilio/fake-twilio.ts'
import { account, basic, call, type Form, json, post, sms } from './twilio-client.ts'

let twilio: FakeTwilio
afterEach(() => twilio.close())
async function start(options: Partial<FakeTwilioOptions> = {}): Promise<void> {
  twilio = await startFakeTwilio({ ...account, ...options })
}

const without = (form: Form, name: string) =>
  Object.fromEntries(Object.entries(form).filter(([key]) => key !== name))

/** What a request is answered with, error and all; nothing may have been accepted. */
async function refusal(request: Promise<Response>) {
  const response = await request
  const body = await json(response)
  const { status, code } = body
  expect(response.status).toBe(status)
  expect(body).toEqual({
    code,
    message: expect.stringMatching(/./),
    more_info: `https://www.twilio.com/docs/errors/${code}`,
    status,
  })
  expect([...twilio.messages, ...twilio.calls]).toEqual([])
  expect(twilio.refused.at(-1)).toMatchObject({ code, status })
  return `${status} ${code}`
}

describe('The fake of Twilio', () => {
  it('takes a message, answers with the documented resource and keeps it', async () => {
    await start()
    const response = await post(twilio, 'Messages', {
      ...sms,
      StatusCallback: 'https://id.example.org/status',
    })
    expect(response.status).toBe(201)
    const body = await json(response)
    expect(body).toMatchObject({
      sid: expect.stringMatching(/^SM[0-9a-f]{32}$/),
      account_sid: account.accountSid,
      status: 'queued',
      direction: 'outbound-api',
      to: sms.To,
      from: sms.From,
      body: sms.Body,
      num_segments: '1',
      error_code: null,
      api_version: '2010-04-01',
    })
    expect(body.uri).toBe(`/2010-04-01/Accounts/${account.accountSid}/Messages/${body.sid}.json`)
    expect(Date.parse(String(body.date_created))).not.toBeNaN()
    expect(twilio.messages).toMatchObject([{ sid: body.sid, to: sms.To, from: sms.From, body: sms.Body }])
    expect(twilio.messages[0]?.parameters.get('StatusCallback')).toBe('https://id.example.org/status')
    expect([...twilio.refused, ...twilio.mistakes]).toEqual([])
  })

  it('leaves the choice of a sender to a messaging service', async () => {
    await start()
    const service = `MG${'2'.repeat(32)}`
    const response = await post(twilio, 'Messages', { ...without(sms, 'From'), MessagingServiceSid: service })
    expect(await json(response)).toMatchObject({ status: 'accepted', from: null, num_segments: '0' })
    expect(twilio.messages[0]).not.toHaveProperty('from')
  })

  it.each([
    ['a'.repeat(160), '1'],
    ['a'.repeat(161), '2'],
    [`${'a'.repeat(158)}€`, '1'],
    [`${'a'.repeat(159)}€`, '2'],
    ['ж'.repeat(70), '1'],
    ['ж'.repeat(71), '2'],
  ])('counts segments', async (body, segments) => {
    await start()
    expect(await json(await post(twilio, 'Messages', { ...sms, Body: body }))).toMatchObject({
      num_segments: segments,
    })
  })

  it('takes a call, with the key of an application', async () => {
    await start()
    const headers = { authorization: basic(account.apiKey, account.apiSecret) }
    const response = await post(twilio, 'Calls', call, { headers })
    expect(response.status).toBe(201)
    const body = await json(response)
    expect(body).toMatchObject({ sid: expect.stringMatching(/^CA[0-9a-f]{32}$/), status: 'queued' })
    expect(twilio.calls).toMatchObject([{ sid: body.sid, to: call.To, from: call.From, url: call.Url }])
  })

  it.each([
    ['nobody', undefined],
    ['a wrong token', basic(account.accountSid, 'wrong')],
    ['a wrong secret', basic(account.apiKey, account.authToken)],
    ['another account', basic(`AC${'9'.repeat(32)}`, account.authToken)],
    ['another scheme', `Bearer ${account.authToken}`],
  ])('refuses %s', async (_who, authorization) => {
    await start()
    const headers = new Headers(authorization ? { authorization } : {})
    expect(await refusal(post(twilio, 'Messages', sms, { headers }))).toBe('401 20003')
  })

  it('refuses another path, another method and another content type', async () => {
    await start()
    const headers = { authorization: basic(account.accountSid, account.authToken) }
    expect(await refusal(post(twilio, 'Faxes', sms))).toBe('404 20404')
    expect(await refusal(post(twilio, 'Messages', sms, { method: 'PUT' }))).toBe('405 20004')
    const unlike = { headers: { ...headers, 'content-type': 'application/json' }, body: JSON.stringify(sms) }
    expect(await refusal(post(twilio, 'Messages', {}, unlike))).toBe('415 20415')
  })

  it.each<[string, string, Form]>([
    ['21604', 'no receiver', without(sms, 'To')],
    ['21603', 'no sender', without(sms, 'From')],
    ['21602', 'no text', without(sms, 'Body')],
    ['21211', 'a receiver that is no number', { ...sms, To: '0170 1234567' }],
    ['21212', 'a sender that is none', { ...sms, From: '+' }],
    ['21606', 'a sender of somebody else', { ...sms, From: '+15005550010' }],
    ['21408', 'a region without permission', { ...sms, To: '+881612345678' }],
    ['21610', 'a person who answered STOP', { ...sms, To: '+491700000000' }],
    ['21617', 'a text that is too long', { ...sms, Body: 'x'.repeat(1601) }],
    ['21609', 'a relative callback', { ...sms, StatusCallback: '/status' }],
    ['21609', 'an underscore in a host', { ...sms, StatusCallback: 'https://a_b.example.org/' }],
    ['21614', 'the magic number for a landline', { ...sms, To: '+15005550009' }],
  ])('refuses a message with %s: %s', async (code, _why, form) => {
    await start({ numbers: [sms.From], regions: ['+49', '+1'], optedOut: ['+491700000000'] })
    expect(await refusal(post(twilio, 'Messages', form))).toBe(`400 ${code}`)
  })

  it.each<[string, string, Form]>([
    ['21201', 'no receiver', without(call, 'To')],
    ['21213', 'no caller', without(call, 'From')],
    ['21205', 'no instructions', without(call, 'Url')],
    ['21205', 'relative instructions', { ...call, Url: '/twiml' }],
    ['21211', 'a receiver that is no number', { ...call, To: 'Ada' }],
    ['21212', 'a caller that is no number', { ...call, From: 'Example' }],
    ['21210', 'a caller of somebody else', { ...call, From: '+15005550010' }],
    ['21215', 'a region without permission', { ...call, To: '+881612345678' }],
    ['21217', 'the magic number for an invalid one', { ...call, To: '+15005550001' }],
    ['21609', 'a relative callback', { ...call, StatusCallback: 'status' }],
  ])('refuses a call with %s: %s', async (code, _why, form) => {
    await start({ numbers: [call.From], regions: ['+49', '+1'] })
    expect(await refusal(post(twilio, 'Calls', form))).toBe(`400 ${code}`)
  })

  it('hears somebody answer STOP', async () => {
    await start()
    twilio.optOut(sms.To)
    expect(await refusal(post(twilio, 'Messages', sms))).toBe('400 21610')
  })

  it('notes what the real one would take in silence', async () => {
    await start()
    await post(twilio, 'Messages', { ...sms, Boddy: 'x', ValidityPeriod: '36001' })
    await post(twilio, 'Calls', [
      ...Object.entries(call),
      ['To', call.To],
      ['StatusCallbackEvent', 'answered'],
    ])
    expect(twilio.mistakes).toEqual([
      'Messages: There is no parameter Boddy.',
      'Messages: ValidityPeriod can\'t be "36001".',
      'Calls: To came 2 times.',
    ])
    expect(twilio.messages).toHaveLength(1)
  })

  it('starts only with SIDs', async () => {
    await start()
    await expect(startFakeTwilio({ ...account, accountSid: 'AC1' })).rejects.toThrow('accountSid')
    await expect(startFakeTwilio({ ...account, apiKey: 'SK1' })).rejects.toThrow('apiKey')
  })
})

describe('A signature of Twilio', () => {
  it('is the documented one', () => {
    const url = 'https://mycompany.com/myapp.php?foo=1&bar=2'
    const parameters = {
      To: '+18005551212',
      Caller: '+14158675309',
      CallSid: 'CA1234567890ABCDE',
      From: '+14158675309',
      Digits: '1234',
    }
    expect(signTwilioRequest('12345', url, Object.entries(parameters))).toBe('RSOYDt4T1cUTdK1PDd93/VVr8B8=')
    const twice = [...Object.entries(parameters), ['Digits', '1234'] as const]
    expect(signTwilioRequest('12345', url, twice)).toBe('RSOYDt4T1cUTdK1PDd93/VVr8B8=')
  })
})
