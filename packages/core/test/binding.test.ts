import {
  type Client,
  eachDatabase,
  openTestGateway,
  type TestDatabase,
  type TestGateway,
} from '@security-info/testing'
import { beforeAll, expect, it } from 'vitest'
import { key } from './plugins/key.ts'
import { pin, pinProbe } from './plugins/pin.ts'
import {
  answerPin,
  beginPin,
  beginPinEnrollment,
  disguise,
  enrollPin,
  granted,
  MINUTE,
  must,
  owner,
  provePin,
  signedIn,
} from './support/people.ts'

eachDatabase('A challenge', (open) => {
  let database: TestDatabase
  let gateway: TestGateway
  const probe = pinProbe()
  const refusal = { __typename: 'FlowEnded', code: 'flow.ended' }

  beforeAll(async () => {
    database = await open()
    gateway = await openTestGateway(database, { plugins: [pin({ probe }), key()] })
  })

  /** The right pin for a flow that is not this client's to answer: nothing is compared and nothing is spent. */
  async function expectEnded(client: Client, id: string, code: string, answer = answerPin) {
    const before = probe.verified + probe.confirmed
    expect(await answer(client, id, code)).toMatchObject(refusal)
    expect(probe.verified + probe.confirmed).toBe(before)
  }
  const confirmPin = (client: Client, enrollmentId: string, code: string) =>
    client.confirmEnrollment({ enrollmentId, proof: { pin: { code } } })

  it('C6: belongs to its person', async () => {
    const victim = await owner(gateway)
    const { client } = await signedIn(gateway, victim.person)
    const challengeId = await beginPin(client)
    const stranger = await owner(gateway)
    await expectEnded(stranger.client, challengeId, victim.pin)
    await expectEnded(stranger.client, challengeId, stranger.pin)
    expect(granted(await answerPin(client, challengeId, victim.pin)).session?.state).toBe('ACTIVE')
  })

  it('C6: belongs to its session: another one of the same person can neither answer it nor be raised by it', async () => {
    const { person, pin: known, client: full } = await owner(gateway)
    const one = await signedIn(gateway, person)
    const two = await signedIn(gateway, person)
    const challengeId = await beginPin(one.client)
    await expectEnded(two.client, challengeId, known)
    await expectEnded(full, challengeId, known)
    granted(await answerPin(one.client, challengeId, known))
    expect((await two.client.session())?.state).toBe('SECOND_FACTOR_REQUIRED')
  })

  it('C6: is no enrolment, and an enrolment no challenge, whatever the id is dressed as', async () => {
    const { client, pin: known } = await owner(gateway)
    const { enrollmentId, pin: fresh } = await beginPinEnrollment(client)
    const challengeId = await beginPin(client)
    for (const id of [enrollmentId, disguise('Challenge', enrollmentId)]) {
      await expectEnded(client, id, fresh)
      await expectEnded(client, id, known)
    }
    for (const id of [challengeId, disguise('Enrollment', challengeId)]) {
      await expectEnded(client, id, known, confirmPin)
    }
    expect(granted(await confirmPin(client, enrollmentId, fresh)).method?.kind).toBe('pin')
  })

  it('C6: is of one kind: a proof of another is not compared and costs no attempt', async () => {
    const { person, pin: known } = await owner(gateway)
    const { client } = await signedIn(gateway, person)
    const challengeId = await beginPin(client)
    const other = await client.verifyChallenge({ challengeId, proof: { key: { answer: known } } })
    expect(other).toMatchObject(refusal)
    expect(await answerPin(client, challengeId, '99999x')).toMatchObject({ __typename: 'InvalidInput' })
    const wrongPin = known === '111111' ? '222222' : '111111'
    expect(await answerPin(client, challengeId, wrongPin)).toMatchObject({ attemptsLeft: 4 })
  })

  it('C6: is for the method that was picked, not for another of the same kind', async () => {
    const first = await owner(gateway)
    const added = await enrollPin(first.client)
    const { client } = await signedIn(gateway, first.person)
    const challengeId = await beginPin(client, added.methodId)
    expect(await answerPin(client, challengeId, first.pin)).toMatchObject({ code: 'proof.wrong' })
    expect(granted(await answerPin(client, challengeId, added.pin)).session?.state).toBe('ACTIVE')
  })

  it('C6: is spent by the proof that fits', async () => {
    const { person, pin: known } = await owner(gateway)
    const { client } = await signedIn(gateway, person)
    const challengeId = await beginPin(client)
    granted(await answerPin(client, challengeId, known))
    await expectEnded(client, challengeId, known)
  })

  it('C6: expires', async () => {
    const { client, pin: known } = await owner(gateway)
    const challengeId = await beginPin(client)
    const { enrollmentId, pin: fresh } = await beginPinEnrollment(client)
    await database.clock.advance(10 * MINUTE)
    await expectEnded(client, challengeId, known)
    await expectEnded(client, enrollmentId, fresh, confirmPin)
    await database.clock.reset()
  })

  it('C6: dies with its session', async () => {
    const { person, pin: known } = await owner(gateway)
    const one = await signedIn(gateway, person)
    const challengeId = await beginPin(one.client)
    await one.client.signOut()
    const two = await signedIn(gateway, person)
    await expectEnded(two.client, challengeId, known)
  })

  it('C6: unknown, malformed, foreign, expired and spent ids answer alike', async () => {
    const { client, pin: known } = await owner(gateway)
    const spent = await beginPin(client)
    granted(await answerPin(client, spent, known))
    const stranger = await owner(gateway)
    const foreign = await beginPin(stranger.client)
    const unknown = Buffer.from('Challenge:11111111-2222-3333-4444-555555555555').toString('base64url')
    const odd = ['', 'x', '::', '%', '\u0000', 'Challenge:x', '1'.repeat(10_000), "' or 1=1 --"]
    const answers = await Promise.all(
      [spent, foreign, unknown, ...odd].map((id) => answerPin(client, id, known)),
    )
    for (const answer of answers) expect(answer).toEqual(must(answers[0]))
    expect(answers[0]).toMatchObject(refusal)
  })

  it('C6: a proof given in one session is none in another', async () => {
    const { person, pin: known } = await owner(gateway)
    const one = await signedIn(gateway, person)
    const two = await signedIn(gateway, person)
    granted(await provePin(one.client, known))
    expect((await two.client.session())?.proofs).toEqual([{ kind: 'password', way: 'password' }])
  })
})
