import {
  type Answer,
  type Client,
  eachDatabase,
  openTestDatabase,
  type TestDatabase,
} from '@security-info/testing'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import type { SendLimit } from '../src/index.ts'
import { DAY, granted, MINUTE, must, outcomes, signedIn, tally, type Visitor } from './support/people.ts'
import {
  askCode,
  enrollPhone,
  lastCode,
  newNumber,
  openPhones,
  type PhoneGateway,
  phoneOwner,
  typeIn,
} from './support/phones.ts'
import { secondPool } from './support/pools.ts'
import { count, query } from './support/rows.ts'

const begin = (client: Client, number: string): Promise<Answer> =>
  client.beginEnrollment({ method: { texting: { number } } })

eachDatabase('Codes are capped', (open) => {
  let database: TestDatabase
  beforeEach(async () => {
    database = await open()
    await database.clock.toWindow(DAY / 1000)
  })
  const sent = () =>
    count(database, sql`select count(*) from security_info.message where flow_id is not null`)
  const counters = () =>
    query<{ sent: number }>(
      database,
      sql`select scope, value, sent from security_info.send_count order by 1, 2`,
    )

  it('H5: at 5 in ten minutes and 10 a day for one address, whoever asks', async () => {
    const gateway = await openPhones(database)
    const number = newNumber()
    const ask = async () => (await begin((await signedIn(gateway)).client, number)).code ?? 'sent'
    const asked: string[] = []
    for (let times = 0; times < 6; times++) asked.push(await ask())
    expect(asked).toEqual([...Array(5).fill('sent'), 'rate.sends'])
    await database.clock.advance(10 * MINUTE)
    for (let times = 0; times < 5; times++) expect(await ask()).toBe('sent')
    await database.clock.advance(10 * MINUTE)
    expect(await ask()).toBe('rate.sends')
    await database.clock.advance(DAY)
    expect(await ask()).toBe('sent')
    expect(await sent()).toBe(11)
  })

  it('H5: at 10 in ten minutes and 20 a day for one person, whatever the numbers', async () => {
    const gateway = await openPhones(database)
    const { person, client } = await signedIn(gateway)
    const ask = async (by: Client) => (await begin(by, newNumber())).code ?? 'sent'
    for (let times = 0; times < 10; times++) expect(await ask(client)).toBe('sent')
    expect(await ask(client)).toBe('rate.sends')
    // Another session of the same person is the same person.
    expect(await ask((await signedIn(gateway, person)).client)).toBe('rate.sends')
    await database.clock.advance(10 * MINUTE)
    const later = await signedIn(gateway, person)
    for (let times = 0; times < 10; times++) expect(await ask(later.client)).toBe('sent')
    await database.clock.advance(10 * MINUTE)
    expect(await ask((await signedIn(gateway, person)).client)).toBe('rate.sends')
    // Others are others.
    expect(await ask((await signedIn(gateway)).client)).toBe('sent')
  })

  it("H5: at the channel's own limits, by what it says of the address", async () => {
    const limits = (to: string): readonly SendLimit[] => [
      { scope: 'prefix', value: to.slice(0, 4), most: 3, seconds: 3600 },
      { scope: 'all', value: 'all', most: 5, seconds: DAY / 1000 },
    ]
    const gateway = await openPhones(database, { limits })
    const ask = async (number: string) =>
      (await begin((await signedIn(gateway)).client, number)).code ?? 'sent'
    for (let times = 0; times < 3; times++) expect(await ask(`5551${newNumber()}`)).toBe('sent')
    expect(await ask(`5551${newNumber()}`)).toBe('rate.sends')
    for (let times = 0; times < 2; times++) expect(await ask(`5552${newNumber()}`)).toBe('sent')
    expect(await ask(`5553${newNumber()}`)).toBe('rate.sends')
    // A call has limits of its own.
    const { client } = await signedIn(gateway)
    const called = await client.beginEnrollment({ method: { texting: { number: '5551000' } }, way: 'call' })
    expect(called.code).toBeUndefined()
  })

  it('H5: says when to come back: when the window of the cap ends', async () => {
    const gateway = await openPhones(database)
    const number = newNumber()
    const { client } = await signedIn(gateway)
    for (let times = 0; times < 5; times++) granted(await begin(client, number))
    const refused = await begin(client, number)
    const wait = Date.parse(must(refused.retryAt)) - (await database.clock.now()).getTime()
    expect(refused.__typename).toBe('RateLimited')
    expect(wait).toBeGreaterThan(8 * MINUTE)
    expect(wait).toBeLessThanOrEqual(10 * MINUTE)
  })

  it('H5: a refusal counts nothing, sends nothing and begins nothing', async () => {
    const gateway = await openPhones(database)
    const number = newNumber()
    const { client } = await signedIn(gateway)
    for (let times = 0; times < 5; times++) granted(await begin(client, number))
    const before = await counters()
    for (let times = 0; times < 3; times++) expect((await begin(client, number)).code).toBe('rate.sends')
    expect(await counters()).toEqual(before)
    expect(await sent()).toBe(5)
    expect(await count(database, sql`select count(*) from security_info.flow`)).toBe(5)
    // So the person's own cap is not used up by what was refused.
    for (let times = 0; times < 5; times++) granted(await begin(client, newNumber()))
  })

  it('H5: closes where too few codes come back, and opens when they do', async () => {
    const limits = () => [
      { scope: 'country', value: 'XX', most: 1000, seconds: 3600, verified: { from: 4, ratio: 0.5 } },
    ]
    const gateway = await openPhones(database, { limits })
    const flows: { client: Client; flowId: string; number: string }[] = []
    const ask = async () => {
      const { client } = await signedIn(gateway)
      const number = newNumber()
      const answer = await begin(client, number)
      if (answer.enrollment) flows.push({ client, flowId: answer.enrollment.id, number })
      return answer.code ?? 'sent'
    }
    for (let times = 0; times < 4; times++) expect(await ask()).toBe('sent')
    expect(await ask()).toBe('rate.sends')
    await gateway.deliver()
    for (const { client, flowId, number } of flows.slice(0, 2)) {
      granted(await typeIn(client, flowId, lastCode(gateway, number)))
    }
    expect(await ask()).toBe('sent')
    expect(await ask()).toBe('rate.sends')
  })

  it('H5: a code that is typed wrong is no code that came back', async () => {
    const limits = () => [
      { scope: 'all', value: 'all', most: 9, seconds: 3600, verified: { from: 1, ratio: 0.5 } },
    ]
    const gateway = await openPhones(database, { limits })
    const { client } = await signedIn(gateway)
    const { flowId, number } = await askCode(client)
    await gateway.deliver()
    const code = lastCode(gateway, number)
    await typeIn(client, flowId, code === '000000' ? '000001' : '000000')
    expect((await begin(client, newNumber())).code).toBe('rate.sends')
  })

  it("H5: whoever sets a number up that is not theirs closes nobody's sign-in by it", async () => {
    const gateway = await openPhones(database)
    const number = newNumber()
    const owner = await signedIn(gateway)
    await enrollPhone(gateway, owner.client, number)
    for (let thief = 0; thief < 6; thief++) {
      const { client } = await signedIn(gateway)
      await begin(client, number)
    }
    const { client } = await signedIn(gateway)
    expect((await begin(client, number)).code, 'it is closed for setting up').toBe('rate.sends')
    const again = await signedIn(gateway, owner.person)
    expect((await again.client.beginChallenge({})).code).toBeUndefined()
  })

  it('H10: counters name neither people nor addresses', async () => {
    const gateway = await openPhones(database)
    const { client, person } = await signedIn(gateway)
    const { number } = await askCode(client)
    const all = JSON.stringify(await counters())
    expect(all).toContain('sms:enrollment:address:600')
    expect(all).not.toContain(number)
    expect(all).not.toContain(person.userId)
  })
})

describe('Codes that are asked for at once, on two gateways (PostgreSQL)', () => {
  let database: TestDatabase
  let second: TestDatabase
  let gateways: readonly [PhoneGateway, PhoneGateway]
  const limits = () => [{ scope: 'all', value: 'all', most: 17, seconds: DAY / 1000 }]
  beforeAll(async () => {
    database = await openTestDatabase('postgres')
    await database.clock.toWindow(DAY / 1000)
    second = secondPool(database)
    gateways = [await openPhones(database, { limits }), await openPhones(second, { limits })]
  })
  afterAll(async () => {
    await second.close()
    await database.close()
  })

  it('H5: 50 for one number: exactly 5; 50 challenges of one person: exactly 5; 50 of all that set up: exactly what is left of 17', async () => {
    const someone = await phoneOwner(gateways[0])
    await database.clock.advance(DAY)
    await database.clock.toWindow(DAY / 1000)
    // One after the other: from one address that many passwords are not compared at once (H29).
    const visitors: Visitor[] = []
    for (let at = 0; at < 50; at++) visitors.push(await signedIn(must(gateways[at % 2])))
    const one = newNumber()
    const forOne = tally(await outcomes(visitors.map(({ client }) => begin(client, one))))
    expect(forOne).toEqual({ BeginEnrollmentPayload: 5, RateLimited: 45 })
    const again = await signedIn(gateways[0], someone.person)
    const challenges = await outcomes(
      Array.from({ length: 50 }, () =>
        gateways[1].client({ token: must(again.client.token) }).beginChallenge(),
      ),
    )
    expect(tally(challenges)).toEqual({ BeginChallengePayload: 5, RateLimited: 45 })
    const everybody = await outcomes(visitors.map(({ client }) => begin(client, newNumber())))
    expect(tally(everybody)).toEqual({ BeginEnrollmentPayload: 12, RateLimited: 38 })
  })

  it('H5: those that wait for each other see what the one before has counted', async () => {
    await database.clock.toWindow(DAY / 1000)
    const visitors = await Promise.all(
      Array.from({ length: 12 }, (_, at) => signedIn(must(gateways[at % 2]))),
    )
    const number = newNumber()
    granted(await begin(must(visitors[0]).client, number))
    let asked: readonly Promise<Answer>[] = []
    await database.db.transaction(async (transaction) => {
      await transaction.execute(sql`select 1 from security_info.send_count for update`)
      asked = visitors.map(({ client }) => begin(client, number))
      const waiting = sql`select count(*) from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock' and query like '%send_count%'`
      await vi.waitUntil(async () => (await count(database, waiting)) >= 8, 60_000)
    })
    expect(tally(await outcomes(asked))).toEqual({ BeginEnrollmentPayload: 4, RateLimited: 8 })
  })
})
