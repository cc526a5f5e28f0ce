import { eachDatabase, openTestGateway, type TestGateway } from '@security-info/testing'
import { sql } from 'drizzle-orm'
import { describe, expect, test, vi } from 'vitest'
import { pin } from './plugins/pin.ts'
import { owner } from './support/people.ts'
import { count } from './support/rows.ts'

/** Seals all there is: what runs in another database of the server, as the making of one, holds the end back for so long. */
async function sealAll({ securityInfo }: TestGateway): Promise<void> {
  const isDone = async () => {
    await securityInfo.audit.seal()
    expect(await securityInfo.audit.verify()).toMatchObject({ unsealed: 0 })
  }
  await vi.waitFor(isDone, { timeout: 30_000, interval: 20 })
}

eachDatabase('The audit chain (H28)', (open, driver) => {
  async function sealed(): Promise<TestGateway> {
    const gateway = await openTestGateway(await open(), { plugins: [pin()] })
    await owner(gateway)
    await sealAll(gateway)
    await owner(gateway)
    await sealAll(gateway)
    return gateway
  }
  const change = (gateway: TestGateway, statement: string) => gateway.database.db.execute(sql.raw(statement))

  test('H28 covers every event once and verifies', async () => {
    const gateway = await sealed()
    const report = await gateway.securityInfo.audit.verify()
    expect(report.faults).toEqual([])
    expect(report.seals).toBeGreaterThan(1)
    expect(report.unsealed).toBe(0)
    const events = await count(gateway.database, sql`select count(*) from security_info.audit_event`)
    expect(report.events).toBe(events)
    expect(events).toBeGreaterThan(8)
    expect(await gateway.securityInfo.audit.seal()).toEqual([])
  })

  describe('shows', () => {
    test.each([
      [
        'a changed event',
        `update security_info.audit_event set detail = '{}' where type = 'method.enrolled'`,
      ],
      [
        'another time',
        `update security_info.audit_event set at = at - interval '1 second' where type = 'method.enrolled'`,
      ],
      [
        'another person',
        `update security_info.audit_event set user_id = gen_random_uuid() where type = 'method.enrolled'`,
      ],
      ['a deleted event', `delete from security_info.audit_event where type = 'signIn.succeeded'`],
      [
        'an added event',
        `insert into security_info.audit_event (user_id, type, request_id, detail, tx)
          select user_id, 'method.removed', 'none', '{}', tx from security_info.audit_event limit 1`,
      ],
      ['a link that was taken out', `delete from security_info.audit_seal where number = 1`],
      [
        'a link that was changed',
        `update security_info.audit_seal set hash = decode(repeat('00', 32), 'hex') where number = 2`,
      ],
    ])('H28 %s', async (_what, statement) => {
      const gateway = await sealed()
      await change(gateway, statement)
      expect((await gateway.securityInfo.audit.verify()).faults).not.toEqual([])
    })

    test('H28 an end that was cut off, to who wrote the head down', async () => {
      const gateway = await sealed()
      const { head } = await gateway.securityInfo.audit.verify()
      await change(
        gateway,
        'delete from security_info.audit_event where tx >= (select max(from_tx) from security_info.audit_seal)',
      )
      await change(
        gateway,
        'delete from security_info.audit_seal where number = (select max(number) from security_info.audit_seal)',
      )
      expect((await gateway.securityInfo.audit.verify()).faults).toEqual([])
      const cut = await gateway.securityInfo.audit.verify(head ?? '')
      expect(cut.faults).toHaveLength(1)
    })
  })

  test.skipIf(driver === 'pglite')('H28 waits for what a running transaction may still add', async () => {
    const gateway = await sealed()
    const { seals } = await gateway.securityInfo.audit.verify()
    await gateway.database.db.transaction(async (tx) => {
      await tx.execute(sql`insert into security_info.audit_event (user_id, type, request_id, detail)
        select user_id, 'method.updated', 'slow', '{}'::jsonb from security_info.account limit 1`)
      await owner(gateway)
      await gateway.securityInfo.audit.seal()
    })
    await sealAll(gateway)
    const report = await gateway.securityInfo.audit.verify()
    expect(report).toMatchObject({ faults: [], unsealed: 0 })
    expect(report.seals).toBeGreaterThan(seals)
  })

  test('H28 old events go in whole links, and the chain holds', async () => {
    const gateway = await sealed()
    await gateway.database.clock.advance(40 * 86_400_000)
    await owner(gateway)
    await sealAll(gateway)
    const before = await gateway.securityInfo.audit.verify()
    expect(before.pruned).toBe(0)
    const pruned = await gateway.securityInfo.audit.prune(30)
    expect(pruned).toBeGreaterThan(8)
    const report = await gateway.securityInfo.audit.verify(before.head ?? '')
    expect(report.faults).toEqual([])
    expect(report).toMatchObject({ events: before.events - pruned, unsealed: 1 })
    // All that was there 40 days ago, and nothing that is new.
    expect(report.pruned).toBeGreaterThan(0)
    expect(report.pruned).toBeLessThan(report.seals)
  })

  test('goes on after a restore on a server that counts its transactions from a lower number', async () => {
    const gateway = await sealed()
    // As if all that is there had been written with far higher numbers.
    await change(gateway, 'update security_info.audit_clock set shift = 1000000')
    await owner(gateway)
    await sealAll(gateway)
    await change(gateway, 'update security_info.audit_clock set shift = 0')
    await gateway.securityInfo.start()
    await owner(gateway)
    await sealAll(gateway)
    await gateway.securityInfo.stop()
    const report = await gateway.securityInfo.audit.verify()
    expect(report).toMatchObject({ faults: [], unsealed: 0 })
  })
})
