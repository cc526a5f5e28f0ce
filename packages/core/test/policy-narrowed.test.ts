/** H32: a stricter policy holds at once, also for what was begun or given out under the one before. */
import { eachDatabase, type TestDatabase } from '@security-info/testing'
import { sql } from 'drizzle-orm'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { uuid } from '../src/storage/sql.ts'
import { passFor, redeem } from './support/admins.ts'
import {
  beginPin,
  beginPinEnrollment,
  DAY,
  granted,
  HOUR,
  must,
  outcomes,
  owner,
  signedIn,
} from './support/people.ts'
import { enrollPhone, lastCode, newNumber, openPhones, type PhoneGateway } from './support/phones.ts'
import { query } from './support/rows.ts'

const VERIFY = `mutation Test($input: VerifyChallengeInput!) { verifyChallenge(input: $input) { __typename
  ... on VerifyChallengePayload { token deviceToken } ... on UserError { code } } }`
const SIGN_IN = `mutation Test($input: SignInInput!) { signIn(input: $input) { __typename
  ... on SignInPayload { token session { state } } ... on UserError { code } } }`

eachDatabase('What a policy before it gave', (open) => {
  let database: TestDatabase
  let gateway: PhoneGateway
  beforeEach(async () => {
    database = await open()
    gateway = await openPhones(database, { policy: { rememberDevices: { days: 90 } } })
  })
  afterEach(() => database.clock.reset())
  const decree = (policy: object) => openPhones(database, { policy })

  it('H32: a device is remembered no longer than policy now says', async () => {
    const who = await owner(gateway)
    const { client } = await signedIn(gateway, who.person)
    const input = {
      challengeId: await beginPin(client),
      proof: { pin: { code: who.pin } },
      rememberDevice: true,
    }
    const { deviceToken } = await client.ask<{ readonly deviceToken: string }>(VERIFY, { input })
    const stateAfter = async (days: number) => {
      await database.clock.set(days * DAY)
      const { identifier, password } = who.person
      const answer = await gateway.client().ask<{ readonly session: { readonly state: string } }>(SIGN_IN, {
        input: { identifier, password, deviceToken },
      })
      return answer.session.state
    }
    expect(await stateAfter(60)).toBe('ACTIVE')
    await decree({ rememberDevices: { days: 30 } })
    expect(await stateAfter(29)).toBe('ACTIVE')
    const lastUse = sql`select last_used_at from security_info.remembered_device`
    const [used] = await query(database, lastUse)
    expect(await stateAfter(31)).toBe('SECOND_FACTOR_REQUIRED')
    // Nor has it guesses at the password of its own any more (H1).
    expect(await query(database, lastUse)).toEqual([used])
  })

  it('H32: an access pass is good no longer than policy now lets passes be', async () => {
    const { person } = await owner(gateway)
    const pass = await passFor(gateway, person, { minutes: 43_200, once: false })
    await decree({ accessPass: { minutes: 60, maxMinutes: 120 } })
    await database.clock.advance(HOUR)
    granted(await redeem(gateway.client(), person, pass))
    await database.clock.advance(2 * HOUR)
    expect(await redeem(gateway.client(), person, pass)).toMatchObject({ code: 'signIn.passRejected' })
  })

  it('H32: where there are no passes any more, sessions of one are over', async () => {
    const { person } = await owner(gateway)
    const pass = await passFor(gateway, person)
    const holder = gateway.client()
    granted(await redeem(holder, person, pass))
    await beginPinEnrollment(holder)
    await decree({ accessPass: { enabled: false } })
    expect(await holder.session()).toBeUndefined()
    expect(await outcomes([holder.beginEnrollment({ method: { pin: {} } })])).toEqual(['UNAUTHENTICATED'])
  })

  it.each([
    ['kind', { allowedFor: [] }],
    ['way', { ways: ['text'] }],
  ])('H32: a challenge in a %s that policy has no more can not be answered', async (_, texting) => {
    const who = await owner(gateway)
    const { number, methodId } = await enrollPhone(gateway, who.client)
    const { client } = await signedIn(gateway, who.person)
    const begun = granted(await client.beginChallenge({ methodId, way: 'call' }))
    await gateway.securityInfo.sendDue()
    const answer = () =>
      client.verifyChallenge({
        challengeId: must(begun.challenge).id,
        proof: { texting: { code: lastCode(gateway, number) } },
      })
    await decree({ methods: { texting } })
    // And costs no attempt: whoever is asked in the middle of a change is not closed out by it.
    for (let times = 0; times < 6; times++) {
      expect(await answer()).toMatchObject({ __typename: 'FlowEnded' })
    }
    expect((await client.session())?.state).toBe('SECOND_FACTOR_REQUIRED')
    await decree({})
    granted(await answer())
  })

  it('H1: a challenge of a method that is gone costs nobody an attempt', async () => {
    const who = await owner(gateway)
    const { methodId } = await enrollPhone(gateway, who.client)
    await enrollPhone(gateway, who.client)
    const { client: thief } = await signedIn(gateway, who.person)
    const { challenge } = granted(await thief.beginChallenge({ methodId }))
    const guess = () =>
      thief.verifyChallenge({ challengeId: must(challenge).id, proof: { texting: { code: '000000' } } })
    expect(await guess()).toMatchObject({ __typename: 'ProofRejected' })
    const paid = sql`select ledger, failures from security_info.budget where user_id = ${uuid(who.person.userId)}`
    const before = await query(database, paid)
    granted(await who.client.removeMethod(methodId))
    expect(await guess()).toMatchObject({ __typename: 'FlowEnded' })
    expect(await query(database, paid)).toEqual(before)
  })

  it('H32: an enrolment that was begun in a way that policy has no more is not confirmed', async () => {
    const { client } = await signedIn(gateway)
    const number = newNumber()
    const begun = granted(await client.beginEnrollment({ method: { texting: { number } }, way: 'call' }))
    await gateway.securityInfo.sendDue()
    await decree({ methods: { texting: { ways: ['text'] } } })
    const proof = { texting: { code: lastCode(gateway, number) } }
    expect(await client.confirmEnrollment({ enrollmentId: must(begun.enrollment).id, proof })).toMatchObject({
      __typename: 'PolicyDenied',
      code: 'policy.kindNotAllowed',
    })
  })
})
