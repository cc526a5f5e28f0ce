import { type Answer, openTestDatabase, type TestDatabase } from '@security-info/testing'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Secret } from '../src/index.ts'
import { uuid } from '../src/storage/sql.ts'
import { type Gate, gateAt, until } from './support/gate.ts'
import { undoTokenIn } from './support/notices.ts'
import { beginPin, granted, signedIn, signInFully } from './support/people.ts'
import { enrollPhone, openPhones, type PhoneGateway } from './support/phones.ts'
import { secondPool } from './support/pools.ts'
import { completeReset, type Forgetful, forgetful, newPassword, readyReset } from './support/resets.ts'
import { count } from './support/rows.ts'

const CHANGE = `mutation Test($input: ChangePasswordInput!) { changePassword(input: $input) { __typename } }`

/** The ways in which all that a person has open ends: each is made ready, and then done. */
type Endings = Readonly<Record<string, (who: Forgetful) => Promise<() => Promise<unknown>>>>

describe('A device that is remembered while all that is open ends (PostgreSQL)', () => {
  let database: TestDatabase
  let gateway: PhoneGateway
  let gate: Gate
  beforeAll(async () => {
    database = await openTestDatabase('postgres')
    gateway = await openPhones(database, { policy: { rememberDevices: { days: 30 } } })
    gate = await gateAt(database, 'remembered_device')
  })
  afterAll(async () => {
    await gate.close()
    await database.close()
  })

  const endings: Endings = {
    async 'a reset'(who) {
      const visitor = gateway.client()
      const token = await readyReset(gateway, visitor, who)
      return async () => granted(await completeReset(visitor, { token, newPassword: newPassword() }))
    },
    async 'a new password'(who) {
      const client = await signInFully(gateway, who)
      const input = { currentPassword: who.person.password, newPassword: newPassword() }
      return async () => granted(await client.ask<Answer>(CHANGE, { input }))
    },
    async 'a new password from the operator'({ person: { identifier } }) {
      const password = new Secret(newPassword())
      return () => gateway.securityInfo.accounts.setPassword({ identifier, password })
    },
    async 'a disabled account'({ person: { identifier } }) {
      return () => gateway.securityInfo.accounts.disable(identifier)
    },
    async 'a change that is undone'(who) {
      await enrollPhone(gateway, who.client)
      await gateway.securityInfo.sendDue()
      const token = undoTokenIn(gateway, who.address, 'was added')
      return async () => granted(await gateway.client().undoChange(token))
    },
  }

  it.each(Object.entries(endings))('C20: does not outlive %s', async (_, prepare) => {
    const who = await forgetful(gateway)
    const end = await prepare(who)
    const { client } = await signedIn(gateway, who.person)
    const challengeId = await beginPin(client, who.methodId)
    const proof = { challengeId, proof: { pin: { code: who.pin } }, rememberDevice: true }
    await gate.race(async () => granted(await client.verifyChallenge(proof)), end)
    const left = sql`select count(*) from security_info.remembered_device where user_id = ${uuid(who.person.userId)}`
    expect(await count(database, left)).toBe(0)
    expect(await client.session()).toBeUndefined()
  })

  it.each(Object.entries(endings).filter(([name]) => name !== 'a change that is undone'))(
    'C20: nor from a session that the old password opened while %s waited for something else',
    async (_, prepare) => {
      const who = await forgetful(gateway)
      const end = await prepare(who)
      const first = await signedIn(gateway, who.person)
      await beginPin(first.client, who.methodId)
      const blocker = secondPool(database)
      const locked = Promise.withResolvers<void>()
      const release = Promise.withResolvers<void>()
      const blocking = blocker.db.transaction(async (tx) => {
        const mine = uuid(who.person.userId)
        await tx.execute(sql`select id from security_info.flow where user_id = ${mine} for update`)
        locked.resolve()
        await release.promise
      })
      await locked.promise
      const ending = end()
      const waiting = sql`select count(*) from pg_locks where locktype = 'transactionid' and not granted`
      await until(async () => (await count(blocker, waiting)) > 0)
      const { client } = await signedIn(gateway, who.person)
      const challengeId = await beginPin(client, who.methodId)
      const proof = { challengeId, proof: { pin: { code: who.pin } }, rememberDevice: true }
      await gate.race(
        () => client.verifyChallenge(proof),
        async () => {
          release.resolve()
          await Promise.all([blocking, ending])
        },
      )
      const left = sql`select count(*) from security_info.remembered_device where user_id = ${uuid(who.person.userId)}`
      expect(await count(database, left)).toBe(0)
      expect(await client.session()).toBeUndefined()
      await blocker.close()
    },
  )
})
