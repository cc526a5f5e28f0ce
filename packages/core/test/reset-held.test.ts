import { type Client, eachDatabase, type TestDatabase } from '@security-info/testing'
import { sql } from 'drizzle-orm'
import { beforeEach, expect, it } from 'vitest'
import { uuid } from '../src/storage/sql.ts'
import { DAY, enrollMail, granted, HOUR, MINUTE, must, type Owner, owner } from './support/people.ts'
import { askCode, enrollPhone, lastCode, newNumber, openPhones, type PhoneGateway } from './support/phones.ts'
import {
  age,
  completeReset,
  forgetful,
  mailGate,
  newAddress,
  newPassword,
  passPin,
  plainGate,
  rehearse,
  resetOf,
  startReset,
  textGate,
  verifyGate,
} from './support/resets.ts'

eachDatabase('A number or address that is new', (open) => {
  let database: TestDatabase
  let gateway: PhoneGateway
  let visitor: Client
  beforeEach(async () => {
    database = await open()
    gateway = await openPhones(database)
    visitor = gateway.client()
  })
  /** How long a refusal says it is, in hours. */
  const hoursUntil = async (until: string | null | undefined) =>
    (Date.parse(must(until, 'a date')) - (await database.clock.now()).getTime()) / HOUR
  const half = async (who: Pick<Owner, 'person' | 'pin'>) =>
    passPin(visitor, await resetOf(visitor, who.person.identifier), who.pin)

  it('H7: resets nothing for 24 hours, and says until when to who has proven something', async () => {
    const who = await owner(gateway)
    const { number } = await enrollPhone(gateway, who.client)
    const asked = await startReset(visitor, who.person.identifier)
    const gateId = must((await plainGate(visitor, must(asked.token), 'pin')).gate).id
    const proof = { pin: { code: who.pin } }
    const proven = await verifyGate(visitor, { token: asked.token, gateId, proof })
    expect(proven.reset).toMatchObject({
      ready: false,
      options: [],
      refusal: { reason: 'HELD', code: 'reset.HELD' },
    })
    expect(await hoursUntil(must(proven.reset).refusal?.until)).toBeCloseTo(24, 1)
    const token = must(proven.token)
    const refused = await textGate(visitor, token, number)
    expect(refused).toMatchObject({ __typename: 'ResetRefused', reason: 'HELD' })
    const format = new Intl.DateTimeFormat('en', { dateStyle: 'long', timeStyle: 'medium', timeZone: 'UTC' })
    expect(refused.message).toContain(`after ${format.format(new Date(must(refused.until)))} UTC`)
    expect(await completeReset(visitor, { token, newPassword: newPassword() })).toMatchObject({
      __typename: 'ResetRefused',
      reason: 'HELD',
    })
    expect((await gateway.deliver()).length).toBe(0)

    await database.clock.advance(DAY - MINUTE)
    expect((await textGate(visitor, await half(who), number)).__typename).toBe('ResetRefused')
    await database.clock.advance(MINUTE + 1000)
    expect((await textGate(visitor, await half(who), number)).__typename).toBe('BeginResetGatePayload')
  })

  it('H7: is a decoy to strangers, as the first gate too', async () => {
    const who = await owner(gateway)
    const { number } = await enrollPhone(gateway, who.client)
    const address = newAddress()
    granted(await enrollMail(who.client, gateway, address))
    await gateway.deliver()
    const token = await resetOf(visitor, who.person.identifier)
    expect((await textGate(visitor, token, number)).__typename).toBe('BeginResetGatePayload')
    expect((await mailGate(visitor, token, address)).__typename).toBe('BeginResetGatePayload')
    expect((await gateway.deliver()).filter(({ code }) => code !== undefined)).toEqual([])
  })

  it('H7: is held where it was changed, not only where it was added', async () => {
    const who = await forgetful(gateway)
    const { methods } = await who.client.securityInfo()
    const phone = must(methods.find(({ kind }) => kind === 'texting')).id
    const stolen = newNumber()
    const begun = granted(
      await who.client.beginEnrollment({ method: { texting: { number: stolen } }, replaces: phone }),
    )
    await gateway.securityInfo.sendDue()
    const proof = { texting: { code: lastCode(gateway, stolen) } }
    granted(await who.client.confirmEnrollment({ enrollmentId: must(begun.enrollment).id, proof }))
    await gateway.deliver()
    const token = await half(who)
    // Neither the new one nor the one that was there before.
    for (const number of [stolen, who.number]) await textGate(visitor, token, number)
    expect((await gateway.deliver()).filter(({ code }) => code !== undefined)).toEqual([])
  })

  it('H7: is refused with its date, also where something else would do', async () => {
    const who = await forgetful(gateway)
    // Only the number is new: the address would do.
    await database.db.execute(
      sql`update security_info.method set created_at = security_info.now() - interval '1 hour'
        where user_id = ${uuid(who.person.userId)} and kind = 'texting'`,
    )
    const token = await half(who)
    const refused = await textGate(visitor, token, who.number)
    expect(refused).toMatchObject({ __typename: 'ResetRefused', reason: 'HELD' })
    expect(await hoursUntil(refused.until)).toBeCloseTo(23, 1)
    expect((await mailGate(visitor, token, who.address)).__typename).toBe('BeginResetGatePayload')
  })

  it('H7: of two numbers the one that is old enough will do, and is the only one a code goes to', async () => {
    const who = await forgetful(gateway)
    const young = newNumber()
    const { flowId } = await askCode(who.client, young)
    await gateway.securityInfo.sendDue()
    const proof = { texting: { code: lastCode(gateway, young) } }
    granted(await who.client.confirmEnrollment({ enrollmentId: flowId, proof }))
    await gateway.deliver()
    const token = await half(who)
    for (const number of [young, who.number]) granted(await textGate(visitor, token, number))
    const sent = (await gateway.deliver()).filter(({ code }) => code !== undefined)
    expect(sent.map(({ to }) => to)).toEqual([who.number])
  })

  it('H7: what has no number or address is not held', async () => {
    const who = await owner(gateway)
    expect(must((await rehearse(who.client)).reset).options.map(({ kind }) => kind)).toEqual(['pin'])
    await half(who)
  })

  it('H7: is held again from when a change of it was made good, not from when it was first added', async () => {
    const who = await owner(gateway)
    const { number, methodId } = await enrollPhone(gateway, who.client)
    await age(gateway, who.person)
    granted(await who.client.removeMethod(methodId))
    await enrollPhone(gateway, who.client, number)
    await gateway.deliver()
    const refused = await textGate(visitor, await half(who), number)
    expect(refused).toMatchObject({ __typename: 'ResetRefused', reason: 'HELD' })
  })
})
