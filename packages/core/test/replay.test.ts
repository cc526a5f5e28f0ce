import { eachDatabase, openTestGateway, type TestDatabase, type TestGateway } from '@security-info/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createKeyRing, generateKey } from '../src/index.ts'
import { pin } from './plugins/pin.ts'
import {
  answerPin,
  beginPin,
  DAY,
  granted,
  must,
  outcomes,
  owner,
  provePin,
  signedIn,
  tally,
} from './support/people.ts'
import { secondPool } from './support/pools.ts'
import { eventCounts } from './support/rows.ts'

eachDatabase('Replays', (open, driver) => {
  let database: TestDatabase
  let second: TestDatabase
  let gateways: readonly [TestGateway, TestGateway]

  beforeAll(async () => {
    database = await open()
    second = secondPool(database)
    const options = {
      plugins: [pin({ limits: { attempts: 10 } })],
      keyRing: createKeyRing(generateKey('shared')),
    }
    gateways = [await openTestGateway(database, options), await openTestGateway(second, options)]
  })
  afterAll(() => second?.close())

  it('C4: the proof that ended the enrolment opens no session, nor does an older one', async () => {
    const [gateway] = gateways
    const { person, pin: known } = await owner(gateway, { tick: 100 })
    const { client } = await signedIn(gateway, person)
    for (const tick of [100, 99, 1]) {
      expect(await provePin(client, known, tick)).toMatchObject({ __typename: 'FlowEnded' })
    }
    expect((await client.session())?.state).toBe('SECOND_FACTOR_REQUIRED')
    expect(granted(await provePin(client, known, 101)).session?.state).toBe('ACTIVE')
  })

  it('C4: a proof is accepted once, in whatever session, and ever', async () => {
    const [gateway] = gateways
    const { person, pin: known } = await owner(gateway, { tick: 1 })
    const first = await signedIn(gateway, person)
    granted(await provePin(first.client, known, 2))
    // The one that just succeeded, again at once, in another session, and long after.
    expect(await provePin(first.client, known, 2)).toMatchObject({ __typename: 'FlowEnded' })
    const other = await signedIn(gateway, person)
    expect(await provePin(other.client, known, 2)).toMatchObject({ __typename: 'FlowEnded' })
    await database.clock.advance(400 * DAY)
    const late = await signedIn(gateway, person)
    expect(await provePin(late.client, known, 2)).toMatchObject({ __typename: 'FlowEnded' })
    expect(granted(await provePin(late.client, known, 3)).session?.state).toBe('ACTIVE')
    await database.clock.reset()
  })

  it('C4: of 200 parallel replays of one right proof, over sessions, challenges and two gateways, one is accepted', async () => {
    const { person, pin: known } = await owner(gateways[0], { tick: 1 })
    const clients = await Promise.all(
      Array.from({ length: driver === 'postgres' ? 20 : 8 }, async (_, index) => {
        // From an address each: right passwords, too, are paid for before they are compared.
        const options = { address: `10.1.0.${index}` }
        const { client } = await signedIn(must(gateways[index % 2]), person, options)
        return { client, challengeId: await beginPin(client) }
      }),
    )
    const proofs = Array.from({ length: 200 }, (_, index) => {
      const { client, challengeId } = must(clients[index % clients.length])
      // A client of its own, so that the winner's new token does not help the others.
      const twin = must(gateways[index % 2]).client({ token: must(client.token) })
      return answerPin(twin, challengeId, known, 2)
    })
    const counts = tally(await outcomes(proofs))
    expect(counts.VerifyChallengePayload).toBe(1)
    expect(await eventCounts(database, person.userId)).toMatchObject({ 'challenge.succeeded': 1 })
  })
})
