/** What somebody who knows a name, and nothing else, can use up of the codes of resets: little, and nothing of its owner's. */
import { eachDatabase, type TestDatabase } from '@security-info/testing'
import { beforeEach, expect, it } from 'vitest'
import { administrator, helpQueue } from './support/admins.ts'
import { granted, MINUTE, must, signInFully } from './support/people.ts'
import { newNumber, openPhones, type PhoneGateway } from './support/phones.ts'
import {
  askAdministrator,
  beginGate,
  completeReset,
  forgetful,
  mailGate,
  newAddress,
  newPassword,
  passMail,
  passText,
  resendGate,
  resetOf,
  textGate,
} from './support/resets.ts'

const CHANGE = 'mutation Test($input: ChangePasswordInput!) { changePassword(input: $input) { __typename } }'

eachDatabase('A stranger who begins resets', (open) => {
  let database: TestDatabase
  let gateway: PhoneGateway
  beforeEach(async () => {
    database = await open()
    gateway = await openPhones(database)
    await database.clock.toWindow(86_400)
  })

  it('H1: uses up none of the codes of whom they name, with numbers and addresses that they make up', async () => {
    const who = await forgetful(gateway)
    for (let reset = 0; reset < 3; reset++) {
      const stranger = gateway.client({ address: `203.0.113.${reset}` })
      const token = await resetOf(stranger, who.person.identifier)
      for (let times = 0; times < 10; times++) {
        must((await textGate(stranger, token, newNumber())).gate)
        must((await mailGate(stranger, token, newAddress())).gate)
      }
      await database.clock.advance(11 * MINUTE)
    }
    const owner = gateway.client({ address: '198.51.100.9' })
    const token = await resetOf(owner, who.person.identifier)
    expect((await textGate(owner, token, who.number)).__typename).toBe('BeginResetGatePayload')
    expect((await mailGate(owner, token, who.address)).__typename).toBe('BeginResetGatePayload')
  })

  it('H5: has 30 codes in ten minutes from one address, sent or not, and anew or not; other addresses go on', async () => {
    const stranger = gateway.client({ address: '203.0.113.7' })
    const begin = async (at: number) =>
      textGate(stranger, await resetOf(stranger, `nobody-${at}@example.test`), newNumber())
    const token = await resetOf(stranger, 'nobody@example.test')
    const { gate } = await textGate(stranger, token, newNumber())
    await database.clock.advance(31_000)
    granted(await resendGate(stranger, { token, gateId: must(gate).id }))
    for (let at = 0; at < 28; at++) must((await begin(at)).gate)
    const limited = { __typename: 'RateLimited' }
    expect(await begin(28)).toMatchObject(limited)
    await database.clock.advance(61_000)
    expect(await resendGate(stranger, { token, gateId: must(gate).id })).toMatchObject(limited)
    // What sends nothing is not counted.
    must((await beginGate(stranger, { token, method: { pin: {} } })).gate)
    const other = gateway.client({ address: '203.0.113.8' })
    must((await textGate(other, await resetOf(other, 'nobody@example.test'), newNumber())).gate)
    await database.clock.toWindow(600)
    must((await begin(29)).gate)
  })

  it('C20: is in the queue for help with what they have proven, until its owner ends all that is open', async () => {
    const who = await forgetful(gateway)
    const { client: admin } = await administrator(gateway)
    const thief = gateway.client({ address: '203.0.113.66' })
    const proven = await passText(gateway, thief, await resetOf(thief, who.person.identifier), who.number)
    granted(await askAdministrator(thief, { token: proven }))
    const asked = async () => (await helpQueue(admin)).edges.map(({ node }) => node)
    expect(await asked()).toMatchObject([{ gatesPassed: 1, clientAddress: '203.0.113.66' }])
    const client = await signInFully(gateway, who)
    const input = { currentPassword: who.person.password, newPassword: newPassword() }
    expect(await client.ask(CHANGE, { input })).toMatchObject({ __typename: 'ChangePasswordPayload' })
    expect(await asked()).toMatchObject([{ gatesPassed: 0 }])
    const owner = gateway.client({ address: '198.51.100.9' })
    const token = await passText(gateway, owner, await resetOf(owner, who.person.identifier), who.number)
    granted(await askAdministrator(owner, { token }))
    expect(await asked()).toMatchObject([{ gatesPassed: 1, clientAddress: '198.51.100.9' }])
    const ready = await passMail(gateway, owner, token, who.address)
    granted(await completeReset(owner, { token: ready, newPassword: newPassword() }))
    expect(await asked()).toEqual([])
  })
})
