import { eachDatabase, openTestGateway } from '@security-info/testing'
import { sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { pin } from './plugins/pin.ts'
import { answerPin, beginPin, granted, owner, signedIn } from './support/people.ts'
import { count } from './support/rows.ts'

eachDatabase('After a restore or a promotion (M3)', (open) => {
  test('M3 an epoch ends every session and whatever was begun, and people sign in again', async () => {
    const gateway = await openTestGateway(await open(), { plugins: [pin()] })
    const who = await owner(gateway)
    const { client } = await signedIn(gateway, who.person)
    const challenge = await beginPin(client)
    const { token } = client

    expect(await gateway.securityInfo.beginEpoch()).toBe(2)

    expect(await who.client.session()).toBeUndefined()
    await expect(answerPin(gateway.client({ token: token ?? '' }), challenge, who.pin)).rejects.toThrow(
      /session/,
    )
    for (const table of [
      'session',
      'flow',
      'password_reset',
      'access_pass',
      'remembered_device',
      'sign_in_flow',
    ]) {
      const left = await count(
        gateway.database,
        sql`select count(*) from security_info.${sql.identifier(table)}`,
      )
      expect(left, table).toBe(0)
    }
    const again = await signedIn(gateway, who.person)
    granted(await answerPin(again.client, await beginPin(again.client), who.pin))
  })
})

eachDatabase('The rights of the gateway (H28)', (open) => {
  test('H28 a role that runs the gateway adds to what was audited, and changes nothing of it', async () => {
    const gateway = await openTestGateway(await open(), { plugins: [pin()] })
    await owner(gateway)
    const { db } = gateway.database
    const role = `runner_${Date.now().toString(36)}`
    await db.execute(sql.raw(`create role ${role}`))
    await db.execute(sql`create table security_info.whole (n int) partition by hash (n)`)
    await db.execute(sql`create table security_info.part partition of security_info.whole
      for values with (modulus 1, remainder 0)`)
    await gateway.securityInfo.grantTo(role)
    // The clock of the tests is not the gateway's.
    await db.execute(sql.raw(`grant select on all tables in schema public to ${role}`))
    const as = (statement: string) =>
      db.transaction(async (tx) => {
        await tx.execute(sql.raw(`set local role ${role}`))
        await tx.execute(sql.raw(statement))
      })
    const refused = async (statement: string) => {
      const error: unknown = await as(statement).catch((reason: unknown) => reason)
      expect(String((error as Error).cause ?? error), statement).toMatch(/permission denied|must be owner/)
    }
    await as(`insert into security_info.audit_event (user_id, type, request_id, detail)
      select user_id, 'signIn.failed', 'test', '{}' from security_info.account limit 1`)
    await as('delete from security_info.session')
    for (const table of ['audit_event', 'audit_seal', 'policy_version']) {
      await refused(`delete from security_info.${table}`)
      await refused(`truncate security_info.${table}`)
    }
    await refused(`update security_info.audit_event set detail = '{}'`)
    await refused(`update security_info.policy_version set document = '{}'`)
    await as('insert into security_info.whole values (1)')
    await refused('delete from security_info.part')
    await refused('drop table security_info.session')
    await refused('alter table security_info.account add column more text')
    await db.execute(sql.raw(`drop owned by ${role}`))
    await db.execute(sql.raw(`drop role ${role}`))
  })

  test('takes nothing for a role that is not a plain name', async () => {
    const gateway = await openTestGateway(await open(), { plugins: [pin()] })
    await expect(gateway.securityInfo.grantTo('postgres; drop schema security_info')).rejects.toThrow(/role/)
  })
})
