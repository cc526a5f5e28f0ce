import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { afterEach, describe, expect, it } from 'vitest'
import { type FakeTwilio, signTwilioRequest, startFakeTwilio } from '../src/twilio/fake-twilio.ts'
import { parseTwiml } from '../src/twilio/twiml.ts'
import { account, type Form, json, post } from './twilio-client.ts'

const site = 'https://id.example.org'
const numbers = { To: '+491701234567', From: '+15005550006' }

let twilio: FakeTwilio
afterEach(() => twilio.close())

/** Somebody's message or call; gives its SID. */
async function send(resource: 'Messages' | 'Calls', form: Form): Promise<string> {
  return String((await json(await post(twilio, resource, { ...numbers, ...form }))).sid)
}

interface Seen {
  readonly url: string
  readonly form: Form
  readonly genuine: boolean
}

/** A site that notes what came and whether its signature is right, and answers by path. */
function pages(seen: Seen[], documents: Form = {}) {
  return async (request: Request) => {
    const parameters = new URLSearchParams(await request.text())
    const expected = signTwilioRequest(account.authToken, request.url, parameters)
    const genuine = request.headers.get('x-twilio-signature') === expected
    seen.push({ url: request.url, form: Object.fromEntries(parameters), genuine })
    const { pathname } = new URL(request.url)
    const twiml = documents[`${pathname}?${parameters.get('Digits') ?? ''}`] ?? documents[pathname]
    return twiml === undefined ? new Response('nothing here', { status: 404 }) : new Response(twiml)
  }
}

describe('A status callback', () => {
  it('is a signed form to the callback of the message', async () => {
    const seen: Seen[] = []
    twilio = await startFakeTwilio({ ...account, targets: { [site]: pages(seen, { '/status': '' }) } })
    const sid = await send('Messages', { Body: 'Hello', StatusCallback: `${site}/status?outbox=7` })
    expect((await twilio.callback(sid, 'undelivered', { errorCode: 30003 })).status).toBe(200)
    expect(seen).toEqual([
      {
        url: `${site}/status?outbox=7`,
        genuine: true,
        form: {
          AccountSid: account.accountSid,
          ApiVersion: '2010-04-01',
          ...numbers,
          MessageSid: sid,
          MessageStatus: 'undelivered',
          SmsSid: sid,
          SmsStatus: 'undelivered',
          ErrorCode: '30003',
        },
      },
    ])
  })

  it('goes where the public origin really is, signed for the public one', async () => {
    twilio = await startFakeTwilio(account)
    const arrived: { path?: string | undefined; genuine: boolean; token: boolean }[] = []
    const answer = async (request: IncomingMessage, response: ServerResponse) => {
      const form = new URLSearchParams((await buffer(request)).toString())
      const expected = signTwilioRequest(account.authToken, `${site}:8443/status`, form)
      const genuine = request.headers['x-twilio-signature'] === expected
      arrived.push({ path: request.url, genuine, token: 'i-twilio-idempotency-token' in request.headers })
      response.writeHead(204).end()
    }
    const server = createServer((request, response) => void answer(request, response))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    const port = typeof address === 'object' ? address?.port : undefined
    twilio.route(`${site}:8443`, `http://127.0.0.1:${port}`)
    const sid = await send('Calls', { Url: `${site}/twiml`, StatusCallback: `${site}:8443/status` })
    expect((await twilio.callback(sid, 'completed')).status).toBe(204)
    expect(arrived).toEqual([{ path: '/status', genuine: true, token: true }])
    server.close()
    server.closeAllConnections()
  })

  it('can be forged, and needs a message that asked for it', async () => {
    const seen: Seen[] = []
    twilio = await startFakeTwilio({ ...account, targets: { [site]: pages(seen) } })
    const sid = await send('Messages', { Body: 'Hello', StatusCallback: `${site}/status` })
    await twilio.callback(sid, 'delivered', { signWith: 'a guess' })
    expect(seen).toMatchObject([{ genuine: false }])
    const silent = await send('Messages', { Body: 'Hello' })
    await expect(twilio.callback(silent, 'delivered')).rejects.toThrow('without a StatusCallback')
    await expect(twilio.callback('SM1', 'delivered')).rejects.toThrow('not among the 2')
  })
})

describe('A call', () => {
  const documents = {
    '/call': `<?xml version="1.0" encoding="UTF-8"?>
      <Response><!-- no code before a key -->
        <Gather action="key?call=1" numDigits="1"><Say language="en">Press  one</Say><Pause length="1"/></Gather>
        <Say>Good&#32;bye &amp; see you</Say>
        <Hangup/>
        <Say>Nobody hears this</Say>
      </Response>`,
    '/key?1': '<Response><Redirect>/code</Redirect></Response>',
    '/key': '<Response><Say>That was not one</Say><Redirect method="GET">/call</Redirect></Response>',
    '/code': '<Response><Say>Your code is <say-as interpret-as="digits">12</say-as></Say></Response>',
  }

  it('says what its documents say, as keys are pressed', async () => {
    const seen: Seen[] = []
    twilio = await startFakeTwilio({ ...account, targets: { [site]: pages(seen, documents) } })
    const sid = await send('Calls', { Url: `${site}/call` })
    expect(await twilio.press(sid, '1')).toEqual(['Press one', 'Your code is 12'])
    expect(seen).toMatchObject([
      {
        url: `${site}/call`,
        genuine: true,
        form: { CallSid: sid, ...numbers, CallStatus: 'in-progress', Direction: 'outbound-api' },
      },
      { url: `${site}/key?call=1`, genuine: true, form: { Digits: '1', AccountSid: account.accountSid } },
      { url: `${site}/code`, genuine: true },
    ])
    expect(seen[0]?.form).not.toHaveProperty('Digits')
  })

  it('goes on without a key, and begins again after a wrong one', async () => {
    const seen: Seen[] = []
    twilio = await startFakeTwilio({ ...account, targets: { [site]: pages(seen, documents) } })
    const sid = await send('Calls', { Url: `${site}/call` })
    expect(await twilio.press(sid)).toEqual(['Press one', 'Good bye & see you'])
    expect(await twilio.press(sid, '21')).toEqual([
      'Press one',
      'That was not one',
      'Press one',
      'Your code is 12',
    ])
    const got = seen.find(({ url }) => url.includes('CallSid='))
    expect(got).toMatchObject({ genuine: true, form: {} })
  })

  it('takes as many keys as it is asked to, and can bring its own instructions', async () => {
    const seen: Seen[] = []
    const end = { '/end': '<Response/>' }
    twilio = await startFakeTwilio({ ...account, targets: { [site]: pages(seen, end) } })
    const gather = (attributes: string) => `<Response><Gather action="${site}/end" ${attributes}/></Response>`
    for (const [attributes, keys] of [
      ['', '12#3'],
      ['numDigits="2"', '123'],
      ['finishOnKey="*"', '1#2*3'],
      ['finishOnKey=""', '1#'],
      ['actionOnEmptyResult="true"', ''],
    ] as const) {
      await twilio.press(await send('Calls', { Twiml: gather(attributes) }), keys)
    }
    expect(seen.map(({ form }) => form.Digits)).toEqual(['12', '12', '1#2', '1#', ''])
  })

  it.each([
    ['/missing', 'answered 404: nothing here'],
    ['/circle', 'round in circles'],
    ['/verb', "doesn't know <Dial>"],
    ['/broken', 'not well-formed'],
  ])('does not pass where %s is wrong', async (path, problem) => {
    const broken = {
      '/circle': '<Response><Redirect/></Response>',
      '/verb': '<Response><Dial>+1</Dial></Response>',
      '/broken': '<Response><Say>1 < 2</Say></Response>',
    }
    twilio = await startFakeTwilio({ ...account, targets: { [site]: pages([], broken) } })
    const sid = await send('Calls', { Url: site + path })
    await expect(twilio.press(sid, '1')).rejects.toThrow(problem)
  })

  it('has nothing that was put into it unescaped', () => {
    const parsed = parseTwiml('<Response><Say voice=\'a "b"\'>&lt;Hangup/&gt; &#x41;</Say></Response>')
    expect(parsed.children).toMatchObject([{ attributes: { voice: 'a "b"' }, text: '<Hangup/> A' }])
    for (const document of [
      '<Response>',
      '<Say>Hello</Say>',
      '<Response></Say></Response>',
      '<Response>Q&A</Response>',
      '<Response>&nbsp;</Response>',
      '<Response/>.',
      '<Response/><Response/>',
      '<Response a=b/>',
    ]) {
      expect(() => parseTwiml(document), document).toThrow(/./)
    }
  })
})
