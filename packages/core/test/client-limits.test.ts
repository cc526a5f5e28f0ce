import { eachDatabase, openTestGateway, type TestDatabase, type TestGateway } from '@security-info/testing'
import { sql } from 'drizzle-orm'
import { beforeEach, expect, it } from 'vitest'
import { key } from './plugins/key.ts'
import { MINUTE, outcomes, tally } from './support/people.ts'
import { query } from './support/rows.ts'

const BEGIN = 'mutation { beginPasskeySignIn { __typename ... on RateLimited { retryAt } } }'
const RESET = `mutation ($input: StartPasswordResetInput!) { startPasswordReset(input: $input) { __typename } }`

eachDatabase('Limits for one address', (open) => {
  let database: TestDatabase
  let gateway: TestGateway
  let names = 0
  beforeEach(async () => {
    database = await open()
    await database.clock.toWindow(600)
    gateway = await openTestGateway(database, { plugins: [key({ passwordless: true })] })
  })
  const at = (address: string) => gateway.client({ address })
  const guess = (address: string, identifier = `nobody-${++names}@example.test`) =>
    at(address).signIn({ identifier, password: 'wrong' })
  /** Ten at a time: an address has no more places than that and ten more. */
  const guesses = async (count: number, address: string) => {
    const said: string[] = []
    for (let done = 0; done < count; done += 10)
      said.push(...(await outcomes(Array.from({ length: Math.min(10, count - done) }, () => guess(address)))))
    return said
  }

  it('C2: 60 wrong sign-ins in ten minutes, however many names are tried; other addresses go on', async () => {
    expect(tally(await guesses(40, '198.51.100.7'))).toEqual({ SignInRejected: 40 })
    expect(tally(await guesses(40, '198.51.100.7'))).toEqual({ SignInRejected: 20, RateLimited: 20 })
    const person = await gateway.person()
    expect(await at('198.51.100.7').signIn(person)).toMatchObject({ __typename: 'RateLimited' })
    expect(await at('198.51.100.8').signIn(person)).toMatchObject({ __typename: 'SignInPayload' })
    expect(await gateway.securityInfo.metrics()).toMatch(/client_refused_total\{what="signIn"\} 21\n/)
    expect(await gateway.securityInfo.metrics()).toContain(
      'refusals_total{mutation="signIn",code="rate.limited"} 21\n',
    )
    await database.clock.advance(10 * MINUTE)
    expect(await at('198.51.100.7').signIn(person)).toMatchObject({ __typename: 'SignInPayload' })
  })

  it('C2: neighbours in one IPv6 network of 64 bits are one', async () => {
    expect(tally(await guesses(40, '2001:db8:1:2::1'))).toEqual({ SignInRejected: 40 })
    expect(tally(await guesses(40, '2001:db8:1:2:ffff::9'))).toEqual({ SignInRejected: 20, RateLimited: 20 })
    expect(tally(await guesses(1, '2001:db8:1:3::1'))).toEqual({ SignInRejected: 1 })
  })

  it('C2: one IPv4 client is one, however a network writes it; clients behind one NAT64 are many', async () => {
    const spellings = ['198.51.100.7', '::ffff:198.51.100.7', '::FFFF:C633:6407', '64:ff9b::198.51.100.7']
    for (const spelling of spellings)
      expect(tally(await guesses(15, spelling))).toEqual({ SignInRejected: 15 })
    for (const spelling of spellings) expect(tally(await guesses(1, spelling))).toEqual({ RateLimited: 1 })
    expect(tally(await guesses(1, '64:ff9b::198.51.100.8'))).toEqual({ SignInRejected: 1 })
  })

  it('C2: sign-ins that are right do not count: an office shares an address', async () => {
    const person = await gateway.person()
    for (let times = 0; times < 64; times++)
      expect(await at('198.51.100.7').signIn(person)).toMatchObject({ __typename: 'SignInPayload' })
  })

  it('H1: a passkey, which nobody can guess, and a reset are not closed by it', async () => {
    await guesses(40, '198.51.100.7')
    await guesses(40, '198.51.100.7')
    const neighbour = at('198.51.100.7')
    expect(await neighbour.ask(BEGIN)).toMatchObject({ __typename: 'BeginPasskeySignInPayload' })
    expect(await neighbour.ask(RESET, { input: { identifier: 'somebody@example.test' } })).toMatchObject({
      __typename: 'StartPasswordResetPayload',
    })
  })

  it('H14: sign-ins by passkey that were only begun fill no table: 600 in ten minutes', async () => {
    await database.db.execute(sql`
      create function public.many() returns trigger language plpgsql as $$ begin
        if new.scope = 'client/passkey' and new.sent = 1 then new.sent = 599; end if; return new; end $$`)
    await database.db.execute(sql`
      create trigger many before insert on security_info.send_count for each row execute function public.many()`)
    const begin = () => at('198.51.100.7').ask<{ readonly __typename: string }>(BEGIN)
    expect(tally(await outcomes([begin(), begin(), begin()]))).toEqual({
      BeginPasskeySignInPayload: 2,
      RateLimited: 1,
    })
  })

  it('H29: whoever is refused anyway takes nobody’s place', async () => {
    await guesses(60, '198.51.100.7')
    const people = await Promise.all(Array.from({ length: 20 }, () => gateway.person()))
    const flood = outcomes(Array.from({ length: 150 }, () => guess('198.51.100.7')))
    const honest = people.map((person, n) => at(`203.0.113.${n}`).signIn(person))
    expect(tally(await outcomes(honest))).toEqual({ SignInPayload: 20 })
    expect(tally(await flood)).toEqual({ RateLimited: 150 })
  })

  it('H29: nor does one account or address take all of them', async () => {
    const person = await gateway.person()
    // From all over one network, which is one address to a limit.
    const flood = outcomes(Array.from({ length: 150 }, (_, n) => at(`2001:db8:1:2::${n + 1}`).signIn(person)))
    const other = await gateway.person()
    expect(await at('203.0.113.1').signIn(other)).toMatchObject({ __typename: 'SignInPayload' })
    expect(Object.keys(tally(await flood))).toContain('OVERLOADED')
  })

  it('H29: a flood is refused before anybody has paid for it', async () => {
    const flood = Array.from({ length: 200 }, (_, n) => guess(`198.51.${n}.1`))
    const counts = tally(await outcomes(flood))
    expect(Object.keys(counts).sort()).toEqual(['OVERLOADED', 'SignInRejected'])
    const [paid] = await query<{ n: number }>(
      database,
      sql`select count(*)::int as n from security_info.budget where ledger = 'password'`,
    )
    expect(paid?.n).toBe(counts.SignInRejected)
  })
})
