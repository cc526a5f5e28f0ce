import { eachDatabase, openTestGateway, type TestDatabase, type TestGateway } from '@security-info/testing'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createKeyRing, generateKey } from '../src/index.ts'
import { uuid } from '../src/storage/sql.ts'
import { key, newKey } from './plugins/key.ts'
import { pin, pinProbe } from './plugins/pin.ts'
import {
  answerPin,
  beginPin,
  beginPinEnrollment,
  DAY,
  enrollKey,
  granted,
  MINUTE,
  must,
  outcomes,
  owner,
  proveKey,
  provePin,
  signedIn,
  tally,
  wrong,
} from './support/people.ts'
import { secondPool } from './support/pools.ts'
import { query } from './support/rows.ts'

eachDatabase('The guess budget of a person', (open) => {
  let database: TestDatabase
  let second: TestDatabase
  let gateways: readonly [TestGateway, TestGateway]
  const probe = pinProbe()

  beforeAll(async () => {
    database = await open()
    second = secondPool(database)
    const options = { plugins: [pin({ probe }), key()], keyRing: createKeyRing(generateKey('shared')) }
    gateways = [await openTestGateway(database, options), await openTestGateway(second, options)]
  })
  afterAll(() => second?.close())

  it('C2: 200 guesses over 50 challenges, 5 sessions, 200 addresses and 2 gateways: 10 are compared', async () => {
    const { person, pin: known } = await owner(gateways[0])
    const clients = await Promise.all(
      Array.from({ length: 5 }, (_, at) =>
        signedIn(must(gateways[at % 2]), person, { address: `10.2.0.${at}` }),
      ),
    )
    const challenges = await Promise.all(
      Array.from({ length: 50 }, async (_, at) => {
        const { client } = must(clients[at % 5])
        return { client, challengeId: await beginPin(client) }
      }),
    )
    const before = probe.verified
    const guesses = Array.from({ length: 200 }, (_, at) => {
      const { client, challengeId } = must(challenges[at % 50])
      const twin = must(gateways[at % 2]).client({ token: must(client.token), address: `10.3.0.${at}` })
      return answerPin(twin, challengeId, wrong(known))
    })
    expect(tally(await outcomes(guesses))).toEqual({ ProofRejected: 10, RateLimited: 190 })
    expect(probe.verified - before).toBe(10)
    // Neither another session, nor the right pin at an address never seen, nor a new challenge helps.
    const { client } = await signedIn(gateways[1], person, { address: '10.4.0.1' })
    expect(await client.beginChallenge()).toMatchObject({ __typename: 'RateLimited', code: 'rate.limited' })
    const { client: opener, challengeId } = must(challenges[49])
    expect(await answerPin(opener, challengeId, known)).toMatchObject({ __typename: 'RateLimited' })
    expect(probe.verified - before).toBe(10)
  })

  it('C2: closes for 15 min, doubling with each round up to 24 h, and says until when', async () => {
    const [gateway] = gateways
    const { person, pin: known } = await owner(gateway)
    const minutes: number[] = []
    for (let round = 0; round < 9; round++) {
      const { client } = await signedIn(gateway, person)
      let last = ''
      for (let guess = 0; guess < 10; guess++) {
        if (guess % 5 === 0) last = await beginPin(client)
        const answer = await answerPin(client, last, wrong(known))
        expect(answer).toMatchObject({ __typename: 'ProofRejected' })
        // Only the guess that closes the ledger says so.
        expect(answer.retryAt === null).toBe(guess < 9)
      }
      expect(await client.beginChallenge()).toMatchObject({ __typename: 'RateLimited' })
      const { closed, left } = await closure(person.userId)
      minutes.push(closed)
      // Time keeps running, so there is a minute for what follows.
      await database.clock.advance(left - MINUTE)
      const early = await signedIn(gateway, person)
      expect(await early.client.beginChallenge()).toMatchObject({ __typename: 'RateLimited' })
      await database.clock.advance(MINUTE)
    }
    expect(minutes).toEqual([15, 30, 60, 120, 240, 480, 960, 1440, 1440])
    await database.clock.reset()
  })

  it('C2: a success clears it, and the doubling with it', async () => {
    const [gateway] = gateways
    const { person, pin: known } = await owner(gateway)
    const { client } = await signedIn(gateway, person)
    for (let round = 0; round < 3; round++) {
      for (let challenge = 0; challenge < 2; challenge++) {
        const challengeId = await beginPin(client)
        for (let guess = 0; guess < 4; guess++) await answerPin(client, challengeId, wrong(known))
        expect(granted(await answerPin(client, challengeId, known)).session?.state).toBe('ACTIVE')
      }
    }
    expect(await closureRows(person.userId)).toEqual([])
  })

  it('H1: what can not be guessed stays open, and opens the rest', async () => {
    const [gateway] = gateways
    const { person, pin: known, client: first } = await owner(gateway)
    const hand = newKey(`h1 ${person.userId}`)
    granted(await enrollKey(first, hand))
    const { client } = await signedIn(gateway, person)
    for (let challenge = 0; challenge < 2; challenge++) {
      const challengeId = await beginPin(client)
      for (let guess = 0; guess < 5; guess++) await answerPin(client, challengeId, wrong(known))
    }
    expect(await client.beginChallenge()).toMatchObject({ __typename: 'RateLimited' })
    const { proofOptions } = must(await client.session())
    const keyId = must(proofOptions.find(({ method }) => method.kind === 'key')).method.id
    expect(granted(await proveKey(client, hand, keyId)).session?.state).toBe('ACTIVE')
    expect(granted(await provePin(client, known)).session?.state).toBe('ACTIVE')
  })

  it('H1: wrong answers of a key, however many, close neither the key nor the rest', async () => {
    const [gateway] = gateways
    const { person, pin: known, client: first } = await owner(gateway)
    const hand = newKey(`h1 keys ${person.userId}`)
    const added = granted(await enrollKey(first, hand))
    const keyId = must(added.method).id
    // As if it had gone wrong 98 times already.
    await setFailures(person.userId, 98)
    const { client } = await signedIn(gateway, person)
    for (let guess = 0; guess < 12; guess++) {
      const answer = await proveKey(client, { ...hand, secret: 'another' }, keyId)
      expect(answer).toMatchObject({ code: 'proof.wrong' })
    }
    expect(granted(await provePin(client, known)).session?.state).toBe('ACTIVE')
    expect(granted(await proveKey(client, hand, keyId)).session?.state).toBe('ACTIVE')
  })

  it('C2: setting up has a ledger of its own, also of 10', async () => {
    const [gateway] = gateways
    const { client, pin: known } = await owner(gateway)
    const before = probe.confirmed
    let last: string | undefined
    for (let flow = 0; flow < 3; flow++) {
      const { enrollmentId, pin: fresh } = await beginPinEnrollment(client)
      for (let guess = 0; guess < 4; guess++) {
        const answer = await client.confirmEnrollment({
          enrollmentId,
          proof: { pin: { code: wrong(fresh) } },
        })
        last = answer.__typename
      }
    }
    expect(last).toBe('RateLimited')
    expect(probe.confirmed - before).toBe(10)
    expect(granted(await provePin(client, known)).session?.state).toBe('ACTIVE')
  })

  it('H2: a hundred wrong proofs in a row disable the method, with an event; it has to be set up anew', async () => {
    const [gateway] = gateways
    const { person, pin: known } = await owner(gateway)
    await setFailures(person.userId, 90)
    const guesser = await signedIn(gateway, person)
    for (let guess = 0, id = ''; guess < 10; guess++) {
      if (guess % 5 === 0) id = await beginPin(guesser.client)
      expect(await answerPin(guesser.client, id, wrong(known))).toMatchObject({ code: 'proof.wrong' })
    }
    await database.clock.advance(DAY)
    const { client } = await signedIn(gateway, person)
    expect(await client.beginChallenge()).toMatchObject({
      __typename: 'PolicyDenied',
      code: 'challenge.allDisabled',
    })
    // A success starts the count anew, so that it takes a hundred in a row.
    const forgiven = await owner(gateway)
    await setFailures(forgiven.person.userId, 99)
    granted(await provePin(forgiven.client, forgiven.pin))
    const wrongAgain = await answerPin(forgiven.client, await beginPin(forgiven.client), wrong(forgiven.pin))
    expect(wrongAgain).toMatchObject({ code: 'proof.wrong' })
    granted(await provePin(forgiven.client, forgiven.pin))
    const events = await query<{ detail: object }>(
      database,
      sql`select detail from security_info.audit_event
        where user_id = ${uuid(person.userId)} and type = 'method.disabled'`,
    )
    expect(events).toMatchObject([{ detail: { kind: 'pin', reason: 'too-many-failures' } }])
    await database.clock.reset()
  })

  const setFailures = (userId: string, failures: number) =>
    database.db.execute(
      sql`update security_info.method set failures = ${failures} where user_id = ${uuid(userId)}`,
    )
  function closureRows(userId: string) {
    return query<{ closed: number; left: number }>(
      database,
      sql`select extract(epoch from locked_until - updated_at)::int / 60 as closed,
          (extract(epoch from locked_until - security_info.now()) * 1000)::float8 as left
        from security_info.budget where user_id = ${uuid(userId)} and ledger = 'guess'`,
    )
  }
  async function closure(userId: string) {
    return must((await closureRows(userId))[0], 'a closed ledger')
  }
})
