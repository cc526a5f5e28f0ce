import { eachDatabase, openTestGateway, type TestDatabase, type TestGateway } from '@security-info/testing'
import { sql } from 'drizzle-orm'
import { afterEach, beforeAll, expect, it } from 'vitest'
import { pin } from './plugins/pin.ts'
import { granted, MINUTE, must, outcomes, signedIn, tally } from './support/people.ts'
import { eventCounts, query } from './support/rows.ts'

eachDatabase('Passwords', (open) => {
  let database: TestDatabase
  let gateway: TestGateway
  beforeAll(async () => {
    database = await open()
    gateway = await openTestGateway(database, { plugins: [pin()] })
  })
  afterEach(() => database.clock.reset())

  const guess = (identifier: string, address: string, password = 'not the password') =>
    gateway.client({ address }).signIn({ identifier, password })

  it('C2: of 20 parallel guesses from one address, 10 are compared', async () => {
    const person = await gateway.person()
    const guesses = Array.from({ length: 20 }, () => guess(person.identifier, '192.0.2.1'))
    expect(tally(await outcomes(guesses))).toEqual({ SignInRejected: 10, RateLimited: 10 })
    expect(await eventCounts(database, person.userId)).toMatchObject({ 'signIn.failed': 10 })
    // The right one too, from there; the owner elsewhere gets in, and that opens the address again.
    expect(await guess(person.identifier, '192.0.2.1', person.password)).toMatchObject({
      code: 'rate.limited',
    })
    granted(await guess(person.identifier, '192.0.2.2', person.password))
    expect(await guess(person.identifier, '192.0.2.1', person.password)).toMatchObject({
      code: 'rate.limited',
    })
    await database.clock.advance(15 * MINUTE)
    granted(await guess(person.identifier, '192.0.2.1', person.password))
  })

  it('C2: spellings of one identifier share a budget', async () => {
    const person = await gateway.person()
    const spellings = [person.identifier, person.identifier.toUpperCase(), ` ${person.identifier} `]
    const answers = []
    for (let at = 0; at < 11; at++) answers.push(await guess(must(spellings[at % 3]), '192.0.2.3'))
    expect(answers.at(-1)).toMatchObject({ code: 'rate.limited' })
  })

  it('C2: an IPv6 network of 64 bits counts as one address, and IPv4 stays what it is', async () => {
    const person = await gateway.person()
    for (let at = 0; at < 10; at++) await guess(person.identifier, `2001:db8:0:1::${at.toString(16)}`)
    const closed = ['2001:db8:0:1:ffff::9', '2001:0DB8:0000:0001::', '2001:db8::1:0:0:0:7']
    for (const address of closed) {
      expect({ address, ...(await guess(person.identifier, address)) }).toMatchObject({
        address,
        code: 'rate.limited',
      })
    }
    for (const address of ['2001:db8:0:2::1', '::1', '203.0.113.1', 'no address at all']) {
      expect({ address, ...(await guess(person.identifier, address)) }).toMatchObject({
        address,
        code: 'signIn.rejected',
      })
    }
  })

  it('C2: guesses from many addresses close the account after 100, for passwords alone', async () => {
    const { person, client } = await signedIn(gateway)
    await guess(person.identifier, '198.51.100.1')
    // 98 more, without the work of hashing.
    await database.db.execute(
      sql`update security_info.budget set failures = 99 where user_id = ${person.userId}::uuid and ledger = 'password'`,
    )
    expect(await guess(person.identifier, '198.51.100.2')).toMatchObject({ code: 'signIn.rejected' })
    expect(await guess(person.identifier, '198.51.100.3', person.password)).toMatchObject({
      code: 'rate.limited',
    })
    expect(await client.reauthenticate(person.password)).toMatchObject({ code: 'rate.limited' })
    // What is open stays open.
    granted(await client.beginEnrollment({ method: { pin: {} } }))
    await database.clock.advance(14 * MINUTE)
    expect(await guess(person.identifier, '198.51.100.3', person.password)).toMatchObject({
      code: 'rate.limited',
    })
    await database.clock.advance(MINUTE)
    granted(await guess(person.identifier, '198.51.100.3', person.password))
    const left = await query(
      database,
      sql`select 1 from security_info.budget where user_id = ${person.userId}::uuid and ledger = 'password'`,
    )
    expect(left).toEqual([])
  })

  it('H3: an unknown identifier answers like a known one, from the first guess to the lock', async () => {
    const person = await gateway.person()
    const noPassword = `no-password-${person.userId}@example.test`
    await gateway.securityInfo.accounts.create({ identifier: noPassword, displayName: 'X' })
    const histories = []
    const who = [person.identifier, noPassword, 'nobody@example.test', '', 'x'.repeat(2000)]
    for (const [at, identifier] of who.entries()) {
      const history = []
      for (let times = 0; times < 12; times++) {
        const answer = await guess(identifier, `203.0.113.${10 + at}`)
        // When it opens again is a time of its own, the rest is the same.
        history.push({ ...answer, message: undefined, retryAt: typeof answer.retryAt })
      }
      histories.push(history)
    }
    for (const history of histories) expect(history).toEqual(histories[0])
    expect(histories[0]?.map((answer) => answer.__typename)).toEqual([
      ...Array.from({ length: 10 }, () => 'SignInRejected'),
      ...Array.from({ length: 2 }, () => 'RateLimited'),
    ])
  })

  it('H3: an unknown identifier costs the same statements', async () => {
    const person = await gateway.person()
    const sent = async (identifier: string) => {
      const from = database.statements.log.length
      await guess(identifier, '203.0.113.99')
      return database.statements.log.slice(from)
    }
    await sent('warm@example.test')
    expect(await sent('nobody-else@example.test')).toEqual(await sent(person.identifier))
  })
})
