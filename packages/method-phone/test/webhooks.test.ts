import { type RouteContext, Secret } from '@security-info/core'
import { signTwilioRequest } from '@security-info/testing/twilio'
import { describe, expect, it } from 'vitest'
import { createRoutes } from '../src/routes.ts'
import { signedParameters } from '../src/signature.ts'
import { account, textIn } from './account.ts'

const publicUrl = new URL('https://id.example.org')
const routes = createRoutes(new Secret(account.authToken))

/** A desk that writes down what it is asked, and has one code. */
function desk(organisation = 'Example Works') {
  const asked: unknown[] = []
  let code: string | undefined = '012345'
  const texts = { en: textIn('en', organisation), de: textIn('de', organisation) }
  const context = {
    publicUrl,
    clientAddress: '127.0.0.1',
    signal: async () => false,
    text: (key: string, locale: string, values = {}) => texts[locale === 'de' ? 'de' : 'en'](key, values),
    messages: {
      async report(ref: string, report: object) {
        asked.push({ ref, ...report })
        return true
      },
      async takeCode(ref: string, providerId: string) {
        asked.push({ ref, takes: providerId })
        const taken = code === undefined ? undefined : { code: new Secret(code), locale: 'de' }
        code = undefined
        return taken
      },
    },
  } as unknown as RouteContext
  return { asked, context }
}

interface Call {
  readonly path: string
  readonly search?: string
  readonly form?: Readonly<Record<string, string>>
  readonly token?: string
  readonly signature?: string | null
  readonly signedFor?: string
  /** What the request says of its host. */
  readonly origin?: string
}

/** Calls a route as a proxy would hand it on: with a host of its own. */
async function call(to: ReturnType<typeof desk>, options: Call) {
  const { path, search = '?ref=the-ref&locale=en', form = {}, token = account.authToken } = options
  const signedFor = options.signedFor ?? `${publicUrl.origin}${path}${search}`
  const { signature = signTwilioRequest(token, signedFor, new URLSearchParams(form)) } = options
  const request = new Request(`${options.origin ?? 'http://10.0.0.7:4000'}${path}${search}`, {
    method: 'POST',
    headers: signature === null ? {} : { 'x-twilio-signature': signature },
    body: new URLSearchParams(form),
  })
  const route = routes.find((one) => one.path === path)
  if (!route) throw new Error(`No route ${path}.`)
  const answer = await route.handle(request, to.context)
  return { status: answer.status, text: await answer.text() }
}

describe('The signature', () => {
  // https://www.twilio.com/docs/usage/security: token, address and parameters of the documentation's example.
  const vector = {
    publicUrl: new URL('https://mycompany.com'),
    path: '/myapp.php',
    form: 'CallSid=CA1234567890ABCDE&Caller=%2B14158675309&Digits=1234&From=%2B14158675309&To=%2B18005551212',
    signature: 'RSOYDt4T1cUTdK1PDd93/VVr8B8=',
  }
  const check = (form = vector.form, search = '?foo=1&bar=2', signature = vector.signature, key = '12345') =>
    signedParameters(
      new Request(`http://127.0.0.1:4000/elsewhere${search}`, {
        method: 'POST',
        headers: { 'x-twilio-signature': signature, host: 'evil.example' },
        body: form,
      }),
      vector,
      new Secret(key),
    )

  it('is that of the official vector, over the configured address', async () => {
    expect((await check())?.get('Digits')).toBe('1234')
  })

  it('is wrong where anything that was signed is another', async () => {
    expect(await check(vector.form.replace('1234&', '1235&'))).toBeUndefined()
    expect(await check(`${vector.form}&More=1`)).toBeUndefined()
    expect(await check(vector.form, '?foo=1&bar=3')).toBeUndefined()
    expect(await check(vector.form, '')).toBeUndefined()
    expect(await check(vector.form, '?foo=1&bar=2', 'RSOYDt4T1cUTdK1PDd93/VVr8B9=')).toBeUndefined()
    expect(await check(vector.form, '?foo=1&bar=2', '')).toBeUndefined()
    expect(await check(vector.form, '?foo=1&bar=2', vector.signature, '12346')).toBeUndefined()
    expect(await check('__proto__=1', '?foo=1&bar=2')).toBeUndefined()
    expect(await check('x'.repeat(40_000))).toBeUndefined()
  })

  it.each([
    { why: 'missing', more: { signature: null } },
    { why: 'made with another token', more: { token: 'another-token' } },
    { why: 'made for another message', more: { signedFor: `${publicUrl.origin}/phone/status?ref=another` } },
    {
      why: 'made for the host that the request names',
      more: { signedFor: 'http://10.0.0.7:4000/phone/status?ref=the-ref&locale=en' },
    },
  ])('H21: $why: 403, and nothing changes, on every route', async ({ more }) => {
    for (const { path } of routes) {
      const to = desk()
      const form = { CallSid: 'CA1', CallStatus: 'completed', Digits: '1' }
      const answer = await call(to, { path, form, ...more })
      expect(answer.status).toBe(403)
      expect(answer.text).not.toContain('<')
      expect(to.asked).toEqual([])
    }
  })

  it('is asked over the public address, whatever the request says of its host', async () => {
    const to = desk()
    const form = { MessageSid: 'SM1', MessageStatus: 'delivered' }
    for (const origin of ['http://evil.example', 'http://127.0.0.1:4000', 'https://id.example.org']) {
      expect((await call(to, { path: '/phone/status', form, origin })).status).toBe(204)
    }
  })
})

describe('A status callback', () => {
  it.each([
    [
      { MessageSid: 'SM1', MessageStatus: 'sent' },
      { providerId: 'SM1', state: 'sent' },
    ],
    [
      { MessageSid: 'SM1', MessageStatus: 'delivered' },
      { providerId: 'SM1', state: 'delivered' },
    ],
    [
      { MessageSid: 'SM1', MessageStatus: 'undelivered', ErrorCode: '30003' },
      { providerId: 'SM1', state: 'failed', problem: 'unreachable' },
    ],
    [
      { MessageSid: 'SM1', MessageStatus: 'failed', ErrorCode: '30007' },
      { providerId: 'SM1', state: 'failed', problem: 'blocked' },
    ],
    [
      { MessageSid: 'SM1', MessageStatus: 'failed' },
      { providerId: 'SM1', state: 'failed', problem: 'refused' },
    ],
    [
      { CallSid: 'CA1', CallStatus: 'completed' },
      { providerId: 'CA1', state: 'failed', problem: 'noAnswer' },
    ],
    [
      { CallSid: 'CA1', CallStatus: 'busy' },
      { providerId: 'CA1', state: 'failed', problem: 'noAnswer' },
    ],
    [
      { CallSid: 'CA1', CallStatus: 'failed' },
      { providerId: 'CA1', state: 'failed', problem: 'unreachable' },
    ],
    [
      { CallSid: 'CA1', CallStatus: 'failed', ErrorCode: '13227' },
      { providerId: 'CA1', state: 'failed', problem: 'blocked' },
    ],
  ] as const)('%j is reported', async (form, report) => {
    const to = desk()
    expect((await call(to, { path: '/phone/status', form })).status).toBe(204)
    expect(to.asked).toEqual([{ ref: 'the-ref', ...report }])
  })

  it.each([
    { MessageSid: 'SM1', MessageStatus: 'queued' },
    { MessageStatus: 'delivered' },
    { CallSid: 'CA1', CallStatus: 'ringing' },
    { CallSid: 'CA1', CallStatus: 'toString' },
  ])('%j says nothing new', async (form) => {
    const to = desk()
    expect((await call(to, { path: '/phone/status', form: form as never })).status).toBe(204)
    expect(to.asked).toEqual([])
  })
})

describe('A call', () => {
  const pressed = { CallSid: 'CA1', Digits: '5' }

  it('H8: only asks for a key at first, and gives a voice mailbox nothing', async () => {
    const to = desk()
    const { text } = await call(to, { path: '/phone/call', form: { CallSid: 'CA1' } })
    expect(text).toContain('<Say language="en-US">Hello. This is Example Works with your code.')
    expect(text).toContain('action="https://id.example.org/phone/call/code?ref=the-ref&amp;locale=en"')
    expect(text).toContain('numDigits="1"')
    expect(to.asked).toEqual([])
    const silent = await call(to, { path: '/phone/call/code', form: { CallSid: 'CA1' } })
    expect(silent.text).toContain('Goodbye.')
    expect(to.asked, 'no code is taken without a key').toEqual([])
  })

  it('reads the code twice, digit by digit, in the language of the person', async () => {
    const to = desk()
    const { text } = await call(to, { path: '/phone/call/code', form: pressed })
    const said = [...text.matchAll(/<Say language="de-DE">([^<]*)</g)].map((match) => match[1])
    const digits = ['0', '1', '2', '3', '4', '5']
    expect(said).toEqual([
      'Ihr Code ist:',
      ...digits,
      'Noch einmal, Ihr Code ist:',
      ...digits,
      'Auf Wiederhören.',
    ])
    expect(text.match(/<Pause length="1"\/>/g)).toHaveLength(12)
    expect(to.asked).toEqual([
      { ref: 'the-ref', takes: 'CA1' },
      { ref: 'the-ref', providerId: 'CA1', state: 'delivered' },
    ])
  })

  it('H21: says a code once, however often the request comes', async () => {
    const to = desk()
    await call(to, { path: '/phone/call/code', form: pressed })
    const again = await call(to, { path: '/phone/call/code', form: pressed })
    expect(again.text).toContain('This code is no longer valid.')
    expect(again.text).not.toMatch(/>[0-9]</)
  })

  it('H9: speaks what it is given, and lets nothing become an instruction', async () => {
    for (const name of [
      '<Dial>+19005550123</Dial>',
      ']]><Hangup/>',
      '"&\'',
      'A\r\nB\0\u202eC',
      '&lt;Say&gt;',
    ]) {
      const to = desk(name)
      const { text } = await call(to, {
        path: '/phone/call',
        search: '?ref=%3CHangup%2F%3E&locale=%22%3E%3CDial%3E',
      })
      expect(text).not.toMatch(/<(Dial|Hangup)/)
      expect(text).not.toMatch(/\p{C}/u)
      const inert = text.replaceAll(
        /<\/?(Response|Gather|Say|Pause)( [a-zA-Z]+="[^"<]*")*\/?>|<\?xml[^>]*\?>/g,
        '',
      )
      expect(inert).not.toMatch(/[<>]/)
    }
  })
})
