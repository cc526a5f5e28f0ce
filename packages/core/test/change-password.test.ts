import { type Answer, type Client, eachDatabase, type TestDatabase } from '@security-info/testing'
import { sql } from 'drizzle-orm'
import { beforeEach, expect, it } from 'vitest'
import { uuid } from '../src/storage/sql.ts'
import { type ShelfProbe, shelf, shelfProbe } from './plugins/shelf.ts'
import { passFor, redeem } from './support/admins.ts'
import { noticesOf, undoTokenIn } from './support/notices.ts'
import {
  beginPin,
  granted,
  MINUTE,
  must,
  outcomes,
  provePin,
  signedIn,
  signInFully,
  tabs,
  tally,
} from './support/people.ts'
import { openPhones, type PhoneGateway } from './support/phones.ts'
import {
  completeReset,
  type Forgetful,
  forgetful,
  newPassword,
  readyReset,
  rehearse,
  signsIn,
} from './support/resets.ts'
import { count, eventCounts } from './support/rows.ts'

const CHANGE = `mutation Test($input: ChangePasswordInput!) { changePassword(input: $input) { __typename
  ... on UserError { code message ... on InvalidInput { path } ... on RateLimited { retryAt } ... on FreshProofRequired { maxAgeSeconds options { id } } }
  ... on ChangePasswordPayload { token session { state } } } }`
const change = (client: Client, currentPassword: string, password: string) =>
  client.ask<Answer>(CHANGE, { input: { currentPassword, newPassword: password } })

eachDatabase('Changing the password', (open) => {
  let database: TestDatabase
  let gateway: PhoneGateway
  let who: Forgetful
  let probe: ShelfProbe
  beforeEach(async () => {
    probe = shelfProbe()
    const plugins = [shelf(probe)]
    database = await open({ plugins })
    gateway = await openPhones(database, { plugins })
    who = await forgetful(gateway)
  })

  it('needs the current one and a proof at most five minutes old', async () => {
    const password = newPassword()
    await database.clock.advance(5 * MINUTE + 1000)
    const stale = await change(who.client, who.person.password, password)
    expect(stale).toMatchObject({ code: 'proof.secondFactorNeeded', maxAgeSeconds: 300 })
    expect(must(stale.options).map(({ id }) => id)).toContain(who.methodId)
    // The password alone is no proof for who has a second factor.
    expect((await who.client.reauthenticate(who.person.password)).code).toBe('proof.secondFactorNeeded')
    granted(await provePin(who.client, who.pin))
    expect(await change(who.client, 'not the password', password)).toMatchObject({
      __typename: 'SignInRejected',
      code: 'password.wrong',
    })
    expect(await signsIn(gateway, who.person, password)).toBe(false)
    granted(await change(who.client, who.person.password, password))
    expect(await signsIn(gateway, who.person, password)).toBe(true)
    expect(await signsIn(gateway, who.person, who.person.password)).toBe(false)
    expect(await eventCounts(database, who.person.userId)).toMatchObject({
      'account.passwordChangeFailed': 1,
      'account.passwordChanged': 1,
    })
  })

  it('H30: says which rule a new one breaks, and compares and spends nothing for that', async () => {
    for (const [password, code] of [
      ['7 chars', 'password.tooShort'],
      ['iloveyou', 'password.common'],
      [`x${who.person.identifier}`, 'password.containsName'],
      ['Organisation 12345', 'password.containsOrganisation'],
    ] as const) {
      for (let times = 0; times < 12; times++) {
        expect(await change(who.client, 'not the password', password)).toMatchObject({
          __typename: 'InvalidInput',
          code,
          path: ['newPassword'],
        })
      }
    }
    const spent = sql`select count(*) from security_info.budget where user_id = ${uuid(who.person.userId)}`
    expect(await count(database, spent)).toBe(0)
  })

  it('C2: guesses at the current one come out of the budget of sign-in', async () => {
    const tries = tabs([gateway], who.client, 15).map(() => change(who.client, 'wrong', newPassword()))
    expect(tally(await outcomes(tries))).toEqual({ SignInRejected: 10, RateLimited: 5 })
    expect(await change(who.client, who.person.password, newPassword())).toMatchObject({
      __typename: 'RateLimited',
      retryAt: expect.any(String),
    })
    const client = gateway.client()
    expect(await client.signIn(who.person)).toMatchObject({ code: 'rate.limited' })
  })

  it('C20: ends everything else that is open; this session goes on with a new token', async () => {
    const visitor = gateway.client()
    const other = await signInFully(gateway, who)
    const pending = (await signedIn(gateway, who.person)).client
    const challengeId = await beginPin(pending)
    const ready = await readyReset(gateway, visitor, who)
    const rehearsal = must((await rehearse(other)).token)
    const pass = await passFor(gateway, who.person)
    const old = must(who.client.token)

    const password = newPassword()
    const changed = granted(await change(who.client, who.person.password, password))
    expect(changed.session).toMatchObject({ state: 'ACTIVE' })
    expect(who.client.token).not.toBe(old)
    expect(await who.client.session()).toMatchObject({ state: 'ACTIVE' })
    for (const client of [gateway.client({ token: old }), other, pending]) {
      expect(await client.session()).toBeUndefined()
    }
    await expect(
      pending.verifyChallenge({ challengeId, proof: { pin: { code: who.pin } } }),
    ).rejects.toMatchObject({ extensions: { code: 'UNAUTHENTICATED' } })
    for (const token of [ready, rehearsal]) {
      expect(await completeReset(visitor, { token, newPassword: newPassword() })).toMatchObject({
        code: 'flow.ended',
      })
    }
    expect(await redeem(gateway.client(), who.person, pass)).toMatchObject({ code: 'signIn.passRejected' })
    // The session can do what it could before.
    granted(await who.client.beginEnrollment({ method: { pin: {} } }))
    expect(probe.within).toEqual([])
  })

  it('C5: of many at once, one holds', async () => {
    const passwords = Array.from({ length: 10 }, newPassword)
    const all = tabs([gateway], who.client, 10)
    const answers = await outcomes(
      all.map((tab, at) => change(tab, who.person.password, must(passwords[at]))),
    )
    expect(answers.filter((one) => one === 'ChangePasswordPayload')).toHaveLength(1)
    const works = await Promise.all(passwords.map((password) => signsIn(gateway, who.person, password)))
    expect(works.map((one, at) => one === (answers[at] === 'ChangePasswordPayload'))).toEqual(
      works.map(() => true),
    )
    const live = await Promise.all(all.map(async (tab) => (await tab.session()) !== undefined))
    expect(live.filter(Boolean)).toHaveLength(1)
  })

  it('tells all addresses; the link ends all sessions', async () => {
    granted(await change(who.client, who.person.password, newPassword()))
    expect((await noticesOf(database, who.person.userId)).at(-1)).toBe('account.passwordChanged')
    await gateway.deliver()
    granted(await gateway.client().undoChange(undoTokenIn(gateway, who.address, 'password of your')))
    expect(await who.client.session()).toBeUndefined()
  })

  it('is for full sessions alone', async () => {
    const half = (await signedIn(gateway, who.person)).client
    await expect(change(half, who.person.password, newPassword())).rejects.toMatchObject({
      extensions: { code: 'FORBIDDEN' },
    })
    const bare = await signedIn(gateway)
    await expect(change(bare.client, bare.person.password, newPassword())).rejects.toMatchObject({
      extensions: { code: 'FORBIDDEN' },
    })
    expect(await signsIn(gateway, who.person, who.person.password)).toBe(true)
  })

  it('is not for an account that has no password', async () => {
    await database.db.execute(
      sql`update security_info.account set password = null where user_id = ${uuid(who.person.userId)}`,
    )
    for (const current of ['', who.person.password]) {
      expect(await change(who.client, current, newPassword())).toMatchObject({ code: 'password.wrong' })
    }
  })
})
