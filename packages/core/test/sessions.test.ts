import { eachDatabase, openTestGateway, type TestDatabase, type TestGateway } from '@security-info/testing'
import { sql } from 'drizzle-orm'
import { afterEach, beforeAll, expect, it } from 'vitest'
import { uuid } from '../src/storage/sql.ts'
import { sweep } from '../src/storage/sweep.ts'
import { pin } from './plugins/pin.ts'
import {
  answerPin,
  beginPin,
  DAY,
  granted,
  HOUR,
  MINUTE,
  must,
  outcomes,
  owner,
  provePin,
  signedIn,
  signInFully,
} from './support/people.ts'
import { count } from './support/rows.ts'

interface Summary {
  readonly id: string
  readonly current: boolean
}

eachDatabase('Sessions', (open) => {
  let database: TestDatabase
  let gateway: TestGateway
  beforeAll(async () => {
    database = await open()
    gateway = await openTestGateway(database, { plugins: [pin()] })
  })
  afterEach(() => database.clock.reset())

  const list = '{ viewer { sessions { id current } } }'
  const revoke = `mutation($id: ID!) { revokeSession(input: { sessionId: $id }) { __typename
    ... on SessionsEndedPayload { ended } ... on UserError { code } } }`

  it('end after an hour without use', async () => {
    const { client } = await owner(gateway)
    for (let times = 0; times < 3; times++) {
      await database.clock.advance(59 * MINUTE)
      expect((await client.session())?.state).toBe('ACTIVE')
    }
    await database.clock.advance(HOUR)
    expect(await client.session()).toBeUndefined()
  })

  it('H1: end everywhere at the word of one that has proven what there is to prove, not of the password alone', async () => {
    const { client, person } = await owner(gateway)
    const { client: thief } = await signedIn(gateway, person)
    await expect(thief.signOut(true)).rejects.toThrow('Prove a second factor first')
    expect((await client.session())?.state).toBe('ACTIVE')
    expect((await thief.signOut()).ended).toBe(1)
    const { client: other } = await signedIn(gateway, person)
    expect((await client.signOut(true)).ended).toBe(2)
    expect(await other.session()).toBeUndefined()
  })

  it('end after 24 hours, however much they are used, and whatever is proven', async () => {
    const { client, pin: known } = await owner(gateway)
    for (let times = 0; times < 28; times++) {
      await database.clock.advance(50 * MINUTE)
      if (times % 4 === 0) granted(await provePin(client, known))
      else await client.session()
    }
    await database.clock.advance(30 * MINUTE)
    expect((await client.session())?.state).toBe('ACTIVE')
    await database.clock.advance(11 * MINUTE)
    expect(await client.session()).toBeUndefined()
  })

  it('that owe a proof end after 15 minutes, used or not', async () => {
    const { person } = await owner(gateway)
    const { client } = await signedIn(gateway, person)
    await database.clock.advance(14 * MINUTE)
    granted(await client.beginChallenge())
    expect((await client.session())?.state).toBe('SECOND_FACTOR_REQUIRED')
    await database.clock.advance(MINUTE)
    expect(await client.session()).toBeUndefined()
  })

  it('live as long as the configuration says', async () => {
    const session = { idleSeconds: 60, maxSeconds: 120, pendingSeconds: 30 }
    const strict = await openTestGateway(database, { plugins: [pin()], session })
    const pending = await signedIn(strict)
    await database.clock.advance(30_000)
    expect(await pending.client.session()).toBeUndefined()
    const { client } = await owner(strict)
    await database.clock.advance(60_000)
    expect(await client.session()).toBeUndefined()
  })

  it('end one by one, or all together', async () => {
    const someone = await owner(gateway)
    const second = await signInFully(gateway, someone)
    const third = await signInFully(gateway, someone)
    const { sessions } = await second.ask<{ sessions: readonly Summary[] }>(list)
    expect(sessions).toHaveLength(3)
    expect(sessions.filter(({ current }) => current)).toHaveLength(1)
    expect(await second.signOut()).toEqual({ ended: 1 })
    expect(second.token).toBeUndefined()
    expect((await third.session())?.state).toBe('ACTIVE')
    expect(await third.signOut(true)).toEqual({ ended: 2 })
    expect(await someone.client.session()).toBeUndefined()
  })

  it('can be revoked from another one, once, and only by their owner', async () => {
    const someone = await owner(gateway)
    const second = await signInFully(gateway, someone)
    const { sessions } = await second.ask<{ sessions: readonly Summary[] }>(list)
    const { id } = must(sessions.find(({ current }) => !current))
    const stranger = await owner(gateway)
    const refusal = { __typename: 'NotFound', code: 'session.notFound' }
    expect(await stranger.client.ask(revoke, { id })).toEqual(refusal)
    expect((await someone.client.session())?.state).toBe('ACTIVE')
    expect(await second.ask(revoke, { id })).toEqual({ __typename: 'SessionsEndedPayload', ended: 1 })
    expect(await second.ask(revoke, { id })).toEqual(refusal)
    expect(await someone.client.session()).toBeUndefined()
  })

  it('say nothing more in a document that has signed out', async () => {
    const { client } = await owner(gateway)
    const { errors } = await client.send(
      'mutation { a: signOut { ended } b: updateMethod(input: { methodId: "x", label: "y" }) { __typename } }',
    )
    expect(errors[0]?.extensions.code).toBe('UNAUTHENTICATED')
  })

  it('H31: are over at once where the account is disabled, in the middle of a proof too', async () => {
    const { person, client, pin: known } = await owner(gateway)
    const pending = await signedIn(gateway, person)
    const challengeId = await beginPin(pending.client)
    await database.db.execute(
      sql`update security_info.account set status = 'DISABLED' where user_id = ${uuid(person.userId)}`,
    )
    expect(await client.session()).toBeUndefined()
    expect(await outcomes([answerPin(pending.client, challengeId, known)])).toEqual(['UNAUTHENTICATED'])
    expect(await gateway.client().signIn(person)).toMatchObject({ code: 'signIn.rejected' })
  })

  it('are moved at most once a minute, so that reading costs no writing', async () => {
    const { client, person } = await owner(gateway)
    const seen = () =>
      count(
        database,
        sql`select extract(epoch from max(last_seen_at)) from security_info.session where user_id = ${uuid(person.userId)}`,
      )
    const first = await seen()
    await database.clock.advance(30_000)
    await client.session()
    expect(await seen()).toBe(first)
    await database.clock.advance(31_000)
    await client.session()
    expect(await seen()).toBeGreaterThan(first)
  })

  it('are swept when they are long over, and their flows with them; what is alive stays', async () => {
    const old = await owner(gateway)
    await beginPin(old.client)
    await database.clock.advance(DAY + 2 * HOUR)
    const { client } = await owner(gateway)
    const { host } = gateway.securityInfo.context({
      requestId: 'sweep',
      clientAddress: '127.0.0.1',
      locales: [],
      transport: 'BEARER',
    })
    expect(await sweep(host)).toBeGreaterThan(1)
    const left = (table: string) =>
      count(
        database,
        sql`select count(*) from security_info.${sql.identifier(table)} where user_id = ${uuid(old.person.userId)}`,
      )
    expect([await left('session'), await left('flow'), await left('method')]).toEqual([0, 0, 1])
    expect((await client.session())?.state).toBe('ACTIVE')
  })
})
