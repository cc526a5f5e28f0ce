import { eachDatabase, openTestDatabase, type TestDatabase } from '@security-info/testing'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Delivery } from '../src/index.ts'
import { insideOf, MINUTE, must } from './support/people.ts'
import { askCode, asking, openPhones, type PhoneGateway } from './support/phones.ts'
import { secondPool } from './support/pools.ts'
import { query } from './support/rows.ts'
import { dyingAt } from './support/stopping.ts'

const CLAIM = /set state = 'SENDING'[\s\S]*sms/
const SETTLE = /provider_id = coalesce/

interface Row {
  readonly state: string
  readonly attempts: number
  readonly provider_id: string | null
}

eachDatabase('A code', (open) => {
  let database: TestDatabase
  beforeEach(async () => {
    database = await open()
  })
  const stateOf = async (flowId: string) =>
    must(
      (
        await query<Row>(
          database,
          sql`select state, attempts, provider_id from security_info.message where flow_id = ${insideOf(flowId)}::uuid`,
        )
      )[0],
    )
  /** Two looks of a process that goes on, more than a lease later. */
  const successor = async () => {
    await database.clock.advance(MINUTE + 1_000)
    const gateway = await openPhones(database)
    await gateway.deliver()
    await gateway.deliver()
    return gateway
  }

  it.each([
    {
      step: 'before it claims',
      death: { at: 'before', statement: CLAIM },
      first: 0,
      later: 1,
      lease: 'SENT',
      state: 'SENT',
    },
    {
      step: 'after it claimed',
      death: { at: 'after', statement: CLAIM },
      first: 0,
      later: 0,
      lease: 'SENDING',
      state: 'UNKNOWN',
    },
    {
      step: 'before it settles',
      death: { at: 'before', statement: SETTLE },
      first: 1,
      later: 0,
      lease: 'SENDING',
      state: 'UNKNOWN',
    },
    {
      step: 'after it settled',
      death: { at: 'after', statement: SETTLE },
      first: 1,
      later: 0,
      lease: 'SENT',
      state: 'SENT',
    },
  ] as const)(
    'H22: is sent at most once by a worker that is killed $step',
    async ({ death, first, later, lease, state }) => {
      const db = dyingAt(database, death)
      const dying = await openPhones(database, { db })
      const healthy = await openPhones(database)
      const { flowId } = await asking(healthy)
      void dying.deliver()
      await vi.waitUntil(() => db.dead(), 60_000)
      expect(dying.handed).toHaveLength(first)
      // Within the lease nobody else touches what was claimed.
      await database.clock.advance(55_000)
      expect(await healthy.deliver()).toHaveLength(later)
      expect(await stateOf(flowId)).toMatchObject({ state: lease })
      const next = await successor()
      expect(healthy.handed.length + next.handed.length).toBe(later)
      expect(await stateOf(flowId)).toMatchObject({ state })
    },
  )

  it.each([
    ['unknown', async (): Promise<Delivery> => ({ outcome: 'unknown' }), 'UNKNOWN'],
    ['thrown', async () => Promise.reject(new Error('Connection reset.')), 'UNKNOWN'],
    ['rejected', async (): Promise<Delivery> => ({ outcome: 'rejected', problem: 'optedOut' }), 'FAILED'],
  ] as const)('H22: is never sent again by itself where the outcome was %s', async (_what, sms, state) => {
    const gateway = await openPhones(database, { deliver: { sms } })
    const { client, flowId } = await asking(gateway)
    await gateway.deliver()
    expect(await stateOf(flowId)).toMatchObject({ state, attempts: 1 })
    for (let minutes = 0; minutes < 4; minutes++) {
      await database.clock.advance(MINUTE)
      await gateway.deliver()
    }
    await successor()
    expect(gateway.handed).toHaveLength(1)
    const problem = state === 'FAILED' ? 'delivery.optedOut' : 'delivery.unknown'
    expect((await client.flow(flowId))?.step).toMatchObject({ delivery: state, problem: { code: problem } })
  })

  it('H22: is sent again where the provider surely did not take it, and not before its time', async () => {
    const answers: Delivery[] = [
      { outcome: 'retry', afterSeconds: 20 },
      { outcome: 'accepted', providerId: 'one' },
    ]
    const gateway = await openPhones(database, { deliver: { sms: async () => must(answers.shift()) } })
    const { flowId } = await asking(gateway)
    await gateway.deliver()
    await database.clock.advance(18_000)
    expect(await gateway.deliver()).toEqual([])
    await database.clock.advance(3_000)
    expect(await gateway.deliver()).toHaveLength(1)
    expect(await stateOf(flowId)).toEqual({ state: 'SENT', attempts: 2, provider_id: 'one' })
    const [first, second] = gateway.handed
    expect(first).toMatchObject({ ref: second?.ref, code: second?.code })
  })

  it.each([Number.NaN, -5, 1e300, Number.POSITIVE_INFINITY])(
    'H22: a channel that says to come back after %d seconds harms nothing',
    async (afterSeconds) => {
      const gateway = await openPhones(database, {
        deliver: { sms: async () => ({ outcome: 'retry', afterSeconds }) },
      })
      const { flowId } = await asking(gateway)
      await gateway.securityInfo.sendDue()
      expect(gateway.unexpected).toEqual([])
      expect(await stateOf(flowId)).toMatchObject({ state: 'QUEUED' })
    },
  )
})

describe('Two processes that drain at once (PostgreSQL)', () => {
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

  it('H22: send each of 200 codes exactly once, and say how many they were', async () => {
    const [one, other] = gateways
    const waiting: string[] = []
    for (let at = 0; at < 20; at++) {
      const { client, number } = await asking(one)
      const more = await Promise.all(Array.from({ length: 9 }, () => askCode(client)))
      waiting.push(number, ...more.map((asked) => asked.number))
    }
    const counts = await Promise.all(
      [...gateways, ...gateways].map(({ securityInfo }) => securityInfo.sendDue()),
    )
    const sent = [...one.handed, ...other.handed].map(({ to }) => to)
    expect(sent.toSorted()).toEqual(waiting.toSorted())
    expect(Math.min(one.handed.length, other.handed.length)).toBeGreaterThan(0)
    expect(Math.max(...counts)).toBeLessThanOrEqual(200)
    const open = await query<{ state: string; times: number }>(
      database,
      sql`select state, count(*)::int as times from security_info.message group by state`,
    )
    expect(open).toEqual([{ state: 'SENT', times: 200 }])
  })

  it('says how many messages one drain handed over', async () => {
    const [one] = gateways
    const { client } = await asking(one)
    await Promise.all(Array.from({ length: 9 }, () => askCode(client)))
    for (let people = 0; people < 4; people++) {
      const visitor = await asking(one)
      await Promise.all(Array.from({ length: 9 }, () => askCode(visitor.client)))
    }
    expect(await one.securityInfo.sendDue()).toBe(50)
  })
})
