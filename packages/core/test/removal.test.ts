import { eachDatabase, openTestGateway, type TestDatabase, type TestGateway } from '@security-info/testing'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createKeyRing, generateKey } from '../src/index.ts'
import { uuid } from '../src/storage/sql.ts'
import { key, newKey } from './plugins/key.ts'
import { mail } from './plugins/mail.ts'
import { pin } from './plugins/pin.ts'
import {
  beginPinEnrollment,
  enrollKey,
  enrollMail,
  enrollPin,
  granted,
  must,
  outcomes,
  owner,
  signInFully,
  tally,
} from './support/people.ts'
import { secondPool } from './support/pools.ts'
import { count } from './support/rows.ts'

eachDatabase('Methods come and go', (open) => {
  let database: TestDatabase
  let second: TestDatabase
  let gateways: readonly [TestGateway, TestGateway]

  beforeAll(async () => {
    database = await open()
    second = secondPool(database)
    const options = {
      plugins: [pin(), key(), mail()],
      keyRing: createKeyRing(generateKey('shared')),
      policy: { registration: { required: { TWO_FACTOR: 1, PASSWORD_RESET: 1 } } },
    }
    gateways = [await openTestGateway(database, options), await openTestGateway(second, options)]
  })
  afterAll(() => second?.close())

  const methodsOf = (userId: string) =>
    count(database, sql`select count(*) from security_info.method where user_id = ${uuid(userId)}`)

  it('H26: of two parallel removals of the last two methods, one is refused', async () => {
    const [one, other] = gateways
    for (let round = 0; round < 6; round++) {
      const someone = await owner(one)
      const added = await enrollPin(someone.client)
      const elsewhere = await signInFully(other, someone)
      const removals = [someone.client.removeMethod(someone.methodId), elsewhere.removeMethod(added.methodId)]
      const counts = tally(await outcomes(removals))
      // Whose own proof went with the method that was removed first owes another one now.
      expect((counts.PolicyDenied ?? 0) + (counts.FlowEnded ?? 0) + (counts.FORBIDDEN ?? 0)).toBe(1)
      expect(counts.RemoveMethodPayload).toBe(1)
      expect(await methodsOf(someone.person.userId)).toBe(1)
    }
  })

  it('H25: 10 sessions that enrol at once stay within the limit of 5', async () => {
    const someone = await owner(gateways[0])
    const begun = []
    for (let at = 0; at < 10; at++) {
      const client = await signInFully(must(gateways[at % 2]), someone)
      begun.push({ client, ...(await beginPinEnrollment(client)) })
    }
    const confirmed = begun.map(({ client, enrollmentId, pin: fresh }) =>
      client.confirmEnrollment({ enrollmentId, proof: { pin: { code: fresh } } }),
    )
    expect(tally(await outcomes(confirmed))).toEqual({ ConfirmEnrollmentPayload: 4, LimitReached: 6 })
    expect(await methodsOf(someone.person.userId)).toBe(5)
    expect(await someone.client.beginEnrollment({ method: { pin: {} } })).toMatchObject({
      __typename: 'LimitReached',
      limit: 5,
    })
    // Deleting frees the place.
    const { methods } = await someone.client.securityInfo()
    granted(await someone.client.removeMethod(must(methods.at(-1)).id))
    granted(await someone.client.beginEnrollment({ method: { pin: {} } }))
  })

  it('keeps the last method that policy requires, and says which', async () => {
    const { client, methodId } = await owner(gateways[0])
    expect(await client.removeMethod(methodId)).toMatchObject({
      __typename: 'PolicyDenied',
      code: 'policy.lastMethod.TWO_FACTOR',
      rule: 'registration.required.TWO_FACTOR',
    })
    // An address counts for reset alone, so the pin is still needed for two-factor; a key is worth both.
    granted(await enrollMail(client, gateways[0], `keeps-${methodId}@example.test`))
    expect(await client.removeMethod(methodId)).toMatchObject({ code: 'policy.lastMethod.TWO_FACTOR' })
    granted(await enrollKey(client, newKey(`keeps ${methodId}`)))
    granted(await client.removeMethod(methodId))
  })

  it('moves the default to the strongest that is left', async () => {
    const { client, methodId } = await owner(gateways[0])
    const other = await enrollPin(client)
    const strong = granted(await enrollKey(client, newKey(`default ${methodId}`)))
    expect((await client.securityInfo()).default).toEqual({ way: 'code', method: { id: methodId } })
    granted(await client.removeMethod(methodId))
    const strongId = must(strong.method).id
    expect((await client.securityInfo()).default).toEqual({ way: 'touch', method: { id: strongId } })
    granted(await client.removeMethod(strongId))
    expect((await client.securityInfo()).default).toEqual({ way: 'code', method: { id: other.methodId } })
  })

  it('replaces in one step: the new one takes name, default and place of the old', async () => {
    const { client, methodId, person } = await owner(gateways[0])
    for (let at = 0; at < 4; at++) await enrollPin(client)
    granted(await client.updateMethod({ methodId, label: 'My pin', makeDefault: true }))
    // At the limit, and still possible: the number does not grow.
    const { answer, methodId: fresh } = await enrollPin(client, { replaces: methodId })
    expect(answer.method).toMatchObject({ label: 'My pin', isDefault: true })
    const { methods } = await client.securityInfo()
    expect(methods).toHaveLength(5)
    expect(methods.map(({ id }) => id)).not.toContain(methodId)
    expect(methods.map(({ id }) => id)).toContain(fresh)
    const event = sql`select count(*) from security_info.audit_event where user_id = ${uuid(person.userId)}
      and type = 'method.enrolled' and detail ? 'replacedMethodId'`
    expect(await count(database, event)).toBe(1)
  })

  it('replaces once: two new ones that are proven at the same time do not both take the place', async () => {
    const [one, other] = gateways
    const someone = await owner(one)
    const clients = [someone.client, await signInFully(other, someone)]
    const begun = await Promise.all(
      clients.map((client) => beginPinEnrollment(client, { replaces: someone.methodId })),
    )
    const confirmed = clients.map((client, at) => {
      const { enrollmentId, pin: fresh } = must(begun[at])
      return client.confirmEnrollment({ enrollmentId, proof: { pin: { code: fresh } } })
    })
    expect(tally(await outcomes(confirmed)).ConfirmEnrollmentPayload).toBe(1)
    expect(await methodsOf(someone.person.userId)).toBe(1)
  })

  it('releases what was unique when it is replaced', async () => {
    const { client, methodId } = await owner(gateways[0])
    const [old, fresh] = [newKey(`old ${methodId}`), newKey(`fresh ${methodId}`)]
    const first = granted(await enrollKey(client, old))
    granted(await enrollKey(client, fresh, { replaces: must(first.method).id }))
    expect(await enrollKey(client, fresh)).toMatchObject({ code: 'method.taken' })
    const stranger = await owner(gateways[0])
    granted(await enrollKey(stranger.client, old))
  })

  it('replaces only one of the same kind', async () => {
    const { client, methodId } = await owner(gateways[0])
    expect(await client.beginEnrollment({ method: { key: {} }, replaces: methodId })).toMatchObject({
      __typename: 'NotFound',
    })
    expect(await client.beginEnrollment({ method: { pin: {} }, replaces: 'x' })).toMatchObject({
      __typename: 'NotFound',
    })
  })

  it('makes only a method for two-factor the default, and only in a way it has', async () => {
    const { client, methodId } = await owner(gateways[0])
    const mailed = granted(await enrollMail(client, gateways[0], `default-${methodId}@example.test`))
    expect(await client.updateMethod({ methodId: must(mailed.method).id, makeDefault: true })).toMatchObject({
      __typename: 'PolicyDenied',
      code: 'policy.notDefault',
    })
    expect(await client.updateMethod({ methodId, defaultWay: 'ring' })).toMatchObject({
      __typename: 'InvalidInput',
      path: ['defaultWay'],
      message: 'defaultWay: "ring" can\'t be the default way; expected code.',
    })
  })
})
