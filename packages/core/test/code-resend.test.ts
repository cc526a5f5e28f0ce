import { eachDatabase, openTestDatabase, type TestDatabase } from '@security-info/testing'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { granted, MINUTE, must, outcomes, signedIn, tally } from './support/people.ts'
import {
  askCode,
  asking,
  lastCode,
  newNumber,
  openPhones,
  type PhoneGateway,
  phoneOwner,
  typeIn,
} from './support/phones.ts'
import { secondPool } from './support/pools.ts'
import { count } from './support/rows.ts'

const other = (code: string) => (code === '000000' ? '000001' : '000000')

eachDatabase('A code that is sent anew', (open) => {
  let database: TestDatabase
  let gateway: PhoneGateway
  beforeEach(async () => {
    database = await open()
    gateway = await openPhones(database)
  })

  it('H6: is refused before 30, 60, 120 and again 120 seconds have passed, and says when it is not', async () => {
    const { client, flowId } = await asking(gateway)
    for (const seconds of [30, 60, 120, 120]) {
      await database.clock.advance((seconds - 2) * 1000)
      const early = await client.resendCode(flowId)
      expect(early).toMatchObject({ __typename: 'RateLimited', code: 'rate.resend' })
      const wait = Date.parse(must(early.retryAt)) - (await database.clock.now()).getTime()
      expect(wait).toBeGreaterThan(0)
      expect(wait).toBeLessThanOrEqual(2_000)
      await database.clock.advance(2_100)
      const { flow } = granted(await client.resendCode(flowId))
      expect(flow?.step).toMatchObject({ delivery: 'QUEUED', problem: null })
      await gateway.deliver()
    }
    expect(gateway.handed).toHaveLength(4)
  })

  it('H6: kills the one before it, also where that was never sent', async () => {
    const { client, flowId, number } = await asking(gateway)
    await gateway.deliver()
    const first = lastCode(gateway, number)
    await database.clock.advance(31_000)
    granted(await client.resendCode(flowId))
    expect((await typeIn(client, flowId, first)).code).toBe('proof.wrong')
    await database.clock.advance(61_000)
    granted(await client.resendCode(flowId))
    // The second was overtaken in the outbox: only the third goes out.
    expect(await gateway.deliver()).toHaveLength(1)
    granted(await typeIn(client, flowId, lastCode(gateway, number)))
  })

  it('H6: does not refill the attempts', async () => {
    const { client, flowId, number } = await asking(gateway)
    await gateway.deliver()
    const wrongCode = other(lastCode(gateway, number))
    for (let times = 0; times < 3; times++) await typeIn(client, flowId, wrongCode)
    await database.clock.advance(31_000)
    expect(granted(await client.resendCode(flowId)).flow?.attemptsLeft).toBe(2)
    await gateway.deliver()
    const again = other(lastCode(gateway, number))
    await typeIn(client, flowId, again)
    await typeIn(client, flowId, again)
    expect((await typeIn(client, flowId, lastCode(gateway, number))).code).toBe('flow.ended')
    await database.clock.advance(61_000)
    expect((await client.resendCode(flowId)).code).toBe('flow.ended')
  })

  it('H6: lengthens the life of its flow, to 15 minutes at most', async () => {
    const { client, flowId } = await asking(gateway)
    const begun = (await database.clock.now()).getTime()
    for (let minutes = 4; minutes <= 12; minutes += 4) {
      await database.clock.set(begun + minutes * MINUTE - Date.now())
      const { flow } = granted(await client.resendCode(flowId))
      const ends = (Date.parse(must(flow).expiresAt) - begun) / MINUTE
      expect(ends).toBeLessThanOrEqual(15)
      expect(ends).toBeGreaterThan(Math.min(minutes + 4.9, 14.9))
    }
    // The session itself has 15 minutes in the wizard.
    await database.clock.set(begun + 14 * MINUTE + 50_000 - Date.now())
    granted(await client.resendCode(flowId))
    await database.clock.set(begun + 15 * MINUTE - Date.now())
    expect((await client.flow(flowId).catch(() => null))?.state ?? 'ENDED').toBe('ENDED')
  })

  it('H6: can come by another way to the same number, and proves in that way', async () => {
    const someone = await phoneOwner(gateway)
    const { client } = await signedIn(gateway, someone.person)
    const { id } = must(granted(await client.beginChallenge()).challenge)
    await database.clock.advance(31_000)
    const { flow } = granted(await client.resendCode(id, 'call'))
    expect(flow?.step).toMatchObject({ way: 'call', destination: `XX${someone.number.slice(-2)}` })
    const sent = await gateway.deliver()
    expect(sent.filter(({ code }) => code).map(({ channel, to }) => [channel, to])).toEqual([
      ['voice', someone.number],
    ])
    const proof = { texting: { code: lastCode(gateway, someone.number) } }
    const proven = granted(await client.verifyChallenge({ challengeId: id, proof }))
    expect(proven.session?.proofs.at(-1)).toEqual({ kind: 'texting', way: 'call' })
  })

  it('H6: is refused by a way that is unknown, sends nothing, or is forbidden by policy', async () => {
    const policy = { methods: { texting: { ways: ['text'] } } }
    const narrow = await openPhones(database, { policy })
    const { client, flowId } = await asking(narrow)
    await database.clock.advance(31_000)
    for (const way of ['call', 'pigeon', '']) {
      expect(await client.resendCode(flowId, way)).toMatchObject({
        __typename: 'InvalidInput',
        path: ['way'],
      })
    }
    granted(await client.resendCode(flowId, 'text'))
  })

  it('H6: still comes by what policy has narrowed away, where nothing else is left to prove with', async () => {
    const someone = await phoneOwner(gateway)
    const policy = { methods: { texting: { allowedFor: [] } } }
    const narrowed = await openPhones(database, { policy })
    const { client } = await signedIn(narrowed, someone.person)
    const { id } = must(granted(await client.beginChallenge()).challenge)
    await database.clock.advance(31_000)
    expect((await client.resendCode(id)).flow?.step).toMatchObject({ delivery: 'QUEUED' })
  })

  it('H6: counts against the caps, and a refused one changes nothing', async () => {
    await database.clock.toWindow(600)
    const number = newNumber()
    const { client } = await signedIn(gateway)
    for (let times = 0; times < 4; times++) await askCode(client, number)
    await gateway.deliver()
    const { flowId } = await askCode(client, number)
    await gateway.deliver()
    await database.clock.advance(31_000)
    const before = await client.flow(flowId)
    expect((await client.resendCode(flowId)).code).toBe('rate.sends')
    expect(await client.flow(flowId)).toEqual(before)
    granted(await typeIn(client, flowId, lastCode(gateway, number)))
  })

  it('C6: is for the session that asked, and the type of flow it is', async () => {
    const { person, flowId } = await asking(gateway)
    await database.clock.advance(31_000)
    const elsewhere = await signedIn(gateway, person)
    expect((await elsewhere.client.resendCode(flowId)).code).toBe('flow.ended')
    const stranger = await signedIn(gateway)
    expect((await stranger.client.resendCode(flowId)).code).toBe('flow.ended')
    const disguised = Buffer.from(
      Buffer.from(flowId, 'base64url').toString().replace('Enrollment', 'Challenge'),
    ).toString('base64url')
    expect((await stranger.client.resendCode(disguised)).code).toBe('flow.ended')
  })

  it('is refused for a flow whose proof is not a code that was sent', async () => {
    const { client } = await signedIn(gateway)
    const begun = granted(await client.beginEnrollment({ method: { pin: {} } }))
    expect((await client.resendCode(must(begun.enrollment).id)).code).toBe('flow.ended')
  })
})

describe('Resends at once, on two gateways (PostgreSQL)', () => {
  let database: TestDatabase
  let second: TestDatabase
  let gateways: readonly [PhoneGateway, PhoneGateway]
  beforeAll(async () => {
    database = await openTestDatabase('postgres')
    second = secondPool(database)
    gateways = [await openPhones(database), await openPhones(second)]
  })
  afterAll(async () => {
    await second.close()
    await database.close()
  })

  it('H6: of eight, one sends', async () => {
    const [one] = gateways
    const { client, flowId, number } = await asking(one)
    await one.deliver()
    await database.clock.advance(31_000)
    const tries = Array.from({ length: 8 }, (_, at) =>
      must(gateways[at % 2])
        .client({ token: must(client.token) })
        .resendCode(flowId),
    )
    const counts = tally(await outcomes(tries))
    expect(counts.ResendCodePayload).toBe(1)
    expect(await one.deliver()).toHaveLength(1)
    const messages = sql`select count(*) from security_info.message where flow_id is not null`
    expect(await count(database, messages)).toBe(2)
    granted(await typeIn(client, flowId, lastCode(one, number)))
  })
})
