import { type ChallengeStart, ConfigurationFault, type Registered, Secret } from '@security-info/core'
import { describe, expect, it } from 'vitest'
import { createHandlers } from '../src/handlers.ts'
import { phone } from '../src/index.ts'
import { messages } from '../src/messages.ts'
import { createPolicy, type PhonePolicy } from '../src/policy.ts'
import { account, sender } from './account.ts'

const handlers = createHandlers()
const policyOf = (given: object = {}): PhonePolicy => createPolicy('US').parse(given)

function start(way: 'text' | 'call' = 'text', policy: object = {}): ChallengeStart<PhonePolicy> {
  return {
    purpose: 'TWO_FACTOR',
    flowId: 'flow',
    userId: 'somebody',
    username: 'somebody@example.test',
    displayName: 'Somebody',
    way,
    now: new Date(0),
    policy: policyOf(policy),
  }
}
const registered = (number: string, id = number): Registered<{ number: string }> => ({
  id,
  label: 'Phone',
  counter: null,
  stored: { number },
})
const begin = (number: string, policy: object = {}, way: 'text' | 'call' = 'text', own: string[] = []) =>
  handlers.begin(
    start(way, policy),
    { number },
    own.map((e164) => registered(e164)),
    null,
  )

describe('A number to set up', () => {
  it('is shown masked, kept in E.164, and gets a code', async () => {
    expect(await begin('(201) 555-0112')).toEqual({
      view: { destination: '+1 XXXXXXXX12' },
      pending: { number: '+12015550112' },
      deliver: { to: '+12015550112' },
    })
  })

  it('loses its extension, and the person is told', async () => {
    expect(await begin('201 555 0112 ext. 7')).toMatchObject({
      view: { destination: '+1 XXXXXXXX12', note: 'phone.extensionIgnored' },
      deliver: { to: '+12015550112' },
    })
  })

  it.each([
    {
      number: 'my phone',
      refused: 'phone.notANumber',
      values: { region: 'US (+1)', example: '+1 201 555 0123' },
    },
    {
      number: '201 555',
      refused: 'phone.invalid',
      values: { region: 'US (+1)', example: '+1 201 555 0123' },
    },
    { number: '+1 200 000 0000', refused: 'phone.invalid' },
    { number: '+49 171 1234567', refused: 'phone.countryNotAllowed', values: { countries: 'US (+1)' } },
    // The same country code, and calls there cost a multiple.
    { number: '+1 242 359 1234', refused: 'phone.countryNotAllowed' },
    { number: '+800 1234 5678', refused: 'phone.countryNotAllowed' },
    { number: '+1 900 555 0123', refused: 'phone.typeNotAllowed', values: { type: 'premium rate' } },
    { number: '+1 800 555 0123', refused: 'phone.typeNotAllowed', values: { type: 'toll free' } },
  ])('$number is refused: $refused', async ({ number, refused, values }) => {
    const answer = await begin(number)
    expect(answer).toMatchObject({ ok: false, refused, path: ['number'], ...(values && { values }) })
    const text = messages.en[refused as 'phone.invalid'] ?? ''
    const filled = ('values' in answer && answer.values) || {}
    expect(
      [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).filter((name) => !(`${name}` in filled)),
    ).toEqual([])
  })

  it('is read, and let in, as the policy says', async () => {
    const german = { region: 'DE', countries: ['DE', 'AT'] }
    expect(await begin('0171 1234567', german)).toMatchObject({ deliver: { to: '+491711234567' } })
    expect(await begin('+43 664 1234567', german)).toMatchObject({ deliver: { to: '+436641234567' } })
    expect(await begin('+1 201 555 0112', german)).toMatchObject({
      refused: 'phone.countryNotAllowed',
      values: { countries: 'DE (+49), AT (+43)' },
    })
    expect(await begin('+49 171 1234567', { countries: 'any' })).toHaveProperty('deliver')
    expect(await begin('+800 1234 5678', { countries: 'any', refuseTypes: [] })).toHaveProperty('deliver')
    expect(await begin('201 555 0112', { refuseTypes: ['FIXED_LINE_OR_MOBILE'] })).toMatchObject({
      refused: 'phone.typeNotAllowed',
    })
  })

  it('can be a landline for calls, not for texts', async () => {
    const german = { region: 'DE' }
    expect(await begin('030 123456', german)).toMatchObject({ refused: 'phone.landline', path: ['number'] })
    expect(await begin('030 123456', german, 'call')).toMatchObject({ deliver: { to: '+4930123456' } })
  })

  it('is refused where the person has it already, however it is written', async () => {
    expect(await begin('201.555.0112', {}, 'call', ['+12015550112'])).toMatchObject({
      refused: 'phone.alreadyRegistered',
      path: ['number'],
    })
    expect(await begin('201.555.0113', {}, 'call', ['+12015550112'])).toHaveProperty('deliver')
  })
})

describe('A registered number', () => {
  const at = { userId: 'somebody', now: new Date(0), number: 1, way: 'text', policy: policyOf() }
  const proof = { code: new Secret('012345') }

  it('is one authenticator by both ways, and nobody holds it alone', async () => {
    const enrolled = await handlers.confirm(
      { ...at, pending: { number: '+12015550112' }, codeOk: true },
      proof,
    )
    expect(enrolled).toEqual({ stored: { number: '+12015550112' }, authenticator: 'tel:+12015550112' })
  })

  it.each([false, undefined])('needs the code that was sent: %s', async (codeOk) => {
    const attempt = codeOk === undefined ? at : { ...at, codeOk }
    const of = [registered('+12015550112')]
    expect(await handlers.confirm({ ...attempt, pending: { number: '+12015550112' } }, proof)).toMatchObject({
      refused: 'wrong-proof',
    })
    expect(await handlers.verify({ ...attempt, pending: {} }, of, proof)).toMatchObject({
      refused: 'wrong-proof',
    })
    expect(await handlers.verify({ ...at, codeOk: true, pending: {} }, [], proof)).toMatchObject({
      ok: false,
    })
    expect(await handlers.verify({ ...at, codeOk: true, pending: {} }, of, proof)).toEqual({
      ok: true,
      methodId: '+12015550112',
    })
  })

  it('is asked again by the policy in force', async () => {
    const ask = (number: string, policy: object, way: 'text' | 'call' = 'text') =>
      handlers.challenge(start(way, policy), [registered(number)], {})
    expect(await ask('+12015550112', {})).toMatchObject({
      view: { destination: '+1 XXXXXXXX12' },
      deliver: { to: '+12015550112' },
    })
    expect(await ask('+12015550112', { countries: ['CA'] })).toMatchObject({
      refused: 'phone.countryNotAllowed',
    })
    expect(await ask('+445612345678', { countries: 'any' })).toMatchObject({
      refused: 'phone.typeNotAllowed',
    })
    expect(await ask('+4930123456', { region: 'DE' })).toMatchObject({ refused: 'phone.landline' })
    expect(await ask('+4930123456', { region: 'DE' }, 'call')).toHaveProperty('deliver')
  })

  it('of nobody looks like one, and gets nothing', async () => {
    const decoy = await handlers.challenge(start(), [], {})
    expect(decoy).toEqual({ view: { destination: expect.stringMatching(/^\+1 X{8}[0-9]{2}$/) }, pending: {} })
    expect(await handlers.challenge(start(), [], {})).toEqual(decoy)
  })

  it('is the primary one where it came first, and is masked for its owner too', () => {
    expect(handlers.describe([registered('+12015550112'), registered('+4930123456')])).toEqual([
      { number: '+1 XXXXXXXX12', hint: '+1 XXXXXXXX12', primary: true, canText: true },
      { number: '+49 XXXXXX56', hint: '+49 XXXXXX56', primary: false, canText: false },
    ])
  })
})

describe('The options', () => {
  const twilio = { ...account, from: sender }
  const deliverable = (given: object) =>
    phone({ twilio: { ...account, ...given } })
      .channels?.filter(({ deliver }) => deliver)
      .map(({ id }) => id)

  it('decide what can be sent', () => {
    expect(phone().channels?.map(({ id, deliver }) => [id, deliver])).toEqual([
      ['sms', undefined],
      ['voice', undefined],
    ])
    expect(phone().routes).toEqual([])
    expect(deliverable({ from: sender })).toEqual(['sms', 'voice'])
    expect(deliverable({ from: 'Example' })).toEqual(['sms'])
    expect(deliverable({ messagingServiceSid: `MG${'a'.repeat(32)}` })).toEqual(['sms'])
    expect(deliverable({ callFrom: sender })).toEqual(['voice'])
    expect(phone({ twilio }).routes?.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'POST /phone/status',
      'POST /phone/call',
      'POST /phone/call/code',
    ])
  })

  it.each([
    [{ region: 'Germany' }, /option region: "Germany" is no ISO 3166/],
    [{ twilio: { ...twilio, accountSid: 'SK12' } }, /twilio\.accountSid: it is not AC and 32/],
    [{ twilio: { ...twilio, authToken: '' } }, /twilio\.authToken: it is empty/],
    [{ twilio: account }, /option twilio: there is no sender/],
    [
      { twilio: { ...twilio, messagingServiceSid: `MG${'a'.repeat(32)}` } },
      /twilio\.from: messagingServiceSid/,
    ],
    [{ twilio: { ...twilio, apiKeySid: `SK${'a'.repeat(32)}` } }, /twilio\.apiKeySid: .* go together/],
    [{ twilio: { ...twilio, callFrom: 'Example' } }, /twilio\.callFrom: it is no number/],
    [{ twilio: { ...twilio, from: 'A name too long' } }, /twilio\.from: it is no number/],
    [{ twilio: { ...twilio, baseUrl: 'ftp://x' } }, /twilio\.baseUrl: it is no http/],
    [
      { twilio: { ...twilio, baseUrl: 'https://proxy.example', edge: 'dublin' } },
      /twilio\.baseUrl: edge and region/,
    ],
    [{ twilio: { ...twilio, timeoutMs: 60_000 } }, /twilio\.timeoutMs/],
    [{ limits: { perPrefix: { hour: 0 } } }, /limits\.perPrefix\.hour/],
    [{ risk: 'high' }, /option risk: it is no function/],
    [{ twillio: twilio }, /twillio/],
  ])('%j is named', (given, fault) => {
    expect(() => phone(given as object)).toThrow(ConfigurationFault)
    expect(() => phone(given as object)).toThrow(fault)
  })

  it('are all named at once, and never show the token', () => {
    const wrong = {
      region: 'XX',
      twilio: { accountSid: 'AC', authToken: 'hush-hush', edge: '?', apiKeySecret: 'x' },
    }
    const named = (() => {
      try {
        phone(wrong as object)
      } catch (error) {
        return String(error)
      }
    })()
    for (const part of ['region', 'accountSid', 'edge', 'no sender', 'go together'])
      expect(named).toContain(part)
    expect(named).not.toContain('hush')
    expect(JSON.stringify(phone({ twilio }))).not.toContain(account.authToken)
  })
})
