import { type Client, eachDatabase, type TestDatabase } from '@security-info/testing'
import { sql } from 'drizzle-orm'
import { beforeEach, expect, it } from 'vitest'
import { Secret } from '../src/index.ts'
import { uuid } from '../src/storage/sql.ts'
import { undoTokenIn } from './support/notices.ts'
import { codeIn, granted, insideOf, must, outcomes } from './support/people.ts'
import { openPhones, type PhoneGateway } from './support/phones.ts'
import {
  askAdministrator,
  completeReset,
  type Forgetful,
  forgetful,
  mailGate,
  newPassword,
  passPin,
  passText,
  plainGate,
  readyReset,
  resendGate,
  resetOf,
  signsIn,
  startReset,
  textGate,
  unlock,
  verifyGate,
} from './support/resets.ts'

eachDatabase('What changes in the middle of a reset', (open) => {
  let database: TestDatabase
  let gateway: PhoneGateway
  let who: Forgetful
  let visitor: Client
  beforeEach(async () => {
    database = await open()
    gateway = await openPhones(database)
    who = await forgetful(gateway)
    visitor = gateway.client()
  })
  /** Puts another policy in force, as another process would. */
  const demand = (policy: unknown) => openPhones(database, { policy })
  const start = () => resetOf(visitor, who.person.identifier)
  const complete = (token: string) => completeReset(visitor, { token, newPassword: newPassword() })
  const provePin = (token: string, gateId: string) =>
    verifyGate(visitor, { token, gateId, proof: { pin: { code: who.pin } } })
  const setMethod = (change: ReturnType<typeof sql>) =>
    database.db.execute(
      sql`update security_info.method set ${change} where id = ${uuid(insideOf(who.methodId))}`,
    )
  const missing = { code: 'reset.gatesMissing' }
  const unchanged = async () => expect(await signsIn(gateway, who.person, who.person.password)).toBe(true)

  it('H31: an account that is disabled ends it at every step, and enabling it brings nothing back', async () => {
    const { accounts } = gateway.securityInfo
    const begun = await start()
    const gateId = must((await plainGate(visitor, begun, 'pin')).gate).id
    const gated = await start()
    const gatedId = must((await textGate(visitor, gated, who.number)).gate).id
    // Sent now, so that the next code to this number is the only one on its way.
    await gateway.deliver()
    const half = await passPin(visitor, await start(), who.pin)
    const ready = await readyReset(gateway, visitor, who)
    expect(await accounts.disable(who.person.identifier)).toMatchObject({ ok: true })
    const everything = () =>
      outcomes([
        plainGate(visitor, begun, 'pin'),
        provePin(begun, gateId),
        resendGate(visitor, { token: gated, gateId: gatedId }),
        mailGate(visitor, half, who.address),
        complete(ready),
        unlock(visitor, { token: ready }),
        askAdministrator(visitor, { token: ready }),
      ])
    expect(new Set(await everything())).toEqual(new Set(['FlowEnded']))
    await accounts.enable(who.person.identifier)
    expect(new Set(await everything())).toEqual(new Set(['FlowEnded']))
    await unchanged()
  })

  it('H31: nor does a status do that nobody announced', async () => {
    const token = await start()
    const gateId = must((await plainGate(visitor, token, 'pin')).gate).id
    const ready = await readyReset(gateway, visitor, who)
    await database.db.execute(
      sql`update security_info.account set status = 'DISABLED' where user_id = ${uuid(who.person.userId)}`,
    )
    expect(await provePin(token, gateId)).toMatchObject({ __typename: 'ProofRejected', code: 'proof.wrong' })
    expect(await complete(ready)).toMatchObject(missing)
    expect(await unlock(visitor, { token: ready })).toMatchObject(missing)
  })

  it('a method that was removed proves nothing: neither a gate that was begun, nor one that was passed', async () => {
    const begun = await start()
    const gateId = must((await textGate(visitor, begun, who.number)).gate).id
    const code = codeIn(await gateway.deliver(), who.number)
    const ready = await readyReset(gateway, visitor, who)
    const { methods } = await who.client.securityInfo()
    const phone = must(methods.find(({ kind }) => kind === 'texting')).id
    granted(await who.client.removeMethod(phone))
    const proof = { texting: { code } }
    expect(await verifyGate(visitor, { token: begun, gateId, proof })).toMatchObject({
      __typename: 'ProofRejected',
    })
    expect(await complete(ready)).toMatchObject(missing)
    // What is left still counts: one more is enough.
    granted(await complete(await passPin(visitor, ready, who.pin)))
  })

  it.each(['DISABLED', 'PREREGISTERED'])('a method that became %s proves nothing', async (state) => {
    const begun = await start()
    const gateId = must((await plainGate(visitor, begun, 'pin')).gate).id
    const half = await passPin(visitor, await start(), who.pin)
    const full = await passText(gateway, visitor, half, who.number)
    await setMethod(sql`state = ${state}`)
    expect(await provePin(begun, gateId)).toMatchObject({ __typename: 'ProofRejected' })
    expect(await complete(full)).toMatchObject(missing)
    expect(await plainGate(visitor, full, 'pin')).toMatchObject({ code: 'reset.noneOfKind' })
  })

  it('H32: more gates are asked for from the next request on', async () => {
    await demand({ passwordReset: { gates: 1 } })
    const token = await passPin(visitor, await start(), who.pin)
    await demand({ passwordReset: { gates: 2 } })
    expect(await complete(token)).toMatchObject(missing)
    granted(await complete(await passText(gateway, visitor, token, who.number)))
  })

  it('H32: a kind or a way that is not allowed any more proves nothing', async () => {
    const begun = await start()
    const gateId = must((await plainGate(visitor, begun, 'pin')).gate).id
    const half = await passPin(visitor, await start(), who.pin)
    const full = await passText(gateway, visitor, half, who.number)
    await demand({ methods: { pin: { allowedFor: ['TWO_FACTOR'] } } })
    expect(await provePin(begun, gateId)).toMatchObject({ __typename: 'ProofRejected' })
    expect(await plainGate(visitor, begun, 'pin')).toMatchObject({ code: 'reset.kindNotAllowed' })
    expect(await complete(full)).toMatchObject(missing)
    await demand({ methods: { texting: { ways: ['call'] } } })
    expect(await complete(full)).toMatchObject(missing)
    await demand({})
    granted(await complete(full))
  })

  it('H32: a code that was sent by a way which is not allowed any more counts for nothing, and is not sent again', async () => {
    const token = await start()
    const gateId = must((await textGate(visitor, token, who.number)).gate).id
    const code = codeIn(await gateway.deliver(), who.number)
    await demand({ methods: { texting: { ways: ['call'] } } })
    await database.clock.advance(31_000)
    expect(await resendGate(visitor, { token, gateId })).toMatchObject({ __typename: 'InvalidInput' })
    const answer = await verifyGate(visitor, { token, gateId, proof: { texting: { code } } })
    const { gatesPassed = 0, ready = false } = answer.reset ?? {}
    expect({ gatesPassed, ready }).toEqual({ gatesPassed: 0, ready: false })
  })

  it('H32: a reset that was switched off goes no further; only who has proven something hears why', async () => {
    const strange = await start()
    const half = await passPin(visitor, await start(), who.pin)
    const ready = await readyReset(gateway, visitor, who)
    await demand({ passwordReset: { enabled: false } })
    const refused = { __typename: 'ResetRefused', reason: 'DISABLED', code: 'reset.DISABLED', until: null }
    expect(await textGate(visitor, half, who.number)).toMatchObject(refused)
    expect(await complete(ready)).toMatchObject(refused)
    expect(await unlock(visitor, { token: ready })).toMatchObject(refused)
    expect((await textGate(visitor, strange, who.number)).__typename).toBe('BeginResetGatePayload')
    expect(await complete(strange)).toMatchObject(missing)
    granted(await askAdministrator(visitor, { token: ready }))
    await unchanged()
  })

  it('H32: who is in no group that may, or in one that may not, goes no further', async () => {
    const { accounts } = gateway.securityInfo
    const { identifier } = who.person
    await demand({ passwordReset: { include: ['staff'], exclude: ['guests'] } })
    const refused = { __typename: 'ResetRefused', reason: 'NOT_IN_GROUP' }
    const ready = await readyReset(gateway, visitor, who).catch((error: unknown) => String(error))
    // The first gate is passed and says so, the second is not begun.
    expect(ready).toMatch(/Expected/)
    const half = await passPin(visitor, await start(), who.pin)
    expect(await textGate(visitor, half, who.number)).toMatchObject(refused)
    await accounts.change({ identifier, groups: ['staff'] })
    const full = await passText(gateway, visitor, half, who.number)
    // However a group is written.
    for (const groups of [['staff', 'guests'], ['Guests'], [' guests '], ['staff', 'ｇｕｅｓｔｓ'], []]) {
      await accounts.change({ identifier, groups })
      expect(await complete(full)).toMatchObject(refused)
      const asked = await startReset(visitor, identifier)
      expect(must(asked.reset).refusal).toBeNull()
    }
    await accounts.change({ identifier, groups: ['others', 'staff'] })
    granted(await complete(full))
  })

  it('C20: a password that was set meanwhile ends it', async () => {
    const { accounts } = gateway.securityInfo
    const ready = await readyReset(gateway, visitor, who)
    await accounts.setPassword({ identifier: who.person.identifier, password: new Secret(newPassword()) })
    expect(await complete(ready)).toMatchObject({ code: 'flow.ended' })
  })

  it('C20: "this wasn\'t me" ends it', async () => {
    // The owner's notices go to an address that is old enough for a link.
    granted(await who.client.updateMethod({ methodId: who.methodId, makeDefault: true }))
    const { methods } = await who.client.securityInfo()
    const phone = must(methods.find(({ kind }) => kind === 'texting')).id
    granted(await who.client.removeMethod(phone))
    await gateway.deliver()
    const token = await passPin(visitor, await start(), who.pin)
    granted(await gateway.client().undoChange(undoTokenIn(gateway, who.address, 'was removed')))
    expect(await mailGate(visitor, token, who.address)).toMatchObject({ code: 'flow.ended' })
  })

  it('an operator who unlocks the account does not end it', async () => {
    const ready = await readyReset(gateway, visitor, who)
    await gateway.securityInfo.accounts.unlock(who.person.identifier)
    expect(granted(await complete(ready)).code).toBeUndefined()
  })
})
