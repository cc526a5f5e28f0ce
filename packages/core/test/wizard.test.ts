import { eachDatabase, openTestGateway, type TestDatabase, type TestGateway } from '@security-info/testing'
import { afterEach, beforeAll, expect, it } from 'vitest'
import { createKeyRing, generateKey } from '../src/index.ts'
import { key, newKey } from './plugins/key.ts'
import { locker } from './plugins/locker.ts'
import { mail } from './plugins/mail.ts'
import { pin } from './plugins/pin.ts'
import { push } from './plugins/push.ts'
import {
  DAY,
  enrollKey,
  enrollMail,
  enrollPin,
  granted,
  MINUTE,
  must,
  outcomes,
  provePin,
  signedIn,
} from './support/people.ts'

eachDatabase('The wizard', (open) => {
  let database: TestDatabase
  const plugins = [pin(), key(), mail(), push(), locker()]
  const keyRing = createKeyRing(generateKey('shared'))
  /** Each test has its own policy; the newest is in force. */
  const gatewayWith = (registration: object, more: object = {}): Promise<TestGateway> =>
    openTestGateway(database, { plugins, keyRing, policy: { registration, ...more } })

  beforeAll(async () => {
    database = await open({ plugins })
  })
  afterEach(() => database.clock.reset())

  it('says why it opens, what is missing, and what would do: what can be done now first, then by strength', async () => {
    const { client } = await signedIn(await gatewayWith({ required: { TWO_FACTOR: 1, PASSWORD_RESET: 2 } }))
    const { interrupt, state } = must(await client.session())
    expect(state).toBe('SECURITY_INFO_REQUIRED')
    expect(interrupt).toMatchObject({
      required: 2,
      position: 1,
      missing: ['TWO_FACTOR', 'PASSWORD_RESET'],
      skippable: false,
      snoozesLeft: null,
      deadline: null,
      sections: [],
    })
    expect(interrupt?.reasons.map(({ rule }) => rule)).toEqual([
      'TWO_FACTOR_REQUIRED',
      'PASSWORD_RESET_REQUIRED',
    ])
    expect(interrupt?.offers.map(({ kind, blocked }) => [kind, blocked?.code ?? null])).toEqual([
      ['key', null],
      ['push', null],
      ['pin', null],
      ['mail', 'policy.firstMethodTwoFactor'],
    ])
  })

  it("keeps the organisation's own order of offers", async () => {
    const { client } = await signedIn(await gatewayWith({ order: ['pin', 'push'] }))
    const kinds = (await client.session())?.interrupt?.offers.map(({ kind }) => kind)
    expect(kinds).toEqual(['pin', 'push', 'key'])
  })

  it('asks only for the rest, method 2 of 2, and is done when nothing is missing', async () => {
    const gateway = await gatewayWith({ required: { TWO_FACTOR: 1, PASSWORD_RESET: 2 } })
    const { client, person } = await signedIn(gateway)
    const blocked = await client.beginEnrollment({ method: { mail: { address: 'a@example.test' } } })
    expect(blocked).toMatchObject({ code: 'policy.firstMethodTwoFactor', rule: 'registration.firstMethod' })
    const { answer } = await enrollPin(client)
    expect(answer.session?.interrupt).toMatchObject({ position: 2, required: 2, missing: ['PASSWORD_RESET'] })
    expect(answer.session?.interrupt?.offers.map(({ kind }) => kind)).toEqual(['key', 'push', 'mail'])
    expect(await client.finishRegistration()).toMatchObject({ code: 'registration.missing.PASSWORD_RESET' })
    const mailed = granted(await enrollMail(client, gateway, `${person.userId}@example.test`))
    expect(mailed.session).toMatchObject({ state: 'SECURITY_INFO_REQUIRED' })
    expect(mailed.session?.interrupt).toMatchObject({ missing: [], position: 2, required: 2 })
    expect(mailed.session?.interrupt?.reasons.map(({ rule }) => rule)).toEqual(['REVIEW'])
    expect(granted(await client.finishRegistration()).session).toMatchObject({
      state: 'ACTIVE',
      interrupt: null,
    })
  })

  it('asks a half-registered person for the second factor first, and then for the rest', async () => {
    const gateway = await gatewayWith({ required: { TWO_FACTOR: 1, PASSWORD_RESET: 2 } })
    const { client, person } = await signedIn(gateway)
    const { pin: known } = await enrollPin(client)
    const later = await signedIn(gateway, person)
    expect(await later.client.session()).toMatchObject({ state: 'SECOND_FACTOR_REQUIRED', interrupt: null })
    const proven = granted(await provePin(later.client, known))
    expect(proven.session).toMatchObject({ state: 'SECURITY_INFO_REQUIRED' })
    expect(proven.session?.interrupt?.missing).toEqual(['PASSWORD_RESET'])
  })

  it('counts what lives on one device once, and two of a kind once', async () => {
    const { client, person } = await signedIn(
      await gatewayWith({ required: { TWO_FACTOR: 2, PASSWORD_RESET: 0 } }),
    )
    await enrollPin(client)
    const { answer } = await enrollPin(client)
    expect(answer.session?.interrupt?.missing).toEqual(['TWO_FACTOR'])
    const withKey = granted(await enrollKey(client, newKey(`device ${person.userId}`)))
    expect(withKey.session?.interrupt?.missing).toEqual([])
  })

  it('lets the review choose the default', async () => {
    const { client, person } = await signedIn(await gatewayWith({}))
    const { methodId } = await enrollPin(client)
    const strong = granted(await enrollKey(client, newKey(`review ${person.userId}`)))
    expect(must(strong.method).isDefault).toBe(false)
    expect(await client.finishRegistration({ defaultMethodId: methodId, defaultWay: 'touch' })).toMatchObject(
      {
        __typename: 'InvalidInput',
      },
    )
    granted(await client.finishRegistration({ defaultMethodId: must(strong.method).id }))
    expect((await client.securityInfo()).default).toMatchObject({ method: { id: must(strong.method).id } })
  })

  it('has sections of other plugins, and blocks Done until they are finished', async () => {
    const gateway = await gatewayWith({}, { methods: { locker: { demanded: true } } })
    const { client } = await signedIn(gateway)
    const { answer } = await enrollPin(client)
    expect(answer.session?.interrupt).toMatchObject({ missing: [], sections: [{ id: 'item', done: false }] })
    expect(answer.session?.interrupt?.reasons.map(({ rule }) => rule)).toEqual(['SECTION_REQUIRED'])
    expect(await client.finishRegistration()).toMatchObject({
      code: 'registration.sectionOwed',
      rule: 'methods.locker',
      message: 'The section "item" is not finished yet.',
    })
    expect(await client.ask('mutation { fillLocker(name: "coat") }')).toBe(true)
    expect(granted(await client.finishRegistration()).session?.state).toBe('ACTIVE')
  })

  it('can be put off as often and as long as policy grants, each time counted', async () => {
    const gateway = await gatewayWith({ snooze: { days: 7, times: 2 } })
    const { client, person } = await signedIn(gateway)
    const first = must((await client.session())?.interrupt)
    expect(first).toMatchObject({ skippable: true, snoozesLeft: 2 })
    const days = (Date.parse(must(first.deadline)) - (await nowOf(client))) / DAY
    expect(Math.round(days)).toBe(14)
    expect(granted(await client.snoozeRegistration()).session).toMatchObject({
      state: 'ACTIVE',
      interrupt: null,
    })
    expect(await client.snoozeRegistration()).toMatchObject({ code: 'registration.nothingToSnooze' })
    expect(await stateLater(gateway, person, 7 * DAY - MINUTE)).toMatchObject({ state: 'ACTIVE' })
    const again = await signedInLater(gateway, person, MINUTE)
    expect((await again.session())?.interrupt).toMatchObject({ skippable: true, snoozesLeft: 1 })
    granted(await again.snoozeRegistration())
    const last = await signedInLater(gateway, person, 7 * DAY)
    expect((await last.session())?.interrupt).toMatchObject({ skippable: false, snoozesLeft: 0 })
    expect(await last.snoozeRegistration()).toMatchObject({
      __typename: 'PolicyDenied',
      code: 'registration.notSkippable',
    })
  })

  it('H32: a snooze ends with the policy that granted it', async () => {
    const { client } = await signedIn(await gatewayWith({ snooze: { days: 14, times: 3 } }))
    granted(await client.snoozeRegistration())
    expect((await client.session())?.state).toBe('ACTIVE')
    // One that lasts longer than any that policy grants now, or any at all.
    for (const days of [1, 0]) {
      await gatewayWith({ snooze: { days, times: 3 } })
      expect((await client.session())?.state).toBe('SECURITY_INFO_REQUIRED')
    }
  })

  it('charges one snooze where two are asked for at once', async () => {
    const gateway = await gatewayWith({ snooze: { days: 7, times: 3 } })
    const { client, person } = await signedIn(gateway)
    const other = await signedIn(gateway, person)
    await outcomes([client.snoozeRegistration(), other.client.snoozeRegistration()])
    const later = await signedInLater(gateway, person, 7 * DAY)
    expect((await later.session())?.interrupt?.snoozesLeft).toBe(2)
  })

  it('may be skipped at each sign-in where only reset asks, uncounted and for this session alone', async () => {
    const gateway = await gatewayWith({ required: { TWO_FACTOR: 0, PASSWORD_RESET: 1 } })
    const { person } = await signedIn(gateway)
    for (let times = 0; times < 5; times++) {
      const { client } = await signedIn(gateway, person)
      expect((await client.session())?.interrupt).toMatchObject({ skippable: true, snoozesLeft: null })
      expect(granted(await client.snoozeRegistration()).session?.state).toBe('ACTIVE')
    }
  })

  it('asks to look the methods over when it is time, and Done says that they are right', async () => {
    const gateway = await gatewayWith({ reconfirmEveryDays: 30 })
    const { client, person } = await signedIn(gateway)
    const { pin: known } = await enrollPin(client)
    granted(await client.finishRegistration())
    const early = await signedInLater(gateway, person, 30 * DAY - MINUTE)
    expect(granted(await provePin(early, known)).session?.state).toBe('ACTIVE')
    const due = await signedInLater(gateway, person, MINUTE)
    expect(await due.session()).toMatchObject({ state: 'SECOND_FACTOR_REQUIRED', interrupt: null })
    const { session } = granted(await provePin(due, known))
    expect(session).toMatchObject({
      state: 'SECURITY_INFO_REQUIRED',
      interrupt: { skippable: false, missing: [] },
    })
    expect(session?.interrupt?.reasons.map(({ rule }) => rule)).toEqual(['RECONFIRMATION_DUE'])
    expect(granted(await due.finishRegistration()).session?.state).toBe('ACTIVE')
    const next = await signedInLater(gateway, person, DAY)
    expect(granted(await provePin(next, known)).session?.state).toBe('ACTIVE')
  })

  type Person = Awaited<ReturnType<typeof signedIn>>['person']
  async function signedInLater(gateway: TestGateway, person: Person, milliseconds: number) {
    await database.clock.advance(milliseconds)
    return (await signedIn(gateway, person)).client
  }
  async function stateLater(gateway: TestGateway, person: Person, milliseconds: number) {
    return (await signedInLater(gateway, person, milliseconds)).session()
  }
  /** The database's time, as a client can see it. */
  async function nowOf(client: Awaited<ReturnType<typeof signedIn>>['client']) {
    const viewer = await client.ask<{ session: { createdAt: string } }>(
      '{ viewer { session { createdAt } } }',
    )
    return Date.parse(viewer.session.createdAt)
  }
})
