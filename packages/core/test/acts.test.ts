import { type Client, eachDatabase, type Person, type TestDatabase } from '@security-info/testing'
import { sql } from 'drizzle-orm'
import { graphql } from 'graphql'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { createKeyRing, generateKey } from '../src/index.ts'
import { uuid } from '../src/storage/sql.ts'
import { key, newKey } from './plugins/key.ts'
import {
  type AdminAnswer,
  administrator,
  doAct,
  issuePass,
  promote,
  proveFor,
  revokePass,
} from './support/admins.ts'
import {
  enrollKey,
  enrollPin,
  granted,
  insideOf,
  MINUTE,
  must,
  type Owner,
  outcomes,
  owner,
  provePin,
  signedIn,
  signInFully,
  tally,
} from './support/people.ts'
import { openPhones, type PhoneGateway } from './support/phones.ts'
import { secondPool } from './support/pools.ts'
import { count, query } from './support/rows.ts'

eachDatabase('A proof for one administrative act', (open, driver) => {
  let database: TestDatabase
  let second: TestDatabase
  let gateways: readonly [PhoneGateway, PhoneGateway]
  let gateway: PhoneGateway
  let admin: Owner
  let person: Person
  beforeAll(async () => {
    database = await open()
    second = secondPool(database)
    const options = { keyRing: createKeyRing(generateKey('acts')), plugins: [key()] }
    gateways = [await openPhones(database, options), await openPhones(second, options)]
    gateway = gateways[0]
  })
  afterAll(() => second?.close())
  beforeEach(async () => {
    admin = await administrator(gateway)
    person = await gateway.person()
  })
  afterEach(() => database.clock.reset())

  type Input = Readonly<Record<string, unknown>>
  const issue =
    (more: Input = {}) =>
    (client: Client) =>
      issuePass(client, { identifier: person.identifier, minutes: 60, once: true, ...more })
  const revoke = (client: Client) => revokePass(client, { identifier: person.identifier })
  /** The act that a call asks a proof for. */
  const actOf = async (call: (client: Client) => Promise<AdminAnswer>, client = admin.client) =>
    must((await call(client)).act, 'an act')
  const needed = { __typename: 'FreshProofRequired', code: 'proof.actNeeded', maxAgeSeconds: 300 }
  const passes = () =>
    count(
      database,
      sql`select count(*) from security_info.access_pass where user_id = ${uuid(person.userId)}`,
    )

  it('C21: is asked for, however fresh other proofs are', async () => {
    granted(await provePin(admin.client, admin.pin))
    const asked = await issue()(admin.client)
    expect(asked).toMatchObject(needed)
    expect(must(asked.options).map(({ id }) => id)).toEqual([admin.methodId])
    expect(asked.act).toBe(`issueAccessPass ${person.identifier} 60 once`)
    expect(await revoke(admin.client)).toMatchObject({
      ...needed,
      act: `revokeAccessPass ${person.identifier}`,
    })
    expect(await passes()).toBe(0)
  })

  it('C6: is good for that act alone', async () => {
    const other = await gateway.person()
    const others = [
      issue({ minutes: 61 }),
      issue({ once: false }),
      issue({ identifier: other.identifier }),
      revoke,
    ]
    granted(await proveFor(admin.client, admin.pin, await actOf(issue())))
    for (const act of others) expect(await act(admin.client)).toMatchObject(needed)
    // It is still good for its own, under any spelling of the same name.
    const spelled = issue({ identifier: ` ${person.identifier.toUpperCase()} ` })
    granted(await spelled(admin.client))
  })

  it('C6: is good for it once', async () => {
    granted(await doAct(admin, issue()))
    expect(await issue()(admin.client)).toMatchObject(needed)
    expect(await passes()).toBe(1)
  })

  it(`C5: is good for it once, also of ${driver === 'postgres' ? 20 : 8} at once over two gateways`, async () => {
    granted(await proveFor(admin.client, admin.pin, await actOf(issue())))
    const token = must(admin.client.token)
    const tabs = Array.from({ length: driver === 'postgres' ? 20 : 8 }, (_, at) =>
      issue()(must(gateways[at % 2]).client({ token })),
    )
    const counts = tally(await outcomes(tabs))
    expect(counts.IssueAccessPassPayload).toBe(1)
    expect(
      Object.keys(counts).filter(
        (name) => !['IssueAccessPassPayload', 'FlowEnded', 'FreshProofRequired'].includes(name),
      ),
    ).toEqual([])
    const issued = sql`select count(*) from security_info.audit_event where user_id = ${uuid(person.userId)} and type = 'accessPass.issued'`
    expect(await count(database, issued)).toBe(1)
  })

  it('C5: does not come back with what was under way when it was used', async () => {
    granted(await proveFor(admin.client, admin.pin, await actOf(issue())))
    // Another request of the same session, looked up before the act, which ends after it.
    const context = gateway.securityInfo.context({
      requestId: 'slow',
      token: must(admin.client.token),
      transport: 'BEARER',
      clientAddress: '127.0.0.1',
      locales: ['en'],
      onToken: (token) => {
        admin.client.token = must(token)
      },
    })
    await context.session()
    granted(await issue()(admin.client))
    const source = 'mutation { finishRegistration { __typename } }'
    const { data } = await graphql({ schema: gateway.securityInfo.schema, contextValue: context, source })
    expect(data).toEqual({ finishRegistration: { __typename: 'FlowEnded' } })
    expect(await issue()(admin.client)).toMatchObject(needed)
  })

  it('C21: is good for five minutes', async () => {
    const act = await actOf(issue())
    granted(await proveFor(admin.client, admin.pin, act))
    await database.clock.advance(5 * MINUTE + 1000)
    expect(await issue()(admin.client)).toMatchObject(needed)
    granted(await proveFor(admin.client, admin.pin, act))
    await database.clock.advance(4 * MINUTE + 50_000)
    granted(await issue()(admin.client))
  })

  it('H14: is kept for those five minutes and no longer', async () => {
    const kept = async () => {
      const [session] = await query<{ readonly proofs: readonly { readonly act?: string }[] }>(
        database,
        sql`select proofs from security_info.session where user_id = ${uuid(admin.person.userId)}`,
      )
      return must(session).proofs.filter(({ act }) => act !== undefined).length
    }
    for (const act of ['one', 'two']) granted(await proveFor(admin.client, admin.pin, act))
    expect(await kept()).toBe(2)
    await database.clock.advance(5 * MINUTE + 1000)
    granted(await proveFor(admin.client, admin.pin, 'three'))
    expect(await kept()).toBe(1)
  })

  it('C6: is good in the session that gave it', async () => {
    granted(await proveFor(admin.client, admin.pin, await actOf(issue())))
    const elsewhere = await signInFully(gateway, admin)
    expect(await issue()(elsewhere)).toMatchObject(needed)
    const colleague = await administrator(gateway)
    expect(await issue()(colleague.client)).toMatchObject(needed)
    granted(await issue()(admin.client))
  })

  it('is given while the method is there that gave it', async () => {
    const second = await enrollPin(admin.client)
    granted(await proveFor(admin.client, admin.pin, await actOf(issue())))
    await database.db.execute(
      sql`delete from security_info.method where id = ${uuid(insideOf(admin.methodId))}`,
    )
    expect(await issue()(admin.client)).toMatchObject(needed)
    granted(await proveFor(admin.client, second.pin, await actOf(issue())))
    granted(await issue()(admin.client))
  })

  it('C7: completes no sign-in', async () => {
    const { client } = await signedIn(gateway, admin.person)
    granted(await proveFor(client, admin.pin, await actOf(issue())))
    expect(await client.session()).toMatchObject({ state: 'SECOND_FACTOR_REQUIRED' })
    await expect(issue()(client)).rejects.toMatchObject({ extensions: { code: 'FORBIDDEN' } })
    granted(await provePin(client, admin.pin))
    expect(await client.session()).toMatchObject({ state: 'ACTIVE' })
    granted(await issue()(client))
  })

  it('C21: is no fresh proof for changes, and takes none away', async () => {
    await database.clock.advance(5 * MINUTE + 1000)
    granted(await proveFor(admin.client, admin.pin, await actOf(issue())))
    const change = () => admin.client.beginEnrollment({ method: { pin: {} } })
    expect(await change()).toMatchObject({ code: 'proof.secondFactorNeeded' })
    granted(await provePin(admin.client, admin.pin))
    // Neither of them took the place of the other.
    granted(await issue()(admin.client))
    granted(await change())
    granted(await proveFor(admin.client, admin.pin, await actOf(revoke)))
    granted(await change())
    granted(await provePin(admin.client, admin.pin))
    granted(await revoke(admin.client))
  })

  it('two are given apart and used apart', async () => {
    granted(await proveFor(admin.client, admin.pin, await actOf(issue())))
    granted(await proveFor(admin.client, admin.pin, await actOf(revoke)))
    granted(await issue()(admin.client))
    expect(await revoke(admin.client)).toMatchObject({ revoked: true })
    expect(await revoke(admin.client)).toMatchObject(needed)
  })

  it('can be given by any second factor, and by nothing less', async () => {
    const hand = newKey(`key of ${admin.person.userId}`)
    granted(await enrollKey(admin.client, hand))
    const act = await actOf(issue())
    granted(await admin.client.reauthenticate(admin.person.password))
    expect(await issue()(admin.client)).toMatchObject(needed)
    const failed = await proveFor(admin.client, admin.pin === '000000' ? '000001' : '000000', act)
    expect(failed).toMatchObject({ __typename: 'ProofRejected' })
    expect(await issue()(admin.client)).toMatchObject(needed)
  })

  it('is for something, in as many words as it takes', async () => {
    const begin = (act: string) => admin.client.beginChallenge({ act })
    expect(await begin('x'.repeat(401))).toMatchObject({ __typename: 'InvalidInput', path: ['act'] })
    expect(await begin('x\0y')).toMatchObject({ __typename: 'InvalidInput', path: ['act'] })
    granted(await begin('x'.repeat(400)))
    // An empty one is none: it is an ordinary proof, and no act is called so.
    granted(await proveFor(admin.client, admin.pin, ''))
    expect(await issue()(admin.client)).toMatchObject(needed)
  })

  it('H27: nobody acts on themselves, or on somebody who is not there', async () => {
    const own = issue({ identifier: admin.person.identifier.toUpperCase() })
    expect(await own(admin.client)).toMatchObject({ __typename: 'PolicyDenied', code: 'admin.notYourself' })
    expect(await revokePass(admin.client, { identifier: admin.person.identifier })).toMatchObject({
      code: 'admin.notYourself',
    })
    for (const identifier of ['nobody@example.test', '', 'a\u0000b', person.userId]) {
      expect(await issue({ identifier })(admin.client)).toMatchObject({
        __typename: 'NotFound',
        code: 'admin.noSuchPerson',
      })
    }
    granted(await proveFor(admin.client, admin.pin, await actOf(issue())))
    await gateway.securityInfo.accounts.disable(person.identifier)
    expect(await issue()(admin.client)).toMatchObject({ code: 'admin.noSuchPerson' })
  })

  it('H27: only administrators act, from the next request on', async () => {
    const other = await owner(gateway)
    for (const act of [issue(), revoke]) {
      await expect(act(other.client)).rejects.toMatchObject({ extensions: { code: 'FORBIDDEN' } })
    }
    granted(await proveFor(admin.client, admin.pin, await actOf(issue())))
    await gateway.securityInfo.accounts.change({ identifier: admin.person.identifier, administrator: false })
    await expect(issue()(admin.client)).rejects.toMatchObject({ extensions: { code: 'FORBIDDEN' } })
    await promote(gateway, admin.person)
    granted(await issue()(admin.client))
  })
})

eachDatabase('An administrator without a second factor', (open) => {
  it('H27: acts on nobody, whatever policy asks for at sign-in', async () => {
    const gateway = await openPhones(await open(), { policy: { twoFactor: 'off' } })
    const { person, client } = await signedIn(gateway)
    await promote(gateway, person)
    const other = await gateway.person()
    expect(await client.session()).toMatchObject({ state: 'ACTIVE' })
    expect(await issuePass(client, { identifier: other.identifier, once: true })).toMatchObject({
      __typename: 'PolicyDenied',
      code: 'admin.secondFactorNeeded',
    })
  })
})
