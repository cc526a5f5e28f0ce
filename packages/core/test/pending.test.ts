import {
  type Client,
  eachDatabase,
  openTestGateway,
  type TestDatabase,
  type TestGateway,
} from '@security-info/testing'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createKeyRing, generateKey } from '../src/index.ts'
import { uuid } from '../src/storage/sql.ts'
import { key, newKey } from './plugins/key.ts'
import { pin } from './plugins/pin.ts'
import {
  beginPinEnrollment,
  enrollKey,
  enrollPin,
  granted,
  must,
  outcomes,
  owner,
  provePin,
  signedIn,
  signInFully,
  tally,
} from './support/people.ts'
import { secondPool } from './support/pools.ts'
import { belongings, count } from './support/rows.ts'

/**
 * C9: while a two-factor method exists that this session has neither proven nor enrolled itself, whoever knows the
 * password can change nothing.
 */
eachDatabase('With the password alone', (open) => {
  let database: TestDatabase
  let second: TestDatabase
  const keyRing = createKeyRing(generateKey('shared'))
  const gatewayWith = (policy: object, on = database) =>
    openTestGateway(on, { plugins: [pin(), key()], keyRing, policy })
  let gateway: TestGateway

  beforeAll(async () => {
    database = await open()
    second = secondPool(database)
    gateway = await gatewayWith({})
  })
  afterAll(() => second?.close())

  /** Everything that changes methods, or brings a session nearer to it. */
  async function expectNothingWorks(client: Client, password: string, methodId: string, enrollment?: string) {
    const enrollmentId = enrollment ?? Buffer.from(`Enrollment:${crypto.randomUUID()}`).toString('base64url')
    const attempts = [
      () => client.beginEnrollment({ method: { pin: {} } }),
      () => client.beginEnrollment({ method: { key: {} } }),
      () => client.beginEnrollment({ method: { pin: {} }, replaces: methodId }),
      () => client.confirmEnrollment({ enrollmentId, proof: { pin: { code: '123456' } } }),
      () => client.updateMethod({ methodId, label: 'Mine now' }),
      () => client.updateMethod({ methodId, makeDefault: true }),
      () => client.removeMethod(methodId),
      () => client.finishRegistration({ defaultMethodId: methodId }),
      () => client.snoozeRegistration(),
      () => client.reauthenticate(password),
    ]
    for (const attempt of attempts) expect(await outcomes([attempt()])).toEqual(['FORBIDDEN'])
  }

  it('C9: a session that owes its second factor changes nothing', async () => {
    const { person, methodId } = await owner(gateway)
    const before = await belongings(database, person.userId)
    const { client } = await signedIn(gateway, person)
    await expectNothingWorks(client, person.password, methodId)
    await client.signOut()
    expect(await belongings(database, person.userId)).toBe(before)
  })

  it('C9: a session opened before the method was enrolled elsewhere changes nothing, its begun enrolment neither', async () => {
    const early = await signedIn(gateway)
    const { enrollmentId, pin: fresh } = await beginPinEnrollment(early.client)
    const other = await signedIn(gateway, early.person)
    const { methodId } = await enrollPin(other.client)
    await expectNothingWorks(early.client, early.person.password, methodId, enrollmentId)
    const confirmed = early.client.confirmEnrollment({ enrollmentId, proof: { pin: { code: fresh } } })
    expect(await outcomes([confirmed])).toEqual(['FORBIDDEN'])
    expect((await early.client.session())?.state).toBe('SECOND_FACTOR_REQUIRED')
  })

  it.each([
    ['off', { twoFactor: 'off' }],
    ['whenRegistered', { twoFactor: 'whenRegistered' }],
    ['snoozed', { registration: { snooze: { days: 14, times: 3 } } }],
  ])('C9: nor does a full session of a policy that let it in without (%s)', async (_name, policy) => {
    const lenient = await gatewayWith(policy)
    const early = await signedIn(lenient)
    if ((await early.client.session())?.state !== 'ACTIVE') granted(await early.client.snoozeRegistration())
    expect((await early.client.session())?.state).toBe('ACTIVE')
    const other = await signedIn(lenient, early.person)
    const { methodId, pin: known } = await enrollPin(other.client)
    await expectNothingWorks(early.client, early.person.password, methodId)
    // The method, once proven, opens it.
    granted(await provePin(early.client, known))
    granted(await early.client.updateMethod({ methodId, makeDefault: true }))
    await gatewayWith({})
  })

  it('C9: nor where the method was disabled by a hundred wrong proofs', async () => {
    const { person, methodId } = await owner(gateway)
    await database.db.execute(
      sql`update security_info.method set state = 'DISABLED' where user_id = ${uuid(person.userId)}`,
    )
    const { client } = await signedIn(gateway, person)
    expect((await client.session())?.state).toBe('SECOND_FACTOR_REQUIRED')
    await expectNothingWorks(client, person.password, methodId)
  })

  it('C9: of 8 sessions that race to enrol the first method, on two gateways, one wins', async () => {
    const other = await gatewayWith({}, second)
    const { person, client: first } = await signedIn(gateway)
    const clients = [first]
    for (let at = 1; at < 8; at++) {
      clients.push((await signedIn(at % 2 ? other : gateway, person, { address: `10.5.0.${at}` })).client)
    }
    const begun = await Promise.all(clients.map((client) => beginPinEnrollment(client)))
    const counts = tally(
      await outcomes(
        clients.map((client, at) => {
          const { enrollmentId, pin: fresh } = must(begun[at])
          return client.confirmEnrollment({ enrollmentId, proof: { pin: { code: fresh } } })
        }),
      ),
    )
    expect(counts.ConfirmEnrollmentPayload).toBe(1)
    expect(
      await count(
        database,
        sql`select count(*) from security_info.method where user_id = ${uuid(person.userId)}`,
      ),
    ).toBe(1)
  })

  /** What a proof of this session is worth once the method it was given by is gone. */
  async function expectOutside(client: Client) {
    expect((await client.session())?.state).not.toBe('ACTIVE')
    expect(await outcomes([client.beginEnrollment({ method: { pin: {} } })])).not.toEqual([
      'BeginEnrollmentPayload',
    ])
  }

  it('C9: a proof by a method that was removed elsewhere opens nothing more', async () => {
    // A stolen phone and a known password: the owner removes the phone, and its proof has to go with it.
    const victim = await owner(gateway)
    granted(await enrollKey(victim.client, newKey(`c9 removed ${victim.person.userId}`)))
    const thief = await signInFully(gateway, victim)
    granted(await victim.client.removeMethod(victim.methodId))
    await expectOutside(thief)
  })

  it('C9: a proof by a method that was replaced elsewhere opens nothing more', async () => {
    const victim = await owner(gateway)
    const thief = await signInFully(gateway, victim)
    await enrollPin(victim.client, { replaces: victim.methodId })
    await expectOutside(thief)
  })

  it('C9: a method that a session enrolled and removed again does not stand for one enrolled elsewhere', async () => {
    const lenient = await gatewayWith({ twoFactor: 'whenRegistered' })
    const thief = await signedIn(lenient)
    const { methodId } = await enrollPin(thief.client)
    granted(await thief.client.removeMethod(methodId))
    const victim = await signedIn(lenient, thief.person)
    await enrollPin(victim.client)
    await expectOutside(thief.client)
    await gatewayWith({})
  })
})
