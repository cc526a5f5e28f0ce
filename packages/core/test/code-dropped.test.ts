import { eachDatabase, type TestDatabase } from '@security-info/testing'
import { sql } from 'drizzle-orm'
import { beforeEach, expect, it } from 'vitest'
import type { Delivery } from '../src/index.ts'
import { granted, insideOf, MINUTE, must, outcomes } from './support/people.ts'
import { asking, lastCode, openPhones, type PhoneGateway, typeIn } from './support/phones.ts'
import { query } from './support/rows.ts'

eachDatabase('A code that nobody needs any more', (open) => {
  let database: TestDatabase
  let gateway: PhoneGateway
  let answers: Delivery[]
  beforeEach(async () => {
    database = await open()
    answers = []
    gateway = await openPhones(database, {
      deliver: { sms: async () => answers.shift() ?? { outcome: 'accepted', providerId: 'one' } },
    })
  })
  const statesOf = async (flowId: string) =>
    (
      await query<{ state: string }>(
        database,
        sql`select state from security_info.message where flow_id = ${insideOf(flowId)}::uuid order by number`,
      )
    ).map(({ state }) => state)

  it('H22: is dropped where its lifetime was over before a worker came', async () => {
    const { client, flowId } = await asking(gateway)
    await database.clock.advance(5 * MINUTE + 1_000)
    await gateway.deliver()
    expect(gateway.handed).toEqual([])
    expect(await statesOf(flowId)).toEqual(['DROPPED'])
    expect((await client.flow(flowId))?.step).toMatchObject({
      delivery: 'FAILED',
      problem: { code: 'delivery.expired' },
    })
  })

  it('H22: is dropped where a newer one was asked for', async () => {
    const { client, flowId } = await asking(gateway)
    await database.clock.advance(31_000)
    granted(await client.resendCode(flowId))
    await gateway.deliver()
    expect(gateway.handed).toHaveLength(1)
    expect(await statesOf(flowId)).toEqual(['DROPPED', 'SENT'])
  })

  it('H22: is dropped where the flow has used up its attempts', async () => {
    const { client, flowId } = await asking(gateway)
    await outcomes(Array.from({ length: 5 }, () => typeIn(client, flowId, '000000')))
    await gateway.deliver()
    expect(gateway.handed).toEqual([])
    expect(await statesOf(flowId)).toEqual(['DROPPED'])
  })

  it('H22: is not tried again once it was typed in', async () => {
    answers = [{ outcome: 'retry', afterSeconds: 20 }]
    const { client, flowId, number } = await asking(gateway)
    await gateway.deliver()
    granted(await typeIn(client, flowId, lastCode(gateway, number)))
    await database.clock.advance(MINUTE)
    await gateway.deliver()
    expect(gateway.handed).toHaveLength(1)
    expect(await statesOf(flowId)).toEqual(['DROPPED'])
  })

  it.each([
    [
      'signed out',
      async ({ client }: { client: Awaited<ReturnType<typeof asking>>['client'] }) => client.signOut(),
    ],
    [
      'signed out everywhere',
      async ({ client }: { client: Awaited<ReturnType<typeof asking>>['client'] }) => client.signOut(true),
    ],
  ] as const)('H22: is dropped where whoever asked has %s', async (_how, leave) => {
    const asked = await asking(gateway)
    await leave(asked)
    await gateway.deliver()
    expect(gateway.handed).toEqual([])
  })

  it('C22: once it is typed in, it is kept nowhere, sealed or not', async () => {
    const { client, flowId, number } = await asking(gateway)
    await gateway.deliver()
    granted(await typeIn(client, flowId, lastCode(gateway, number)))
    const [flow] = await query<{ delivery: unknown }>(
      database,
      sql`select delivery from security_info.flow where id = ${insideOf(flowId)}::uuid`,
    )
    expect(must(flow).delivery).toBeNull()
  })
})
