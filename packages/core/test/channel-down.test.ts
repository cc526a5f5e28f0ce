import { eachDatabase, type TestDatabase } from '@security-info/testing'
import { sql } from 'drizzle-orm'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { Delivery } from '../src/index.ts'
import { enrollPin, granted, must, signedIn } from './support/people.ts'
import {
  askCode,
  asking,
  enrollPhone,
  newNumber,
  openPhones,
  type PhoneGateway,
  phoneOwner,
} from './support/phones.ts'
import { count, query } from './support/rows.ts'

eachDatabase('A provider that is down', (open) => {
  let database: TestDatabase
  let down: boolean
  let gateway: PhoneGateway
  let outcome: () => Promise<Delivery>
  let started: number
  beforeEach(async () => {
    // The breaker's clock is the process's own. It stands still, however long a test takes.
    started = performance.now()
    laterInProcess(0)
    database = await open()
    down = false
    outcome = async () => ({ outcome: 'unknown' })
    const sms = async (): Promise<Delivery> => (down ? outcome() : { outcome: 'accepted' })
    gateway = await openPhones(database, { deliver: { sms } })
  })
  afterEach(() => {
    vi.restoreAllMocks()
    vi.useRealTimers()
  })

  const sendCounts = () => query(database, sql`select * from security_info.send_count order by 1, 2, 3`)
  /** Five codes that fail, each of somebody else. */
  const failFive = async () => {
    down = true
    for (let times = 0; times < 5; times++) await asking(gateway)
    await gateway.deliver()
  }
  const laterInProcess = (milliseconds: number) => {
    vi.spyOn(performance, 'now').mockImplementation(() => started + milliseconds)
  }

  it.each([
    ['has no answer', async (): Promise<Delivery> => ({ outcome: 'unknown' })],
    ['refuses connections', async (): Promise<Delivery> => ({ outcome: 'retry', afterSeconds: 3600 })],
    ['makes its client throw', async () => Promise.reject(new Error('503'))],
  ] as const)(
    'M10: that %s: after 5 failures codes are refused at once, with the others offered',
    async (_what, how) => {
      outcome = how
      const someone = await phoneOwner(gateway)
      const { methodId: pinId } = await enrollPin(someone.client)
      await failFive()
      const counted = await sendCounts()
      const { client } = await signedIn(gateway, someone.person)
      const refused = await client.beginChallenge({ methodId: someone.methodId })
      expect(refused).toMatchObject({ __typename: 'DeliveryFailed', code: 'delivery.channelDown' })
      expect(refused.alternatives?.map(({ id }) => id)).toEqual([pinId])
      const wait = Date.parse(must(refused.retryAt)) - Date.now()
      expect(wait).toBeGreaterThan(-100)
      expect(wait).toBeLessThanOrEqual(5_000)
      expect(
        (await (await signedIn(gateway)).client.beginEnrollment({ method: { texting: { number: '1' } } }))
          .code,
      ).toBe('delivery.channelDown')
      // Nothing was counted, begun or written.
      expect(await sendCounts()).toEqual(counted)
      expect(
        await count(
          database,
          sql`select count(*) from security_info.message where state = 'QUEUED' and attempts = 0`,
        ),
      ).toBe(0)
      expect(await gateway.securityInfo.metrics()).toContain(
        'codes_refused_total{channel="sms",reason="down"} 2',
      )
    },
  )

  it('M10: a resend is refused as well, and the code before it stays good; by call it comes', async () => {
    const { client, flowId } = await asking(gateway)
    await gateway.deliver()
    await failFive()
    await database.clock.advance(31_000)
    expect((await client.resendCode(flowId)).code).toBe('delivery.channelDown')
    expect((await client.flow(flowId))?.step).toMatchObject({ delivery: 'SENT' })
    granted(await client.resendCode(flowId, 'call'))
    expect((await gateway.deliver()).map(({ channel }) => channel)).toEqual(['voice'])
  })

  it('M10: rejections are no failure of the provider', async () => {
    outcome = async () => ({ outcome: 'rejected', problem: 'optedOut' })
    down = true
    for (let times = 0; times < 12; times++) await asking(gateway)
    await gateway.deliver()
    const { client } = await signedIn(gateway)
    const begun = await client.beginEnrollment({ method: { texting: { number: '1' } } })
    expect(begun.__typename).toBe('BeginEnrollmentPayload')
  })

  it('M10: is tried with one message after the pause, and works again when that does', async () => {
    await failFive()
    const before = gateway.handed.length
    laterInProcess(5_100)
    for (let times = 0; times < 3; times++) await asking(gateway)
    // The first of them fails, so the others wait.
    await gateway.deliver()
    expect(gateway.handed.length - before).toBe(1)
    expect(
      (await (await signedIn(gateway)).client.beginEnrollment({ method: { texting: { number: '1' } } })).code,
    ).toBe('delivery.channelDown')
    down = false
    laterInProcess(15_300)
    await gateway.deliver()
    expect(gateway.handed.length - before).toBe(3)
    await asking(gateway)
  })

  it('M10: a try that nobody needed any more, or that can not be read, keeps it down for nobody', async () => {
    await failFive()
    laterInProcess(5_100)
    const { flowId } = await asking(gateway)
    expect(flowId).not.toBe('')
    await database.db.execute(
      sql`update security_info.flow set expires_at = security_info.now() where delivery is not null`,
    )
    await gateway.deliver()
    await asking(gateway)
    await database.db.execute(sql`update security_info.flow set delivery = set_byte(delivery, 70, get_byte(delivery, 70) # 1)
      where expires_at > security_info.now()`)
    await gateway.deliver()
    down = false
    await asking(gateway)
    expect(await gateway.deliver()).toHaveLength(1)
    expect(gateway.unexpected.map(String)).toEqual([
      expect.stringContaining('The channel "sms" is down'),
      expect.stringContaining('unable to authenticate'),
    ])
  })

  it('M9: one that hangs holds up neither whoever asked nor the other channels', async () => {
    outcome = () => new Promise(() => undefined)
    const someone = await signedIn(gateway, await gateway.person({ contactEmail: 'm9@example.test' }))
    await enrollPin(someone.client)
    down = true
    await gateway.securityInfo.start()
    try {
      // More than are under way at once, so that the channel is full.
      for (let times = 0; times < 34; times++) await asking(gateway)
      granted(
        await someone.client.beginEnrollment({ method: { texting: { number: newNumber() } }, way: 'call' }),
      )
      await vi.waitUntil(() => gateway.handed.some(({ channel }) => channel === 'voice'), 60_000)
      await vi.waitUntil(() => gateway.handed.some(({ channel }) => channel === 'email'), 60_000)
      expect(gateway.handed.filter(({ channel }) => channel === 'sms')).toHaveLength(32)
    } finally {
      await gateway.securityInfo.stop()
    }
    const unknown = sql`select count(*) from security_info.message where channel = 'sms' and state = 'UNKNOWN'`
    expect(await count(database, unknown)).toBe(32)
    expect(gateway.handed.filter(({ channel, signal }) => channel === 'sms' && !signal.aborted)).toEqual([])
  })

  it('M9: an attempt is given up after 15 seconds, and its outcome is unknown', async () => {
    const underWay = new Promise<void>((resolve) => {
      outcome = () => {
        resolve()
        return new Promise(() => undefined)
      }
    })
    down = true
    const { client, flowId } = await asking(gateway)
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const sending = gateway.deliver()
    await underWay
    vi.advanceTimersByTime(14_999)
    expect(gateway.handed[0]?.signal.aborted).toBe(false)
    vi.advanceTimersByTime(1)
    expect(gateway.handed[0]?.signal.aborted).toBe(true)
    await sending
    expect((await client.flow(flowId))?.step).toMatchObject({ delivery: 'UNKNOWN' })
  })

  it('M9: whoever begins is answered before anything is sent', async () => {
    let asked = 0
    const waiting = await openPhones(database, {
      deliver: {
        sms: () => {
          asked++
          return new Promise(() => undefined)
        },
      },
    })
    const { client } = await signedIn(waiting)
    const { flowId } = await askCode(client)
    expect(asked).toBe(0)
    expect((await client.flow(flowId))?.step).toMatchObject({ delivery: 'QUEUED' })
    const { methodId } = await enrollPhone(gateway, (await signedIn(gateway)).client)
    expect(methodId).not.toBe('')
  })

  it('M9: one that was stopped sends nothing more, also what was written in the last moment', async () => {
    await gateway.securityInfo.start()
    const { client } = await signedIn(gateway)
    const begun = client.beginEnrollment({ method: { texting: { number: newNumber() } } })
    await begun
    await gateway.securityInfo.stop()
    const handed = gateway.handed.length
    const states = sql`select count(*) from security_info.message where state = 'SENDING'`
    expect(await count(database, states)).toBe(0)
    for (let turns = 0; turns < 5; turns++) await query(database, sql`select 1`)
    expect(gateway.handed).toHaveLength(handed)
  })
})
