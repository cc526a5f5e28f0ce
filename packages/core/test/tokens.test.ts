import {
  type Answer,
  type Client,
  eachDatabase,
  openTestGateway,
  type TestGateway,
} from '@security-info/testing'
import { beforeAll, describe, expect, it } from 'vitest'
import { newToken, readToken } from '../src/crypto/token.ts'
import { pin } from './plugins/pin.ts'
import {
  answerPin,
  beginPin,
  enrollPin,
  granted,
  must,
  outcomes,
  provePin,
  signedIn,
  tally,
} from './support/people.ts'

describe('A token', () => {
  it('C19: names its person, is stored as a hash, and is never the same twice', () => {
    const userId = crypto.randomUUID()
    const one = newToken(userId)
    const two = newToken(userId)
    expect(one.token.reveal()).toMatch(/^si_[A-Za-z0-9_-]{64}$/)
    expect(readToken(one.token.reveal())).toEqual({ userId, hash: one.hash })
    expect(one.hash).not.toEqual(two.hash)
    // Printed by mistake, it says nothing.
    expect(`${String(one.token)} ${JSON.stringify(one)}`).not.toContain('si_')
  })

  it.each(['', 'si_', 'si_short', 'x'.repeat(67), `si_${'='.repeat(64)}`, `si_${'a'.repeat(65)}`])(
    'C19: is refused before the database is asked where it can be none (%j)',
    (text) => {
      expect(readToken(text)).toBeUndefined()
    },
  )
})

eachDatabase('Tokens', (open) => {
  let gateway: TestGateway
  beforeAll(async () => {
    const policy = { registration: { required: { TWO_FACTOR: 0, PASSWORD_RESET: 1 } } }
    gateway = await openTestGateway(await open(), { plugins: [pin()], policy })
  })

  const lives = async (token: string) => (await gateway.client({ token }).session()) !== undefined

  it('C19: every rise brings a new token, and every earlier one is dead', async () => {
    const { person, client } = await signedIn(gateway)
    const tokens = [must(client.token)]
    const rise = async (step: Promise<Answer>) => {
      const answer = granted(await step)
      expect(answer.token).toBe(client.token)
      expect(tokens).not.toContain(client.token)
      for (const old of tokens) expect(await lives(old)).toBe(false)
      tokens.push(must(client.token))
      expect(await lives(must(client.token))).toBe(true)
    }
    await rise(client.snoozeRegistration())
    await rise(client.reauthenticate(person.password))
    const { answer, pin: known } = await enrollPin(client)
    await rise(Promise.resolve(answer))
    await rise(client.finishRegistration())
    await rise(provePin(client, known))
    // Another session has a token of its own: signing in there ends nothing here.
    await signedIn(gateway, person)
    expect(await lives(must(client.token))).toBe(true)
  })

  it('C19: a token from before the sign-in is neither taken over nor raised', async () => {
    const victim = await signedIn(gateway)
    const { pin: known } = await enrollPin(victim.client)
    granted(await victim.client.finishRegistration())
    // An attacker's pending session, planted in the victim's browser.
    const planted = await signedIn(gateway, victim.person)
    const plantedToken = must(planted.client.token)
    const browser = gateway.client({ token: plantedToken })
    granted(await browser.signIn(victim.person))
    expect(browser.token).not.toBe(plantedToken)
    expect(granted(await provePin(browser, known)).session?.state).toBe('ACTIVE')
    expect((await gateway.client({ token: plantedToken }).session())?.state).toBe('SECOND_FACTOR_REQUIRED')
  })

  it('C19: an old token can not finish what was begun with it', async () => {
    const { person, client } = await signedIn(gateway)
    const { pin: known } = await enrollPin(client)
    granted(await client.finishRegistration())
    const { client: later } = await signedIn(gateway, person)
    const twin: Client = gateway.client({ token: must(later.token) })
    const [first, second] = [await beginPin(later), await beginPin(twin)]
    granted(await answerPin(later, first, known))
    expect(await outcomes([answerPin(twin, second, known)])).toEqual(['UNAUTHENTICATED'])
    expect(await outcomes([twin.removeMethod('x')])).toEqual(['UNAUTHENTICATED'])
  })

  it('C19: of six proofs that one token gives at once, one brings the next token, and it lives', async () => {
    const { person, client } = await signedIn(gateway)
    const { pin: known } = await enrollPin(client)
    const { client: later } = await signedIn(gateway, person)
    const tabs = Array.from({ length: 6 }, () => gateway.client({ token: must(later.token) }))
    const challenges = await Promise.all(tabs.map((tab) => beginPin(tab)))
    const answers = tabs.map((tab, at) => answerPin(tab, must(challenges[at]), known))
    expect(tally(await outcomes(answers)).VerifyChallengePayload).toBe(1)
    const [winner] = tabs.filter((tab) => tab.token !== later.token)
    expect(await lives(must(must(winner).token))).toBe(true)
    expect(await lives(must(later.token))).toBe(false)
  })

  it('C19: the answer carries no token where a cookie keeps it, but the edge gets it', async () => {
    const person = await gateway.person()
    const client = gateway.client()
    const answer = await client.ask<Answer>(
      'mutation($i: SignInInput!) { signIn(input: $i) { ... on SignInPayload { token } } }',
      { i: { identifier: person.identifier, password: person.password, transport: 'COOKIE' } },
    )
    expect(answer.token).toBeNull()
    expect(client.token).toMatch(/^si_/)
  })
})
