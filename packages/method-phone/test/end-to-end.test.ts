import {
  type Answer,
  type Client,
  eachDatabase,
  openTestGateway,
  type TestDatabase,
  type TestGateway,
} from '@security-info/testing'
import type { FakeTwilio } from '@security-info/testing/twilio'
import { afterEach, expect, it } from 'vitest'
import { phone } from '../src/index.ts'
import { settingsFor, startTwilio } from './account.ts'

let twilio: FakeTwilio
afterEach(async () => {
  await twilio.close()
  if (twilio.mistakes.length > 0) throw new Error(twilio.mistakes.join('\n'))
})

const SENT = '... on CodeSent { destination note delivery problem { code message } codeLength resendAt }'

/** A gateway whose texts and calls go through the fake, and whose routes the fake finds at the public address. */
async function open(database: TestDatabase, policy: object = {}): Promise<TestGateway> {
  twilio = await startTwilio()
  const gateway = await openTestGateway(database, {
    plugins: [phone({ twilio: settingsFor(twilio) })],
    policy,
  })
  twilio.route('http://localhost:4000', async (request) => {
    const { pathname } = new URL(request.url)
    const route = gateway.securityInfo.routes.find(
      ({ method, path }) => method === request.method && path === pathname,
    )
    if (!route) return new Response('Not found', { status: 404 })
    return route.handle(request, { clientAddress: '203.0.113.9' })
  })
  return gateway
}

async function signedIn(gateway: TestGateway) {
  const person = await gateway.person()
  const client = gateway.client()
  await client.signIn(person)
  return { person, client }
}

const enroll = (client: Client, number: string, way: 'text' | 'call') =>
  client.beginEnrollment({ method: { phone: { number } }, way }, SENT)

async function deliveryOf(client: Client, begun: Answer): Promise<unknown> {
  const id = begun.enrollment?.id ?? begun.challenge?.id
  const { data } = await client.send(
    `query Test($id: ID!) { node(id: $id) { ... on Enrollment { step { ${SENT} } } ... on Challenge { step { ${SENT} } } } }`,
    { id },
  )
  const node = data?.node as { step: { delivery: string; problem: { code: string } | null } }
  return node.step.problem ? [node.step.delivery, node.step.problem.code] : [node.step.delivery]
}

const codeIn = (body = '') => /#([0-9]{6})$/.exec(body)?.[1] ?? ''
const confirm = (client: Client, begun: Answer, code: string) =>
  client.confirmEnrollment({ enrollmentId: begun.enrollment?.id, proof: { phone: { code } } })

eachDatabase('A phone', (openDatabase) => {
  it('is set up by text, and signs in by call', async () => {
    const gateway = await open(await openDatabase())
    const { person, client } = await signedIn(gateway)
    const begun = await enroll(client, '(201) 555-0112', 'text')
    expect(begun.enrollment?.step).toMatchObject({
      __typename: 'CodeSent',
      destination: '+1 XXXXXXXX12',
      delivery: 'QUEUED',
      codeLength: 6,
    })
    await gateway.deliver()
    const [text] = twilio.messages
    expect(text?.to).toBe('+12015550112')
    expect(await deliveryOf(client, begun)).toEqual(['SENT'])
    await twilio.callback(text?.sid ?? '', 'delivered')
    expect(await deliveryOf(client, begun)).toEqual(['DELIVERED'])
    const answer = await confirm(client, begun, codeIn(text?.body))
    expect(answer.method).toMatchObject({ kind: 'phone', hint: '+1 XXXXXXXX12' })
    await client.finishRegistration()

    const again = gateway.client()
    await again.signIn(person)
    const challenge = await again.beginChallenge({ way: 'call' }, SENT)
    expect(challenge.challenge?.step).toMatchObject({ destination: '+1 XXXXXXXX12', way: 'call' })
    await gateway.deliver()
    const [call] = twilio.calls
    expect(await twilio.press(call?.sid ?? ''), 'a voice mailbox').toEqual([
      expect.stringContaining('press any key'),
      expect.stringContaining('press any key'),
      'Goodbye.',
    ])
    const spoken = await twilio.press(call?.sid ?? '', '5')
    const digits = spoken.filter((word) => /^[0-9]$/.test(word)).join('')
    expect(digits).toMatch(/^([0-9]{6})\1$/)
    expect(await deliveryOf(again, challenge)).toEqual(['DELIVERED'])
    await twilio.callback(call?.sid ?? '', 'completed')
    expect(await deliveryOf(again, challenge), 'the end of the call takes nothing back').toEqual([
      'DELIVERED',
    ])
    const proof = { phone: { code: digits.slice(0, 6) } }
    const proven = await again.verifyChallenge({ challengeId: challenge.challenge?.id, proof })
    expect(proven.session?.state).toBe('ACTIVE')
    expect(await twilio.press(call?.sid ?? '', '5'), 'a code is spoken once').toContain(
      'This code is no longer valid. Ask for a new one.',
    )
  })

  it('says why a code did not come', async () => {
    const gateway = await open(await openDatabase())
    const { client } = await signedIn(gateway)
    const failing = await enroll(client, '201 555 0121', 'text')
    await gateway.deliver()
    await twilio.callback(twilio.messages[0]?.sid ?? '', 'undelivered', { errorCode: 30003 })
    expect(await deliveryOf(client, failing)).toEqual(['FAILED', expect.stringContaining('unreachable')])

    const unanswered = await enroll(client, '201 555 0122', 'call')
    await gateway.deliver()
    const call = twilio.calls[0]?.sid ?? ''
    await twilio.press(call)
    await twilio.callback(call, 'completed')
    expect(await deliveryOf(client, unanswered)).toEqual(['FAILED', expect.stringContaining('noAnswer')])

    twilio.optOut('+12015550123')
    const stopped = await enroll(client, '201 555 0123', 'text')
    await gateway.deliver()
    expect(await deliveryOf(client, stopped)).toEqual(['FAILED', expect.stringContaining('optedOut')])
  })

  it('H21: believes no forged callback, and none about another message', async () => {
    const gateway = await open(await openDatabase())
    const { client } = await signedIn(gateway)
    const first = await enroll(client, '201 555 0131', 'text')
    const second = await enroll(client, '201 555 0132', 'text')
    await gateway.deliver()
    // Both were sent at once: which came first nobody knows.
    const sid = twilio.messages.find(({ to }) => to === '+12015550131')?.sid ?? ''
    expect((await twilio.callback(sid, 'failed', { signWith: 'not the token' })).status).toBe(403)
    expect(await deliveryOf(client, first)).toEqual(['SENT'])
    for (let count = 0; count < 3; count++) {
      expect((await twilio.callback(sid, 'delivered')).status).toBe(204)
    }
    expect(await twilio.callback(sid, 'failed'), 'late').toMatchObject({ status: 204 })
    expect(await deliveryOf(client, first)).toEqual(['DELIVERED'])
    expect(await deliveryOf(client, second)).toEqual(['SENT'])
  })

  it('gets a new code by call where the text did not come', async () => {
    const database = await openDatabase()
    const gateway = await open(database)
    const { client } = await signedIn(gateway)
    const begun = await enroll(client, '201 555 0141', 'text')
    await gateway.deliver()
    await database.clock.advance(31_000)
    await client.resendCode(begun.enrollment?.id ?? '', 'call')
    await gateway.deliver()
    const old = await confirm(client, begun, codeIn(twilio.messages[0]?.body))
    expect(old).toMatchObject({ __typename: 'ProofRejected', attemptsLeft: 4 })
    const spoken = await twilio.press(twilio.calls[0]?.sid ?? '', '#')
    const digits = spoken.filter((word) => /^[0-9]$/.test(word)).join('')
    expect((await confirm(client, begun, digits.slice(0, 6))).method?.kind).toBe('phone')
  })

  it('may be shared by two people, and is refused where it may not go, alike for everybody', async () => {
    const gateway = await open(await openDatabase())
    const [one, other] = [await signedIn(gateway), await signedIn(gateway)]
    for (const { client } of [one, other]) {
      const begun = await enroll(client, '201 555 0151', 'text')
      await gateway.deliver()
      const code = codeIn(twilio.messages.at(-1)?.body)
      expect((await confirm(client, begun, code)).method?.hint).toBe('+1 XXXXXXXX51')
    }
    const refused = [
      await enroll(one.client, '201 555 0151', 'call'),
      await enroll(other.client, '+49 171 1234567', 'text'),
      await enroll(other.client, '900 555 0123', 'text'),
      await enroll(other.client, 'none', 'text'),
    ]
    expect(refused).toMatchObject([
      { __typename: 'InvalidInput', code: 'phone.alreadyRegistered', path: ['method', 'phone', 'number'] },
      { code: 'phone.countryNotAllowed', message: expect.stringContaining('US (+1)') },
      { code: 'phone.typeNotAllowed', message: expect.stringContaining('premium rate') },
      { code: 'phone.notANumber', message: expect.stringContaining('+1 201 555 0123') },
    ])
    await gateway.deliver()
    expect(twilio.messages).toHaveLength(2)
  })

  it('shows the primary and the alternate, masked', async () => {
    const gateway = await open(await openDatabase())
    const { client } = await signedIn(gateway)
    for (const number of ['201 555 0161', '201 555 0162']) {
      const begun = await enroll(client, number, 'text')
      await gateway.deliver()
      await confirm(client, begun, codeIn(twilio.messages.at(-1)?.body))
    }
    const { data } = await client.send(
      '{ viewer { securityInfo { methods { ... on PhoneMethod { number primary canText hint } } } } }',
    )
    const shown = JSON.stringify(data)
    expect(data).toMatchObject({
      viewer: {
        securityInfo: {
          methods: [
            { number: '+1 XXXXXXXX61', primary: true, canText: true },
            { number: '+1 XXXXXXXX62', primary: false, canText: true },
          ],
        },
      },
    })
    expect(shown).not.toContain('555')
  })
})
