import { type Client, eachDatabase, type TestDatabase } from '@security-info/testing'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createKeyRing, generateKey } from '../src/index.ts'
import { uuid } from '../src/storage/sql.ts'
import { noticesOf } from './support/notices.ts'
import { codeIn, granted, must, outcomes, tally } from './support/people.ts'
import { openPhones, type PhoneGateway } from './support/phones.ts'
import { secondPool } from './support/pools.ts'
import {
  askAdministrator,
  completeReset,
  finishRehearsal,
  forgetful,
  newPassword,
  passMail,
  passText,
  plainGate,
  readyReset,
  rehearse,
  resendGate,
  resetOf,
  signsIn,
  textGate,
  unlock,
  verifyGate,
} from './support/resets.ts'
import { count, eventCounts, query } from './support/rows.ts'

eachDatabase('Of many at once', (open, driver) => {
  let database: TestDatabase
  let second: TestDatabase
  let gateways: readonly [PhoneGateway, PhoneGateway]
  let gateway: PhoneGateway
  beforeAll(async () => {
    database = await open()
    second = secondPool(database)
    const options = { keyRing: createKeyRing(generateKey('races')) }
    gateways = [await openPhones(database, options), await openPhones(second, options)]
    gateway = gateways[0]
  })
  afterAll(() => second?.close())

  // PGlite has one connection, where nothing is really parallel.
  const many = driver === 'postgres' ? 50 : 8
  const rounds = driver === 'postgres' ? 4 : 2
  const clients = (number: number): readonly Client[] =>
    Array.from({ length: number }, (_, at) =>
      must(gateways[at % 2]).client({ address: `10.2.${at >> 8}.${at}` }),
    )
  const twins = () => clients(2) as readonly [Client, Client]

  it(`C5: ${many} completions with as many passwords: one of them holds`, async () => {
    const who = await forgetful(gateway)
    const told = (await noticesOf(database, who.person.userId)).length
    const token = await readyReset(gateway, gateway.client(), who)
    const tries = clients(many).map((client) => ({ client, password: newPassword() }))
    const answers = await outcomes(
      tries.map(({ client, password }) => completeReset(client, { token, newPassword: password })),
    )
    expect(tally(answers)).toEqual({ CompletePasswordResetPayload: 1, FlowEnded: many - 1 })
    const held = await Promise.all(tries.map(({ password }) => signsIn(gateway, who.person, password)))
    expect(held.map((works, at) => works === (answers[at] === 'CompletePasswordResetPayload'))).toEqual(
      held.map(() => true),
    )
    expect(await signsIn(gateway, who.person, who.person.password)).toBe(false)
    expect(await eventCounts(database, who.person.userId)).toMatchObject({ 'reset.completed': 1 })
    expect((await noticesOf(database, who.person.userId)).slice(told)).toEqual(['account.passwordReset'])
  })

  it(`C5: of ${many} right codes for one gate, one passes it`, async () => {
    const who = await forgetful(gateway)
    const token = await resetOf(gateway.client(), who.person.identifier)
    const gateId = must((await textGate(gateway.client(), token, who.number)).gate).id
    const proof = { texting: { code: codeIn(await gateway.deliver(), who.number) } }
    const counts = tally(
      await outcomes(clients(many).map((one) => verifyGate(one, { token, gateId, proof }))),
    )
    expect(counts).toEqual({ VerifyResetGatePayload: 1, FlowEnded: many - 1 })
    expect(await eventCounts(database, who.person.userId)).toMatchObject({ 'reset.gateProven': 1 })
  })

  it('C5: of right codes for many gates of one reset, one passes; the others are still there', async () => {
    const who = await forgetful(gateway)
    const token = await resetOf(gateway.client(), who.person.identifier)
    const all = clients(9)
    const gates = await Promise.all(
      all.map(async (one) => must((await plainGate(one, token, 'pin')).gate).id),
    )
    const proof = { pin: { code: who.pin } }
    const answers = await Promise.all(
      gates.map((gateId, at) => verifyGate(must(all[at]), { token, gateId, proof })),
    )
    expect(tally(answers.map((one) => one.__typename))).toEqual({ VerifyResetGatePayload: 1, FlowEnded: 8 })
    const [row] = await query<{ proofs: readonly unknown[] }>(
      database,
      sql`select proofs from security_info.password_reset where user_id = ${uuid(who.person.userId)}`,
    )
    expect(must(row).proofs).toHaveLength(1)
    const next = must(answers.find((one) => one.token)?.token)
    expect((await textGate(must(all[0]), next, who.number)).__typename).toBe('BeginResetGatePayload')
  })

  it('C5: a reset is used for a new password or to unlock, never for both', async () => {
    for (let round = 0; round < rounds; round++) {
      const who = await forgetful(gateway)
      const token = await readyReset(gateway, gateway.client({ address: `10.7.0.${round}` }), who)
      const [one, other] = twins()
      const password = newPassword()
      const counts = tally(
        await outcomes([completeReset(one, { token, newPassword: password }), unlock(other, { token })]),
      )
      expect(counts.FlowEnded).toBe(1)
      const events = await eventCounts(database, who.person.userId)
      const { 'reset.completed': completed = 0, 'reset.unlocked': unlocked = 0 } = events
      expect(completed + unlocked).toBe(1)
      expect(await signsIn(gateway, who.person, password)).toBe(completed === 1)
    }
  })

  it('C5: of two resets that are ready, one sets the password', async () => {
    for (let round = 0; round < rounds; round++) {
      const who = await forgetful(gateway)
      const [one, other] = twins()
      const first = await readyReset(gateway, one, who)
      const latter = await passMail(
        gateway,
        other,
        await passText(gateway, other, await resetOf(other, who.person.identifier), who.number),
        who.address,
      )
      const passwords = [newPassword(), newPassword()] as const
      const answers = await outcomes([
        completeReset(one, { token: first, newPassword: passwords[0] }),
        completeReset(other, { token: latter, newPassword: passwords[1] }),
      ])
      expect(tally(answers)).toEqual({ CompletePasswordResetPayload: 1, FlowEnded: 1 })
      expect(
        await signsIn(gateway, who.person, answers[0] === 'FlowEnded' ? passwords[1] : passwords[0]),
      ).toBe(true)
    }
  })

  it('C5: a rehearsal ends once, and a request for help is made once', async () => {
    const who = await forgetful(gateway)
    const begun = must((await rehearse(who.client)).token)
    const token = await passMail(
      gateway,
      who.client,
      await passText(gateway, who.client, begun, who.number),
      who.address,
    )
    const session = must(who.client.token)
    const ends = clients(10).map((_one, at) => {
      const tab = must(gateways[at % 2]).client({ token: session })
      return finishRehearsal(tab, { token })
    })
    expect(tally(await outcomes(ends))).toEqual({ FinishRehearsalPayload: 1, FlowEnded: 9 })

    const help = await resetOf(gateway.client(), who.person.identifier)
    const asked = await outcomes(clients(many).map((one) => askAdministrator(one, { token: help })))
    expect(new Set(asked)).toEqual(new Set(['AskAdministratorPayload']))
    const requests = sql`select count(*) from security_info.help_request where user_id = ${uuid(who.person.userId)}`
    expect(await count(database, requests)).toBe(1)
    const types = await noticesOf(database, who.person.userId)
    expect(types.filter((type) => type === 'help.asked')).toHaveLength(1)
  })

  it('H6: of many resends of one gate, one sends', async () => {
    const who = await forgetful(gateway)
    const token = await resetOf(gateway.client(), who.person.identifier)
    const gateId = must((await textGate(gateway.client(), token, who.number)).gate).id
    const first = codeIn(await gateway.deliver(), who.number)
    await database.clock.advance(31_000)
    try {
      const counts = tally(await outcomes(clients(many).map((one) => resendGate(one, { token, gateId }))))
      expect(counts.BeginResetGatePayload).toBe(1)
      const sent = (await gateway.deliver()).filter(({ to }) => to === who.number)
      expect(sent).toHaveLength(1)
      const old = await verifyGate(gateway.client(), { token, gateId, proof: { texting: { code: first } } })
      expect(old).toMatchObject({ __typename: 'ProofRejected', attemptsLeft: 4 })
    } finally {
      await database.clock.reset()
    }
  })

  it('C20: a sign-in with the old password that runs beside it does not outlive it', async () => {
    for (let round = 0; round < rounds; round++) {
      const who = await forgetful(gateway)
      const token = await readyReset(gateway, gateway.client({ address: `10.7.0.${round}` }), who)
      const late = clients(6)
      const [done] = await Promise.all([
        completeReset(gateway.client(), { token, newPassword: newPassword() }),
        ...late.map((client) => client.signIn(who.person)),
      ])
      granted(done)
      expect(await Promise.all(late.map((client) => client.session()))).toEqual(late.map(() => undefined))
    }
  })

  it('C11: a method that is removed beside it counted before, or not at all', async () => {
    for (let round = 0; round < rounds; round++) {
      const who = await forgetful(gateway)
      const token = await readyReset(gateway, gateway.client({ address: `10.7.0.${round}` }), who)
      const { methods } = await who.client.securityInfo()
      const mailId = must(methods.find(({ kind }) => kind === 'mail')).id
      await Promise.allSettled([
        who.client.removeMethod(mailId),
        completeReset(gateway.client(), { token, newPassword: newPassword() }),
      ])
      // Where it was removed, it counts no more; where the password was set, the session is gone that could remove it.
      const events = await eventCounts(database, who.person.userId)
      expect([events['method.removed'], events['reset.completed']].filter((one) => one === 1)).toHaveLength(1)
    }
  })

  it('H31: where the account is disabled beside it, nothing is open after that', async () => {
    for (let round = 0; round < rounds; round++) {
      const who = await forgetful(gateway)
      const token = await readyReset(gateway, gateway.client({ address: `10.7.0.${round}` }), who)
      const password = newPassword()
      await Promise.all([
        must(gateways[1]).securityInfo.accounts.disable(who.person.identifier),
        completeReset(gateway.client(), { token, newPassword: password }),
      ])
      const open = sql`select (select count(*) from security_info.session where user_id = ${uuid(who.person.userId)})
        + (select count(*) from security_info.password_reset where user_id = ${uuid(who.person.userId)})`
      expect(await count(database, open)).toBe(0)
      expect(await signsIn(gateway, who.person, password)).toBe(false)
    }
  })
})
