import { eachDatabase, openTestGateway, type TestGateway } from '@security-info/testing'
import { sql } from 'drizzle-orm'
import { describe, expect, test } from 'vitest'
import { pin } from './plugins/pin.ts'
import { passFor, redeem } from './support/admins.ts'
import {
  beginPin,
  DAY,
  enrollPin,
  granted,
  must,
  type Owner,
  owner,
  provePin,
  tally,
  wrong,
} from './support/people.ts'
import { count } from './support/rows.ts'

const policy = { rememberDevices: { days: 30 } }
const VERIFY = `mutation Test($input: VerifyChallengeInput!) { verifyChallenge(input: $input) { __typename
  ... on VerifyChallengePayload { token deviceToken session { state } } ... on UserError { code } } }`
const SIGN_IN = `mutation Test($input: SignInInput!) { signIn(input: $input) { __typename
  ... on SignInPayload { token session { state } } ... on UserError { code } } }`
const FORGET = `mutation Test($input: ForgetDeviceInput!) { forgetDevice(input: $input) { __typename
  ... on ForgetDevicePayload { forgotten } ... on UserError { code } } }`

interface Got {
  readonly __typename: string
  readonly code?: string
  readonly deviceToken?: string | null
  readonly forgotten?: number
  readonly session?: { readonly state: string }
}

/** Proves the pin on a device that is to be remembered, and gives its token. */
async function remember(gateway: TestGateway, { person, pin: code }: Owner): Promise<string | null> {
  const client = gateway.client()
  granted(await client.signIn(person))
  const challengeId = await beginPin(client)
  const input = { challengeId, proof: { pin: { code } }, rememberDevice: true }
  return (await client.ask<Got>(VERIFY, { input })).deviceToken ?? null
}

/** Signs in with the token of a device. */
async function signInOn(gateway: TestGateway, { person }: Pick<Owner, 'person'>, deviceToken: string | null) {
  const client = gateway.client({ address: '203.0.113.9' })
  const input = { identifier: person.identifier, password: person.password, deviceToken }
  const got = await client.ask<Got>(SIGN_IN, { input })
  return { client, state: got.session?.state ?? got.code }
}

eachDatabase('Remembered devices (C25)', (open) => {
  const start = async (more: object = {}) => {
    const gateway = await openTestGateway(await open(), { plugins: [pin()], policy: { ...policy, ...more } })
    return { gateway, who: await owner(gateway) }
  }

  test('are not asked for the second factor, for as many days as policy says', async () => {
    const { gateway, who } = await start()
    const token = await remember(gateway, who)
    expect((await signInOn(gateway, who, token)).state).toBe('ACTIVE')
    expect((await signInOn(gateway, who, null)).state).toBe('SECOND_FACTOR_REQUIRED')
    await gateway.database.clock.advance(30 * DAY + 1000)
    expect((await signInOn(gateway, who, token)).state).toBe('SECOND_FACTOR_REQUIRED')
  })

  test('are none where policy has none, also with a token from before', async () => {
    const { gateway, who } = await start()
    const token = await remember(gateway, who)
    const strict = await openTestGateway(gateway.database, { plugins: [pin()], policy: {} })
    expect((await signInOn(strict, who, token)).state).toBe('SECOND_FACTOR_REQUIRED')
    expect(await remember(strict, who)).toBeNull()
  })

  test('C25 none is remembered by who came in with an access pass', async () => {
    const { gateway, who } = await start()
    const holder = gateway.client()
    granted(await redeem(holder, who.person, await passFor(gateway, who.person)))
    const { pin: code, methodId } = await enrollPin(holder)
    const challengeId = await beginPin(holder, methodId)
    const input = { challengeId, proof: { pin: { code } }, rememberDevice: true }
    expect(await holder.ask(VERIFY, { input })).toMatchObject({
      __typename: 'VerifyChallengePayload',
      deviceToken: null,
    })
  })

  test('C25 a device is never good for a change, nor for the page (C21)', async () => {
    const { gateway, who } = await start()
    const { client } = await signInOn(gateway, who, await remember(gateway, who))
    const begun = await client.send(
      'mutation { beginEnrollment(input: { method: { pin: {} } }) { __typename } }',
    )
    expect(begun.errors[0]?.extensions).toMatchObject({ code: 'FORBIDDEN' })
    await expect(client.securityInfo()).rejects.toThrow(/second factor/)
    const change = await client.ask<Got>(
      `mutation Test($input: ChangePasswordInput!) { changePassword(input: $input) { __typename ... on UserError { code } } }`,
      { input: { currentPassword: who.person.password, newPassword: 'quite another phrase' } },
    )
    expect(change.__typename).toBe('FreshProofRequired')
  })

  describe('C25 a token is worth nothing', () => {
    test('made up, cut, or of somebody else', async () => {
      const { gateway, who } = await start()
      const other = await owner(gateway)
      const token = must(await remember(gateway, other))
      const forged = `${token.slice(0, -6)}AAAAAA`
      for (const bad of [token, forged, 'sd_', '', token.replace('sd_', 'si_')]) {
        expect((await signInOn(gateway, who, bad)).state).toBe('SECOND_FACTOR_REQUIRED')
      }
    })

    test('without the password', async () => {
      const { gateway, who } = await start()
      const token = await remember(gateway, who)
      const person = { ...who.person, password: 'not this one' }
      expect((await signInOn(gateway, { person }, token)).state).toBe('signIn.rejected')
    })

    test('as the token of a session', async () => {
      const { gateway, who } = await start()
      const client = gateway.client({ token: must(await remember(gateway, who)) })
      expect(await client.session()).toBeUndefined()
    })

    test('once it is forgotten: a session that stands on it owes the second factor at once', async () => {
      const { gateway, who } = await start()
      const token = await remember(gateway, who)
      const { client } = await signInOn(gateway, who, token)
      const owners = gateway.client()
      granted(await owners.signIn(who.person))
      granted(await provePin(owners, who.pin))
      expect(await owners.ask<Got>(FORGET, { input: {} })).toMatchObject({ forgotten: 1 })
      expect((await client.session())?.state).toBe('SECOND_FACTOR_REQUIRED')
      expect((await signInOn(gateway, who, token)).state).toBe('SECOND_FACTOR_REQUIRED')
    })

    test('once the method is gone that was proven on it', async () => {
      const { gateway, who } = await start()
      const token = await remember(gateway, who)
      const { client } = await signInOn(gateway, who, token)
      const owners = gateway.client()
      granted(await owners.signIn(who.person))
      granted(await provePin(owners, who.pin))
      await enrollPin(owners)
      granted(await owners.removeMethod(who.methodId))
      expect((await client.session())?.state).toBe('SECOND_FACTOR_REQUIRED')
      expect((await signInOn(gateway, who, token)).state).toBe('SECOND_FACTOR_REQUIRED')
    })

    test('C20 after a change of the password', async () => {
      const { gateway, who } = await start()
      const token = await remember(gateway, who)
      const owners = gateway.client()
      granted(await owners.signIn(who.person))
      granted(await provePin(owners, who.pin))
      const password = 'quite another phrase'
      const input = { currentPassword: who.person.password, newPassword: password }
      await owners.ask(
        'mutation T($input: ChangePasswordInput!) { changePassword(input: $input) { __typename } }',
        {
          input,
        },
      )
      const person = { ...who.person, password }
      expect((await signInOn(gateway, { person }, token)).state).toBe('SECOND_FACTOR_REQUIRED')
      const left = await count(gateway.database, sql`select count(*) from security_info.remembered_device`)
      expect(left).toBe(0)
    })
  })

  test('H1 a device has a budget of its own: strangers who close the password elsewhere do not close it there', async () => {
    const { gateway, who } = await start()
    const token = await remember(gateway, who)
    const stranger = (index: number) =>
      gateway.client({ address: `198.51.100.${index % 200}` }).signIn({ ...who.person, password: 'a guess' })
    const guesses = []
    for (let index = 0; index < 110; index++) guesses.push((await stranger(index)).__typename)
    expect(tally(guesses).RateLimited).toBeGreaterThan(0)
    expect((await gateway.client({ address: '192.0.2.7' }).signIn(who.person)).__typename).toBe('RateLimited')
    expect((await signInOn(gateway, who, token)).state).toBe('ACTIVE')
  })

  test('C2 a stolen token does not lift the limit on guesses: ten, and then it is closed there', async () => {
    const { gateway, who } = await start()
    const token = await remember(gateway, who)
    const person = { ...who.person, password: wrong(who.pin) }
    const got = []
    for (let index = 0; index < 12; index++) got.push((await signInOn(gateway, { person }, token)).state)
    expect(tally(got.map(String))).toEqual({ 'signIn.rejected': 10, 'rate.limited': 2 })
    expect((await signInOn(gateway, who, null)).state).toBe('SECOND_FACTOR_REQUIRED')
  })

  test('ten at most: the oldest goes', async () => {
    const { gateway, who } = await start()
    const first = await remember(gateway, who)
    for (let index = 0; index < 10; index++) await remember(gateway, who)
    const kept = await count(gateway.database, sql`select count(*) from security_info.remembered_device`)
    expect(kept).toBe(10)
    expect((await signInOn(gateway, who, first)).state).toBe('SECOND_FACTOR_REQUIRED')
  })
})
