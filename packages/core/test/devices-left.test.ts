import { openTestDatabase, type TestDatabase } from '@security-info/testing'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { uuid } from '../src/storage/sql.ts'
import { endings } from './support/endings.ts'
import { type Gate, gateAt, holding, untilWaiting } from './support/gate.ts'
import { beginPin, granted, signedIn } from './support/people.ts'
import { openPhones, type PhoneGateway } from './support/phones.ts'
import { forgetful } from './support/resets.ts'
import { count } from './support/rows.ts'

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

  it.each(endings)('C20: does not outlive %s', async (_, prepare) => {
    const who = await forgetful(gateway)
    const end = await prepare(gateway, who)
    const { client } = await signedIn(gateway, who.person)
    const challengeId = await beginPin(client, who.methodId)
    const proof = { challengeId, proof: { pin: { code: who.pin } }, rememberDevice: true }
    await gate.race(async () => granted(await client.verifyChallenge(proof)), end)
    const left = sql`select count(*) from security_info.remembered_device where user_id = ${uuid(who.person.userId)}`
    expect(await count(database, left)).toBe(0)
    expect(await client.session()).toBeUndefined()
  })

  it.each(endings.filter(([name]) => name !== 'a change that is undone'))(
    'C20: nor from a session that the old password opened while %s waited for something else',
    async (_, prepare) => {
      const who = await forgetful(gateway)
      const end = await prepare(gateway, who)
      const first = await signedIn(gateway, who.person)
      await beginPin(first.client, who.methodId)
      const other = await holding(
        database,
        sql`select id from security_info.flow where user_id = ${uuid(who.person.userId)} for update`,
      )
      const ending = end()
      await untilWaiting(database, 1)
      const { client } = await signedIn(gateway, who.person)
      const challengeId = await beginPin(client, who.methodId)
      const proof = { challengeId, proof: { pin: { code: who.pin } }, rememberDevice: true }
      await gate.race(
        () => client.verifyChallenge(proof),
        async () => {
          await Promise.all([other.release(), ending])
        },
      )
      const left = sql`select count(*) from security_info.remembered_device where user_id = ${uuid(who.person.userId)}`
      expect(await count(database, left)).toBe(0)
      expect(await client.session()).toBeUndefined()
    },
  )
})
