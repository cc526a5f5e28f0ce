import { type Answer, openTestDatabase, type TestDatabase } from '@security-info/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { administrator, doAct, issuePass, passFor, proveFor, redeem, revokePass } from './support/admins.ts'
import { endings } from './support/endings.ts'
import { type Gate, gateAt } from './support/gate.ts'
import { undoTokenIn } from './support/notices.ts'
import { granted, must, owner } from './support/people.ts'
import { enrollPhone, openPhones, type PhoneGateway } from './support/phones.ts'
import { forgetful } from './support/resets.ts'
import { eventCounts } from './support/rows.ts'

describe('A pass that is redeemed in the very moment (PostgreSQL)', () => {
  let database: TestDatabase
  let gateway: PhoneGateway
  let gate: Gate
  beforeAll(async () => {
    database = await openTestDatabase('postgres')
    gateway = await openPhones(database)
    gate = await gateAt(database, 'session')
  })
  afterAll(async () => {
    await gate.close()
    await database.close()
  })

  it('C20: in which it is revoked gives no session', async () => {
    const { person } = await owner(gateway)
    const { identifier } = person
    const admin = await administrator(gateway)
    const issued: Answer & { readonly pass?: string } = await doAct(admin, (client) =>
      issuePass(client, { identifier, once: true }),
    )
    const asked = await revokePass(admin.client, { identifier })
    granted(await proveFor(admin.client, admin.pin, must(asked.act)))
    const thief = gateway.client({ address: '203.0.113.1' })
    await gate.race(
      () => redeem(thief, person, must(issued.pass)),
      async () => granted(await revokePass(admin.client, { identifier })),
    )
    expect(await eventCounts(database, person.userId)).toMatchObject({ 'signIn.succeeded': 2 })
    expect(await thief.session()).toBeUndefined()
  })

  it('C20: in which a change is undone gives no session', async () => {
    const who = await forgetful(gateway)
    await enrollPhone(gateway, who.client)
    await gateway.securityInfo.sendDue()
    const token = undoTokenIn(gateway, who.address, 'was added')
    const pass = await passFor(gateway, who.person)
    const thief = gateway.client({ address: '203.0.113.2' })
    await gate.race(
      // Its session may be gone by the time it is looked up for the answer.
      () => redeem(thief, who.person, pass),
      async () => granted(await gateway.client().undoChange(token)),
    )
    expect(await thief.session()).toBeUndefined()
  })
})

describe('A pass that is issued while all that is open ends (PostgreSQL)', () => {
  let database: TestDatabase
  let gateway: PhoneGateway
  let gate: Gate
  beforeAll(async () => {
    database = await openTestDatabase('postgres')
    gateway = await openPhones(database)
    gate = await gateAt(database, 'access_pass')
  })
  afterAll(async () => {
    await gate.close()
    await database.close()
  })

  it.each(endings)('C20: does not outlive %s', async (_, prepare) => {
    const who = await forgetful(gateway)
    const { identifier } = who.person
    const end = await prepare(gateway, who)
    const admin = await administrator(gateway)
    const issue = () => issuePass(admin.client, { identifier, once: true })
    granted(await proveFor(admin.client, admin.pin, must((await issue()).act)))
    let pass = ''
    await gate.race(async () => {
      pass = must((await issue()).pass)
    }, end)
    await gateway.securityInfo.accounts.enable(identifier)
    const thief = gateway.client({ address: '203.0.113.3' })
    expect(await redeem(thief, who.person, pass)).toMatchObject({ code: 'signIn.passRejected' })
  })
})
