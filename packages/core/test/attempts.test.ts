import { eachDatabase, openTestGateway, type TestDatabase, type TestGateway } from '@security-info/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createKeyRing, generateKey } from '../src/index.ts'
import { type PinProbe, pin, pinProbe } from './plugins/pin.ts'
import {
  answerPin,
  beginPin,
  beginPinEnrollment,
  outcomes,
  owner,
  signedIn,
  tabs,
  tally,
  wrong,
} from './support/people.ts'
import { secondPool } from './support/pools.ts'
import { eventCounts } from './support/rows.ts'

eachDatabase('Attempts', (open, driver) => {
  let database: TestDatabase
  let second: TestDatabase
  let gateways: readonly [TestGateway, TestGateway]
  const probe: PinProbe = pinProbe()

  beforeAll(async () => {
    database = await open()
    second = secondPool(database)
    const options = { plugins: [pin({ probe })], keyRing: createKeyRing(generateKey('shared')) }
    gateways = [await openTestGateway(database, options), await openTestGateway(second, options)]
  })
  afterAll(() => second?.close())

  // PGlite has one connection, where nothing is really parallel.
  const many = driver === 'postgres' ? 500 : 100

  it(`C1: of ${many} parallel guesses at one challenge, exactly 5 are compared`, async () => {
    const [gateway] = gateways
    const { person, pin: known } = await owner(gateway)
    const { client } = await signedIn(gateway, person)
    const challengeId = await beginPin(client)
    const before = probe.verified
    const guesses = tabs(gateways, client, many).map((tab) => answerPin(tab, challengeId, wrong(known)))
    expect(tally(await outcomes(guesses))).toEqual({ ProofRejected: 5, FlowEnded: many - 5 })
    expect(probe.verified - before).toBe(5)
    expect(await eventCounts(database, person.userId)).toMatchObject({ 'challenge.failed': 5 })
    // And the right one comes too late.
    expect(await answerPin(client, challengeId, known)).toMatchObject({ __typename: 'FlowEnded' })
  })

  it('C1: of 100 parallel guesses at one enrolment, exactly 5 are compared', async () => {
    const { person, client } = await signedIn(gateways[0])
    const { enrollmentId, pin: known } = await beginPinEnrollment(client)
    const before = probe.confirmed
    const guesses = tabs(gateways, client, 100).map((tab) =>
      tab.confirmEnrollment({ enrollmentId, proof: { pin: { code: wrong(known) } } }),
    )
    expect(tally(await outcomes(guesses))).toEqual({ ProofRejected: 5, FlowEnded: 95 })
    expect(probe.confirmed - before).toBe(5)
    expect(await eventCounts(database, person.userId)).toMatchObject({ 'enrollment.failed': 5 })
  })

  it('C1: tells how many attempts are left, and ends with the last', async () => {
    const [gateway] = gateways
    const { person, pin: known } = await owner(gateway)
    const { client } = await signedIn(gateway, person)
    const challengeId = await beginPin(client)
    for (const attemptsLeft of [4, 3, 2, 1, 0]) {
      expect(await answerPin(client, challengeId, wrong(known))).toMatchObject({
        __typename: 'ProofRejected',
        code: 'proof.wrong',
        attemptsLeft,
      })
    }
    expect(await answerPin(client, challengeId, known)).toMatchObject({ code: 'flow.ended' })
    expect((await client.session())?.state).toBe('SECOND_FACTOR_REQUIRED')
  })

  it('C5: of 100 parallel right confirmations of one enrolment, one makes a method', async () => {
    const { person, client } = await signedIn(gateways[0])
    const { enrollmentId, pin: known } = await beginPinEnrollment(client)
    const proofs = tabs(gateways, client, 100).map((tab) =>
      tab.confirmEnrollment({ enrollmentId, proof: { pin: { code: known } } }),
    )
    const counts = tally(await outcomes(proofs))
    expect(counts.ConfirmEnrollmentPayload).toBe(1)
    expect(await eventCounts(database, person.userId)).toMatchObject({ 'method.enrolled': 1 })
  })

  it('C5: of 100 parallel right answers to one challenge, one opens the session', async () => {
    const [gateway] = gateways
    const { person, pin: known } = await owner(gateway)
    const { client } = await signedIn(gateway, person)
    const challengeId = await beginPin(client)
    const proofs = tabs(gateways, client, 100).map((tab) => answerPin(tab, challengeId, known))
    const counts = tally(await outcomes(proofs))
    expect(counts.VerifyChallengePayload).toBe(1)
    expect(await eventCounts(database, person.userId)).toMatchObject({ 'challenge.succeeded': 1 })
  })
})
