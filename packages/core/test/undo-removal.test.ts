import { eachDatabase, type TestDatabase } from '@security-info/testing'
import { sql } from 'drizzle-orm'
import { beforeEach, expect, it } from 'vitest'
import { uuid } from '../src/storage/sql.ts'
import { sweep } from '../src/storage/sweep.ts'
import { key } from './plugins/key.ts'
import { undoTokenIn } from './support/notices.ts'
import { DAY, enrollPin, granted, insideOf, must, provePin, signedIn, wrong } from './support/people.ts'
import { openPhones, type PhoneGateway } from './support/phones.ts'
import { count } from './support/rows.ts'
import { undoing } from './support/undoing.ts'

eachDatabase('A removed method that its owner wants back', (open) => {
  let database: TestDatabase
  let gateway: PhoneGateway
  let { someone, undo, methodsOf } = {} as ReturnType<typeof undoing>
  beforeEach(async () => {
    database = await open()
    gateway = await openPhones(database, { plugins: [key()] })
    ;({ someone, undo, methodsOf } = undoing(database, gateway))
  })
  it('H11: a removed method comes back at the next sign-in that proves all there is, and not before', async () => {
    const { person, client, contactEmail, pin, methodId } = await someone()
    const second = await enrollPin(client)
    granted(await client.removeMethod(methodId))
    granted(await undo(contactEmail, 'was removed'))
    expect(await methodsOf(person.userId)).toEqual([insideOf(second.methodId)])
    const back = await signedIn(gateway, person)
    // The password alone brings nothing back, and the removed one proves nothing.
    expect(await methodsOf(person.userId)).toHaveLength(1)
    expect((await provePin(back.client, wrong(second.pin))).code).toBe('proof.wrong')
    expect(await methodsOf(person.userId)).toHaveLength(1)
    granted(await provePin(back.client, second.pin))
    expect((await back.client.session())?.state).toBe('ACTIVE')
    expect(new Set(await methodsOf(person.userId))).toEqual(
      new Set([insideOf(methodId), insideOf(second.methodId)]),
    )
    const again = await signedIn(gateway, person)
    const begun = granted(await again.client.beginChallenge({ methodId }))
    granted(
      await again.client.verifyChallenge({
        challengeId: must(begun.challenge).id,
        proof: { pin: { code: pin } },
      }),
    )
  })

  it('H11: a removed method that comes back to a session with the password alone has to be proven by it', async () => {
    const { person, client, contactEmail, pin, methodId } = await someone()
    await gateway.deliver()
    const added = await enrollPin(client)
    await gateway.deliver()
    const [own, thiefs] = [methodId, undoTokenIn(gateway, contactEmail, 'was added')]
    granted(await client.removeMethod(own))
    await gateway.deliver()
    const removal = undoTokenIn(gateway, contactEmail, 'was removed')
    // Whoever added a method and removed the owner's: both are undone, the addition first.
    granted(await gateway.client().undoChange(thiefs))
    granted(await gateway.client().undoChange(removal))
    expect(added.methodId).not.toBe(own)
    const back = await signedIn(gateway, person)
    expect((await back.client.session())?.state).toBe('SECOND_FACTOR_REQUIRED')
    expect(
      (await back.client.beginEnrollment({ method: { pin: {} } }).catch((error: Error) => error)) instanceof
        Error,
    ).toBe(true)
    expect((await provePin(back.client, wrong(pin))).code).toBe('proof.wrong')
    granted(await provePin(back.client, pin))
  })

  it("H11: a removed method does not come back beyond its kind's limit", async () => {
    const { person, client, contactEmail, methodId } = await someone()
    const pins = [methodId]
    for (let more = 0; more < 4; more++) pins.push((await enrollPin(client)).methodId)
    granted(await client.removeMethod(methodId))
    const last = await enrollPin(client)
    granted(await undo(contactEmail, 'was removed'))
    const back = await signedIn(gateway, person)
    granted(
      await provePin(back.client, last.pin).then(async (answer) =>
        answer.code ? proveLast(back.client) : answer,
      ),
    )
    expect(await methodsOf(person.userId)).toHaveLength(5)
    async function proveLast(by: typeof back.client) {
      const begun = granted(await by.beginChallenge({ methodId: last.methodId }))
      return by.verifyChallenge({ challengeId: must(begun.challenge).id, proof: { pin: { code: last.pin } } })
    }
  })

  it('H11: what was removed is kept for 72 hours, or until a sign-in where its owner wants it', async () => {
    const { client, contactEmail, methodId, person } = await someone()
    const [second, third] = [await enrollPin(client), await enrollPin(client)]
    granted(await client.removeMethod(methodId))
    granted(await undo(contactEmail, 'was removed'))
    const again = await signedIn(gateway, person)
    const begun = granted(await again.client.beginChallenge({ methodId: second.methodId }))
    await database.db.execute(sql`update security_info.removed_method set wanted_at = null`)
    granted(
      await again.client.verifyChallenge({
        challengeId: must(begun.challenge).id,
        proof: { pin: { code: second.pin } },
      }),
    )
    granted(await again.client.removeMethod(third.methodId))
    await database.db.execute(sql`update security_info.removed_method set wanted_at = security_info.now()
      where id = ${uuid(insideOf(third.methodId))}`)
    const kept = sql`select count(*) from security_info.removed_method`
    const host = { db: database.db } as Parameters<typeof sweep>[0]
    expect(await count(database, kept)).toBe(2)
    await database.clock.advance(3 * DAY + 1_000)
    await sweep(host)
    expect(await count(database, kept)).toBe(1)
    await database.clock.advance(30 * DAY)
    await sweep(host)
    expect(await count(database, kept)).toBe(0)
  })
})
