import { eachDatabase, openTestGateway, type TestDatabase, type TestGateway } from '@security-info/testing'
import { sql } from 'drizzle-orm'
import { beforeAll, beforeEach, expect, it } from 'vitest'
import { uuid } from '../src/storage/sql.ts'
import { key } from './plugins/key.ts'
import { type PinHandlers, pin } from './plugins/pin.ts'
import {
  answerPin,
  beginPin,
  beginPinEnrollment,
  insideOf,
  owner,
  provePin,
  signedIn,
  wrong,
} from './support/people.ts'
import { belongings, count, eventCounts } from './support/rows.ts'

/** What a handler may never return, but does. */
const garbage = (...more: readonly unknown[]) => [undefined, null, 0, 'yes', {}, [], ...more]
const boom = () => Promise.reject(new Error('the plugin is broken'))

eachDatabase('A broken handler', (open) => {
  let database: TestDatabase
  let gateway: TestGateway
  const told: unknown[] = []
  let breakage: Partial<PinHandlers> = {}

  beforeAll(async () => {
    database = await open()
    // Each handler looks up whether it is broken at the moment.
    const broken = (good: PinHandlers): PinHandlers => ({
      inputs: good.inputs ?? {},
      begin: (...given) => (breakage.begin ?? good.begin)(...given),
      confirm: (...given) => (breakage.confirm ?? good.confirm)(...given),
      challenge: (...given) => (breakage.challenge ?? good.challenge)(...given),
      verify: (...given) => (breakage.verify ?? good.verify)(...given),
      describe: (...given) => (breakage.describe ?? good.describe)(...given),
    })
    const limits = { attempts: 9 }
    gateway = await openTestGateway(database, {
      plugins: [pin({ broken, limits }), key()],
      onUnexpected: (error) => told.push(error),
    })
  })
  beforeEach(() => {
    breakage = {}
  })

  const returning = <T>(value: unknown) => (() => Promise.resolve(value)) as () => Promise<T>
  const methodsOf = (userId: string) =>
    count(database, sql`select count(*) from security_info.method where user_id = ${uuid(userId)}`)
  const flowsOf = (userId: string) =>
    count(database, sql`select count(*) from security_info.flow where user_id = ${uuid(userId)}`)

  it('C14: begin that throws or returns garbage leaves no flow', async () => {
    const { person, client } = await signedIn(gateway)
    const bad = garbage({ view: { pin: '1' } }, { ok: true })
    for (const begin of [boom, ...bad.map((value) => returning<never>(value))]) {
      breakage = { begin }
      await expect(client.beginEnrollment({ method: { pin: {} } })).rejects.toThrow(/./)
    }
    expect(await flowsOf(person.userId)).toBe(0)
  })

  it('C14: confirm that throws or returns garbage registers nothing, and the attempt is spent', async () => {
    const { person, client } = await signedIn(gateway)
    const bad = garbage(
      { ok: true, stored: { pin: '123456' } },
      { stored: undefined },
      { stored: { pin: '123456' }, counter: 'many' },
      { stored: { pin: '123456' }, uniqueKey: 7 },
      { stored: { pin: '123456' }, authenticator: {} },
    )
    for (const confirm of [boom, ...bad.map((value) => returning<never>(value))]) {
      // In a flow, with a proof of its own, so that neither attempts nor the ledger run out.
      breakage = {}
      const { enrollmentId, pin: fresh } = await beginPinEnrollment(client)
      breakage = { confirm }
      const answer = await client
        .confirmEnrollment({ enrollmentId, proof: { pin: { code: fresh } } })
        .catch(() => ({ __typename: 'masked' }))
      expect(['masked', 'ProofRejected', 'RateLimited']).toContain(answer.__typename)
      const attemptsLeft = count(
        database,
        sql`select attempts_left from security_info.flow
          where user_id = ${uuid(person.userId)} and id = ${uuid(insideOf(enrollmentId))}`,
      )
      expect(await attemptsLeft).toBe(8)
      expect(await methodsOf(person.userId)).toBe(0)
      await database.db.execute(sql`delete from security_info.budget where user_id = ${uuid(person.userId)}`)
    }
    expect((await client.session())?.state).toBe('SECURITY_INFO_REQUIRED')
  })

  it('C14: challenge that throws or returns garbage leaves no flow', async () => {
    const { person } = await owner(gateway)
    const { client } = await signedIn(gateway, person)
    const before = await flowsOf(person.userId)
    const bad = garbage({ view: { digits: 6 } }, { ok: true })
    for (const challenge of [boom, ...bad.map((value) => returning<never>(value))]) {
      breakage = { challenge }
      await expect(client.beginChallenge()).rejects.toThrow(/./)
    }
    expect(await flowsOf(person.userId)).toBe(before)
  })

  it('C14: a proof that made a handler throw leaves its event, of an enrolment and of a challenge', async () => {
    const { person, pin: known } = await owner(gateway)
    const { client } = await signedIn(gateway, person)
    const challengeId = await beginPin(client)
    breakage = { verify: boom }
    await expect(answerPin(client, challengeId, known)).rejects.toThrow(/./)
    breakage = {}
    expect(await eventCounts(database, person.userId)).toMatchObject({ 'challenge.failed': 1 })

    const fresh = await signedIn(gateway)
    const { enrollmentId, pin: chosen } = await beginPinEnrollment(fresh.client)
    breakage = { confirm: boom }
    const attempt = fresh.client.confirmEnrollment({ enrollmentId, proof: { pin: { code: chosen } } })
    await expect(attempt).rejects.toThrow(/./)
    breakage = {}
    expect(await eventCounts(database, fresh.person.userId)).toMatchObject({ 'enrollment.failed': 1 })
  })

  it('C14: verify that throws or returns garbage opens nothing, and the attempt is spent', async () => {
    const { person, methodId, pin: known } = await owner(gateway)
    const stranger = await owner(gateway)
    const own = insideOf(methodId)
    const bad = garbage(
      { ok: 1, methodId: own },
      { ok: 'true', methodId: own },
      { ok: true },
      { ok: true, methodId: null },
      { ok: true, methodId: insideOf(stranger.methodId) },
      { ok: true, methodId: own, counter: 'many' },
    )
    const sealed = async () =>
      (await belongings(database, person.userId)).match(/"stored":\s*"[^"]+"/)?.[0] ?? 'none'
    const before = await sealed()
    for (const verify of [boom, ...bad.map((value) => returning<never>(value))]) {
      breakage = {}
      const { client } = await signedIn(gateway, person)
      const challengeId = await beginPin(client)
      breakage = { verify }
      const answer = await answerPin(client, challengeId, known).catch(() => ({ __typename: 'masked' }))
      expect(['masked', 'ProofRejected']).toContain(answer.__typename)
      breakage = {}
      expect(await answerPin(client, challengeId, wrong(known))).toMatchObject({ attemptsLeft: 7 })
      expect((await client.session())?.state).toBe('SECOND_FACTOR_REQUIRED')
      expect(await sealed()).toBe(before)
      await database.db.execute(sql`delete from security_info.budget where user_id = ${uuid(person.userId)}`)
    }
    const { client } = await signedIn(gateway, person)
    expect((await provePin(client, known)).session?.state).toBe('ACTIVE')
  })

  it('C14: what does not fit the shapes the plugin declared is never kept', async () => {
    const { person, methodId, pin: known } = await owner(gateway)
    const { client } = await signedIn(gateway, person)
    const fresh = await signedIn(gateway)
    const before = await flowsOf(fresh.person.userId)
    breakage = { begin: returning({ view: { pin: '1' }, pending: { pin: 7 } }) }
    await expect(fresh.client.beginEnrollment({ method: { pin: {} } })).rejects.toThrow(/./)
    expect(await flowsOf(fresh.person.userId)).toBe(before)
    breakage = {}
    const { enrollmentId, pin: chosen } = await beginPinEnrollment(fresh.client)
    for (const stored of ['text', {}, { pin: 5 }]) {
      breakage = { confirm: returning({ stored }) }
      const proof = { pin: { code: chosen } }
      await expect(fresh.client.confirmEnrollment({ enrollmentId, proof })).rejects.toThrow(/./)
      expect(await methodsOf(fresh.person.userId)).toBe(0)
      // Kept, it would lock its owner out for good: no proof could be compared with it any more.
      breakage = { verify: returning({ ok: true, methodId: insideOf(methodId), stored }) }
      const challengeId = await beginPin(client)
      await expect(answerPin(client, challengeId, known)).rejects.toThrow(/./)
    }
    breakage = {}
    expect((await provePin(client, known)).session?.state).toBe('ACTIVE')
  })

  it('C14: a verify that always throws uses the challenge and the budget up', async () => {
    const { person, pin: known } = await owner(gateway)
    const { client } = await signedIn(gateway, person)
    breakage = { verify: boom }
    const challengeId = await beginPin(client)
    for (let attempt = 0; attempt < 9; attempt++) {
      await expect(answerPin(client, challengeId, known)).rejects.toThrow(/./)
    }
    expect(await answerPin(client, challengeId, known)).toMatchObject({ __typename: 'FlowEnded' })
    const next = await beginPin(client)
    await expect(answerPin(client, next, known)).rejects.toThrow(/./)
    expect(await answerPin(client, next, known)).toMatchObject({ __typename: 'RateLimited' })
  })

  it('C14: describe that throws or returns garbage shows nothing of the method, and sign-in still works', async () => {
    const { person, pin: known } = await owner(gateway)
    const throwing = () => {
      throw new Error('the plugin is broken')
    }
    for (const describe of [throwing, ...garbage([null]).map((value) => () => value as never)]) {
      breakage = { describe }
      const client = gateway.client()
      const [signIn, begin, verify] = [
        'mutation($i: SignInInput!) { signIn(input: $i) { __typename } }',
        'mutation { beginChallenge { ... on BeginChallengePayload { challenge { id } } } }',
        'mutation($i: VerifyChallengeInput!) { verifyChallenge(input: $i) { __typename } }',
      ] as const
      await client.ask(signIn, { i: { identifier: person.identifier, password: person.password } })
      const { challenge } = await client.ask<{ challenge: { id: string } }>(begin)
      const answer = await client.ask(verify, {
        i: { challengeId: challenge.id, proof: { pin: { code: known } } },
      })
      expect(answer).toEqual({ __typename: 'VerifyChallengePayload' })
      told.length = 0
      const { data, errors } = await client.send(
        '{ viewer { securityInfo { methods { ... on PinMethod { length } } } } }',
      )
      // Left out and told to the operator; or what it said was refused, and nothing is shown at all.
      expect(errors.length + told.length, 'something is said').toBeGreaterThan(0)
      expect(JSON.stringify(data)).not.toContain('length')
    }
  })
})
