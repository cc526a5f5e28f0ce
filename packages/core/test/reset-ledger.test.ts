import { type Client, eachDatabase, type TestDatabase } from '@security-info/testing'
import { sql } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { createKeyRing, generateKey } from '../src/index.ts'
import { uuid } from '../src/storage/sql.ts'
import { badge } from './plugins/badge.ts'
import { key, newKey } from './plugins/key.ts'
import { noticesOf } from './support/notices.ts'
import {
  answerPin,
  beginPin,
  codeIn,
  enrollKey,
  enrollPin,
  granted,
  MINUTE,
  must,
  outcomes,
  proveKey,
  provePin,
  signedIn,
  signInFully,
  tally,
  wrong,
} from './support/people.ts'
import { openPhones, type PhoneGateway } from './support/phones.ts'
import { secondPool } from './support/pools.ts'
import {
  beginGate,
  completeReset,
  enrollBadge,
  type Forgetful,
  forgetful,
  mailGate,
  newPassword,
  passMail,
  passPin,
  passText,
  plainGate,
  rehearse,
  resetOf,
  startReset,
  textGate,
  verifyGate,
} from './support/resets.ts'
import { count, query } from './support/rows.ts'

eachDatabase('Guesses in resets', (open, driver) => {
  let database: TestDatabase
  let second: TestDatabase
  let gateways: readonly [PhoneGateway, PhoneGateway]
  let gateway: PhoneGateway
  beforeAll(async () => {
    database = await open()
    second = secondPool(database)
    const options = { keyRing: createKeyRing(generateKey('ledger')), plugins: [key(), badge()] }
    gateways = [await openPhones(database, options), await openPhones(second, options)]
    gateway = gateways[0]
  })
  afterAll(() => second?.close())

  it('H14: thirty gates may be under way in one reset, for somebody and nobody alike', async () => {
    const who = await forgetful(gateway)
    for (const identifier of [who.person.identifier, 'nobody-begins-gates@example.test']) {
      const token = await resetOf(gateway.client(), identifier)
      const begun = await outcomes(
        Array.from({ length: 40 }, () => plainGate(gateway.client(), token, 'pin')),
      )
      // Parallel ones may not see each other; what follows does.
      expect(begun.filter((name) => name === 'BeginResetGatePayload').length).toBeGreaterThanOrEqual(30)
      expect(await plainGate(gateway.client(), token, 'pin')).toMatchObject({ __typename: 'RateLimited' })
    }
  })
  afterEach(() => database.clock.reset())

  // PGlite has one connection, where nothing is really parallel.
  const many = driver === 'postgres' ? 50 : 10
  let addresses = 0
  const stranger = (at = 0) =>
    must(gateways[at % 2]).client({ address: `10.1.${++addresses >> 8}.${addresses % 256}` })

  const failed = (who: Forgetful, kind: string) =>
    count(
      database,
      sql`select count(*) from security_info.audit_event where user_id = ${uuid(who.person.userId)}
        and type = 'reset.gateFailed' and detail->>'kind' = ${kind}`,
    )
  const ledgers = async (who: Forgetful) =>
    (
      await query<{ ledger: string }>(
        database,
        sql`select ledger from security_info.budget where user_id = ${uuid(who.person.userId)} order by 1`,
      )
    ).map(({ ledger }) => ledger)

  /** Ten gates of a kind, over resets and gateways, each of them guessed at many times at once. */
  async function burn(
    who: Forgetful,
    kind: 'pin' | 'texting' | 'mail' | 'badge',
  ): Promise<readonly string[]> {
    const proofs = {
      pin: { pin: { code: wrong(who.pin) } },
      texting: { texting: { code: '000000' } },
      mail: { mail: { code: '000000' } },
      badge: { badge: { secret: 'no' } },
    }
    const typed = {
      pin: {},
      texting: { number: who.number },
      mail: { address: who.address },
      badge: {},
    }
    const gates = []
    // Only five codes go to one address.
    for (let at = 0; at < (kind === 'texting' || kind === 'mail' ? 5 : 10); at++) {
      const client = stranger(at)
      const token = await resetOf(client, who.person.identifier)
      const { gate } = await beginGate(client, { token, method: { [kind]: typed[kind] } })
      gates.push({ token, gateId: must(gate).id })
    }
    const guesses = gates.flatMap((gate, at) =>
      Array.from({ length: many }, () => verifyGate(stranger(at), { ...gate, proof: proofs[kind] })),
    )
    return outcomes(guesses)
  }

  it(`H1: of ${many} parallel guesses at each of ten gates exactly 10 are compared, for each kind`, async () => {
    const who = await forgetful(gateway)
    const hand = newKey(`key of ${who.person.userId}`)
    granted(await enrollKey(who.client, hand))
    granted(await enrollBadge(who.client, 'my badge'))
    const told = (await noticesOf(database, who.person.userId)).length
    for (const kind of ['pin', 'texting', 'mail', 'badge'] as const) {
      const counts = tally(await burn(who, kind))
      expect({ kind, compared: counts.ProofRejected }).toEqual({ kind, compared: 10 })
      expect(Object.keys(counts).toSorted()).toEqual(['FlowEnded', 'ProofRejected', 'RateLimited'])
      expect(await failed(who, kind)).toBe(10)
    }
    // Whoever did it closed only this, and its owner heard of each once.
    expect(await ledgers(who)).toEqual(['reset/badge', 'reset/mail', 'reset/pin', 'reset/texting'])
    expect((await noticesOf(database, who.person.userId)).slice(told)).toEqual(Array(4).fill('reset.locked'))
    const methods = await query<{ state: string; failures: number }>(
      database,
      sql`select state, failures from security_info.method where user_id = ${uuid(who.person.userId)}`,
    )
    expect(methods).toEqual(Array(5).fill({ state: 'ACTIVE', failures: 0 }))

    // The right proofs come too late for a reset, and in time for a sign-in: by code and by key.
    const visitor = stranger()
    const token = await resetOf(visitor, who.person.identifier)
    for (const gate of [
      plainGate(visitor, token, 'pin'),
      textGate(visitor, token, who.number),
      mailGate(visitor, token, who.address),
      plainGate(visitor, token, 'badge', { way: 'number' }),
    ]) {
      expect(await gate).toMatchObject({ __typename: 'RateLimited', code: 'rate.limited' })
    }
    granted(await provePin((await signedIn(gateway, who.person)).client, who.pin))
    granted(
      await proveKey((await signedIn(gateway, who.person)).client, hand, must(await methodOf(who, 'key'))),
    )
    // What can't be guessed is not closed in a reset either: not as a kind, nor as a way of one.
    const touch = await beginGate(visitor, { token, method: { key: {} } })
    expect(touch.__typename).toBe('BeginResetGatePayload')
    const tap = must(granted(await plainGate(visitor, token, 'badge', { way: 'tap' })))
    const gateId = must((tap as typeof touch).gate).id
    const proven = await verifyGate(visitor, { token, gateId, proof: { badge: { secret: 'my badge' } } })
    expect(proven.reset).toMatchObject({ gatesPassed: 1 })
  })

  async function methodOf(who: Forgetful, kind: string): Promise<string | undefined> {
    const client = await signInFully(gateway, who)
    return (await client.securityInfo()).methods.find((method) => method.kind === kind)?.id
  }

  it('H1: a kind whose codes were burned can still be proven in the way that can not be guessed, as the last one too', async () => {
    const who = await forgetful(gateway)
    granted(await enrollBadge(who.client, 'my badge'))
    for (const kind of ['pin', 'mail', 'badge'] as const) await burn(who, kind)
    const visitor = stranger()
    const token = await passText(gateway, visitor, await resetOf(visitor, who.person.identifier), who.number)
    const tap = await plainGate(visitor, token, 'badge', { way: 'tap' })
    expect(tap.__typename).toBe('BeginResetGatePayload')
    const proof = { badge: { secret: 'my badge' } }
    const proven = await verifyGate(visitor, { token, gateId: tap.gate?.id, proof })
    expect(proven.reset).toMatchObject({ ready: true })
  })

  it('H1: wrong codes at sign-in close no reset, and a reset that was proven opens no sign-in', async () => {
    const who = await forgetful(gateway)
    const { client } = await signedIn(gateway, who.person)
    for (let flow = 0; flow < 2; flow++) {
      const challengeId = await beginPin(client, who.methodId)
      for (let times = 0; times < 5; times++) await answerPin(client, challengeId, wrong(who.pin))
    }
    expect(await client.beginChallenge({ methodId: who.methodId })).toMatchObject({ code: 'rate.limited' })
    const visitor = stranger()
    const token = await passPin(visitor, await resetOf(visitor, who.person.identifier), who.pin)
    expect(await client.beginChallenge({ methodId: who.methodId })).toMatchObject({ code: 'rate.limited' })
    expect(await ledgers(who)).toEqual(['guess'])
    const done = await passMail(gateway, visitor, token, who.address)
    granted(await completeReset(visitor, { token: done, newPassword: newPassword() }))
    expect(await ledgers(who)).toEqual([])
  })

  it('a right proof clears the guesses of its kind, and of no other', async () => {
    const who = await forgetful(gateway)
    const visitor = stranger()
    const token = await resetOf(visitor, who.person.identifier)
    const guess = async (gateId: string, proof: object) => verifyGate(visitor, { token, gateId, proof })
    const mailId = must((await mailGate(visitor, token, who.address)).gate).id
    await guess(mailId, { mail: { code: '000000' } })
    for (let gate = 0; gate < 2; gate++) {
      const { id } = must((await plainGate(visitor, token, 'pin')).gate)
      for (let times = 0; times < 4; times++) await guess(id, { pin: { code: wrong(who.pin) } })
      if (gate === 1) granted(await guess(id, { pin: { code: who.pin } }))
    }
    expect(await ledgers(who)).toEqual(['reset/mail'])
  })

  /** Guesses until the kind closes, and says for how long. */
  async function close(who: Forgetful): Promise<number> {
    const client = stranger()
    for (;;) {
      const token = await resetOf(client, who.person.identifier)
      const { gate } = await plainGate(client, token, 'pin')
      for (let times = 0; times < 5; times++) {
        const proof = { pin: { code: wrong(who.pin) } }
        const answer = await verifyGate(client, { token, gateId: must(gate).id, proof })
        if (answer.retryAt) return Date.parse(answer.retryAt) - (await database.clock.now()).getTime()
      }
    }
  }
  const closedFor = (who: Forgetful, client: Client) =>
    resetOf(client, who.person.identifier).then((token) => plainGate(client, token, 'pin'))

  it('H1: closes for 15 minutes, twice as long each time, and after a hundred until its owner proves it', async () => {
    const who = await forgetful(gateway)
    const told = (await noticesOf(database, who.person.userId)).length
    const minutes: number[] = []
    for (let round = 1; round <= 10; round++) {
      const closed = await close(who)
      minutes.push(Math.round(closed / MINUTE))
      if (round === 10) break
      await database.clock.advance(closed - MINUTE)
      expect(await closedFor(who, stranger())).toMatchObject({ code: 'rate.limited' })
      await database.clock.advance(MINUTE + 1000)
    }
    expect(minutes.slice(0, 9)).toEqual([15, 30, 60, 120, 240, 480, 960, 1440, 1440])
    expect(minutes[9]).toBeGreaterThan(50 * 365 * 24 * 60)
    expect((await noticesOf(database, who.person.userId)).slice(told)).toEqual(Array(10).fill('reset.locked'))
    expect(await failed(who, 'pin')).toBe(100)

    // Only who has proven something hears that it is closed for good, and where to turn to.
    const visitor = stranger()
    const half = await passText(gateway, visitor, await resetOf(visitor, who.person.identifier), who.number)
    granted(await mailGate(visitor, half, who.address))
    await database.db.execute(
      sql`delete from security_info.method where user_id = ${uuid(who.person.userId)} and kind = 'mail'`,
    )
    expect(await plainGate(visitor, half, 'pin')).toMatchObject({
      __typename: 'ResetRefused',
      reason: 'ADMINISTRATOR_NEEDED',
      until: null,
    })
    const { client } = await signedIn(gateway, who.person)
    granted(await provePin(client, who.pin))
    expect((await closedFor(who, stranger())).__typename).toBe('BeginResetGatePayload')
  })

  it('H1: what is closed for good opens when its owner sets the kind up anew, or with the next password', async () => {
    const shut = async (who: Forgetful, lockouts: number) => {
      const hours = lockouts === 10 ? 876_600 : 24
      await database.db.execute(sql`
        insert into security_info.budget (user_id, ledger, failures, lockouts, locked_until, updated_at)
        values (${uuid(who.person.userId)}, 'reset/pin', 10, ${lockouts}, security_info.now() + make_interval(hours => ${hours}::int), security_info.now())`)
      expect(await closedFor(who, stranger())).toMatchObject({ code: 'rate.limited' })
    }
    const who = await forgetful(gateway)
    await shut(who, 10)
    await enrollPin(who.client)
    expect((await closedFor(who, stranger())).__typename).toBe('BeginResetGatePayload')

    // A back-off that ends by itself is not cut short by that.
    const other = await forgetful(gateway)
    await shut(other, 9)
    granted(await provePin((await signedIn(gateway, other.person)).client, other.pin))
    expect(await closedFor(other, stranger())).toMatchObject({ code: 'rate.limited' })
    const visitor = stranger()
    const half = await passText(
      gateway,
      visitor,
      await resetOf(visitor, other.person.identifier),
      other.number,
    )
    const token = await passMail(gateway, visitor, half, other.address)
    granted(await completeReset(visitor, { token, newPassword: newPassword() }))
    expect((await closedFor(other, stranger())).__typename).toBe('BeginResetGatePayload')
  })

  it('says until when what is left is closed, to who has proven something', async () => {
    const who = await forgetful(gateway)
    const visitor = stranger()
    const half = await passText(gateway, visitor, await resetOf(visitor, who.person.identifier), who.number)
    const token = await passPin(visitor, await resetOf(visitor, who.person.identifier), who.pin)
    await close(who)
    expect(await plainGate(visitor, half, 'pin')).toMatchObject({ __typename: 'RateLimited' })
    const rehearsed = await rehearse(who.client)
    expect(must(rehearsed.reset).options.map(({ kind }) => kind)).toEqual(['texting', 'mail'])
    await burn(who, 'mail')
    const refused = await mailGate(visitor, half, who.address)
    expect(refused).toMatchObject({ __typename: 'ResetRefused', reason: 'LOCKED' })
    const wait = Date.parse(must(refused.until)) - (await database.clock.now()).getTime()
    expect(wait).toBeGreaterThan(10 * MINUTE)
    expect(wait).toBeLessThanOrEqual(15 * MINUTE)
    // One who has passed that kind goes on with another.
    const code = await (async () => {
      const { gate } = await textGate(visitor, token, who.number)
      const proof = { texting: { code: codeIn(await gateway.deliver(), who.number) } }
      return verifyGate(visitor, { token, gateId: must(gate).id, proof })
    })()
    expect(code.reset).toMatchObject({ ready: true })
  })

  it('C2: one address begins 60 resets in ten minutes, of whomever; others are others', async () => {
    await database.clock.toWindow(600)
    const { person } = await signedIn(gateway)
    const start = async (address: string, at: number) => {
      const identifier = at % 2 ? person.identifier : `nobody-${at}@example.test`
      return (await startReset(must(gateways[at % 2]).client({ address }), identifier)).__typename
    }
    const asked = Array.from({ length: 70 }, (_, at) => start(`2001:db8:7:7::${at.toString(16)}`, at))
    expect(tally(await Promise.all(asked))).toEqual({ StartPasswordResetPayload: 60, RateLimited: 10 })
    expect(await start('2001:db8:7:8::1', 0)).toBe('StartPasswordResetPayload')
    await database.clock.advance(10 * MINUTE)
    expect(await start('2001:db8:7:7::1', 1)).toBe('StartPasswordResetPayload')
  })
})
