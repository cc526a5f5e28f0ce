import { eachDatabase, type TestDatabase } from '@security-info/testing'
import { sql } from 'drizzle-orm'
import { beforeEach, expect, it } from 'vitest'
import type { Delivery, MessageDesk } from '../src/index.ts'
import { webhook } from './plugins/webhook.ts'
import { granted, must, outcomes } from './support/people.ts'
import { asking, type Handed, lastCode, openPhones, type PhoneGateway, typeIn } from './support/phones.ts'
import { query } from './support/rows.ts'

eachDatabase("What a provider's webhook may do", (open) => {
  let database: TestDatabase
  let gateway: PhoneGateway
  let desk: MessageDesk
  let during: ((message: Handed) => Promise<unknown>) | undefined
  let answer: Delivery
  beforeEach(async () => {
    database = await open()
    during = undefined
    answer = { outcome: 'accepted', providerId: 'SM1' }
    const plugin = webhook()
    gateway = await openPhones(database, {
      plugins: [plugin],
      deliver: {
        async sms(message) {
          await during?.(message)
          return answer
        },
      },
    })
    desk = await plugin.deskOf(gateway.securityInfo)
  })
  const row = async () =>
    must(
      (
        await query<{ state: string; problem: string | null; provider_id: string | null; taken: boolean }>(
          database,
          sql`select state, problem, provider_id, taken_at is not null as taken from security_info.message
            order by created_at desc limit 1`,
        )
      )[0],
    )
  /** Somebody whose code was handed over, and how the provider names it. */
  const sent = async () => {
    const asked = await asking(gateway)
    const delivered = await gateway.deliver()
    return { ...asked, ref: must(delivered.find(({ to }) => to === asked.number)).ref }
  }

  it('H21: reports move a message on, and its owner sees it', async () => {
    const { ref, client, flowId } = await sent()
    expect(await desk.report(ref, { providerId: 'SM1', state: 'sent' })).toBe(true)
    expect((await client.flow(flowId))?.step.delivery).toBe('SENT')
    expect(await desk.report(ref, { providerId: 'SM1', state: 'delivered' })).toBe(true)
    expect((await client.flow(flowId))?.step.delivery).toBe('DELIVERED')
    const other = await sent()
    expect(await desk.report(other.ref, { providerId: 'SM1', state: 'failed', problem: 'unreachable' })).toBe(
      true,
    )
    expect((await other.client.flow(other.flowId))?.step).toMatchObject({
      delivery: 'FAILED',
      problem: { code: 'delivery.unreachable' },
    })
  })

  it('H21: a report that comes again, or late, changes nothing', async () => {
    const { ref } = await sent()
    await desk.report(ref, { providerId: 'SM1', state: 'delivered' })
    const before = await row()
    for (const state of ['sent', 'failed', 'delivered'] as const) {
      expect(await desk.report(ref, { providerId: 'SM1', state, problem: 'blocked' })).toBe(true)
      expect(await row()).toEqual(before)
    }
  })

  it("H21: a report under another provider's id, or of a message nobody has, is refused", async () => {
    const { ref } = await sent()
    const before = await row()
    expect(await desk.report(ref, { providerId: 'SM2', state: 'failed' })).toBe(false)
    const strange = ['', 'x', 'AAAA', Buffer.alloc(32, 7).toString('base64url'), `${ref}A`, ref.slice(0, -2)]
    for (const other of strange) {
      expect(await desk.report(other, { providerId: 'SM1', state: 'failed' })).toBe(false)
      expect(await desk.takeCode(other, 'SM1')).toBeUndefined()
    }
    expect(await row()).toEqual(before)
  })

  it('H21: nothing may be reported of, or read from, a message that was not handed over yet', async () => {
    const { client } = await asking(gateway)
    const [waiting] = await query<{ user_id: string; id: string }>(
      database,
      sql`select user_id, id from security_info.message`,
    )
    const ref = Buffer.from(`${waiting?.user_id}${waiting?.id}`.replaceAll('-', ''), 'hex').toString(
      'base64url',
    )
    expect(await desk.report(ref, { providerId: 'SM1', state: 'delivered' })).toBe(false)
    expect(await desk.takeCode(ref, 'SM1')).toBeUndefined()
    expect(client.token).toBeDefined()
    expect((await row()).state).toBe('QUEUED')
  })

  it("H22: a report that is quicker than the provider's own answer stands", async () => {
    for (const [late, state] of [
      [{ outcome: 'accepted', providerId: 'SM1' }, 'DELIVERED'],
      [{ outcome: 'unknown' }, 'DELIVERED'],
      [{ outcome: 'retry' }, 'DELIVERED'],
      [{ outcome: 'rejected', problem: 'blocked' }, 'DELIVERED'],
    ] as const) {
      answer = late
      during = async ({ ref }) => desk.report(ref, { providerId: 'SM1', state: 'delivered' })
      await sent()
      expect(await row()).toMatchObject({ state, provider_id: 'SM1' })
      expect(await gateway.deliver()).toEqual([])
    }
  })

  it('H22: a message whose fate was unknown is known once the provider reports', async () => {
    answer = { outcome: 'unknown' }
    const { ref, client, flowId } = await sent()
    expect((await client.flow(flowId))?.step.delivery).toBe('UNKNOWN')
    expect(await desk.report(ref, { providerId: 'SM9', state: 'delivered' })).toBe(true)
    expect((await client.flow(flowId))?.step).toMatchObject({ delivery: 'DELIVERED', problem: null })
  })

  it('C5: a code is read out once, to the call it belongs to', async () => {
    const { ref, client, flowId, number } = await sent()
    expect(await desk.takeCode(ref, 'CA-other')).toBeUndefined()
    const tries = await Promise.all(Array.from({ length: 10 }, () => desk.takeCode(ref, 'SM1')))
    const [taken, ...more] = tries.filter((one) => one !== undefined)
    expect(more).toEqual([])
    expect(must(taken)).toMatchObject({ locale: 'en' })
    expect(must(taken).code.reveal()).toBe(lastCode(gateway, number))
    expect(String(must(taken).code)).not.toContain(must(taken).code.reveal())
    granted(await typeIn(client, flowId, must(taken).code.reveal()))
  })

  it('C5: a code is not read out after a resend, nor once its flow has ended in any way', async () => {
    const resent = await sent()
    await database.clock.advance(31_000)
    granted(await resent.client.resendCode(resent.flowId))
    expect(await desk.takeCode(resent.ref, 'SM1')).toBeUndefined()

    const proven = await sent()
    granted(await typeIn(proven.client, proven.flowId, lastCode(gateway, proven.number)))
    expect(await desk.takeCode(proven.ref, 'SM1')).toBeUndefined()

    const spent = await sent()
    const wrongCode = lastCode(gateway, spent.number) === '000000' ? '000001' : '000000'
    await outcomes(Array.from({ length: 5 }, () => typeIn(spent.client, spent.flowId, wrongCode)))
    expect(await desk.takeCode(spent.ref, 'SM1')).toBeUndefined()

    const late = await sent()
    await database.clock.advance(301_000)
    expect(await desk.takeCode(late.ref, 'SM1')).toBeUndefined()
  })
})
