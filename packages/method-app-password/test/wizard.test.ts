import {
  type Answer,
  type Client,
  eachDatabase,
  type Person,
  type TestDatabase,
} from '@security-info/testing'
import { generate } from 'otplib'
import { expect, it } from 'vitest'
import { create, made, revoke } from './documents.ts'
import { openWorld, type World } from './world.ts'

/** Sets an authenticator app up; gives what it shows now. */
async function enrollApp({ clock }: TestDatabase, client: Client): Promise<() => Promise<object>> {
  const begun = await client.beginEnrollment({ method: { totp: {} } }, '... on TotpSetup { manualKey }')
  const secret = String(begun.enrollment?.step.manualKey).replaceAll(' ', '')
  const proof = async () => {
    const epoch = Math.floor((await clock.now()).getTime() / 1000)
    return { totp: { code: await generate({ secret, epoch }) } }
  }
  await client.confirmEnrollment({ enrollmentId: begun.enrollment?.id, proof: await proof() })
  return proof
}

/** A pass for somebody, from an administrator who has proven an authenticator app for it. */
async function passFor(world: World, { identifier }: Person): Promise<string> {
  const { client, person } = await world.somebody()
  await world.securityInfo.accounts.change({ identifier: person.identifier, administrator: true })
  const proof = await enrollApp(world.database, client)
  await client.finishRegistration()
  const issue = () =>
    client.ask<Answer & { readonly act?: string; readonly pass?: string }>(
      `mutation Test($input: IssueAccessPassInput!) { issueAccessPass(input: $input) { __typename
        ... on FreshProofRequired { act } ... on IssueAccessPassPayload { pass } } }`,
      { input: { identifier, once: false } },
    )
  const { act } = await issue()
  const { challenge } = await client.beginChallenge({ act })
  await world.database.clock.advance(60_000)
  await client.verifyChallenge({ challengeId: challenge?.id, proof: await proof() })
  return (await issue()).pass ?? ''
}

eachDatabase('Where an app password is demanded', (open) => {
  it('is a section of registration, and Done is refused until it exists', async () => {
    const world = await openWorld(await open(), { required: true })
    const person = await world.person()
    const client = world.client()
    const { session } = await client.signIn(person)
    expect(session).toMatchObject({
      state: 'SECURITY_INFO_REQUIRED',
      interrupt: { reasons: [{ rule: 'SECTION_REQUIRED' }], sections: [{ id: 'appPassword', done: false }] },
    })
    expect(await client.finishRegistration()).toMatchObject({
      __typename: 'PolicyDenied',
      code: 'registration.sectionOwed',
    })
    const answer = await create(client)
    expect(answer.session).toMatchObject({
      state: 'SECURITY_INFO_REQUIRED',
      interrupt: {
        sections: [
          {
            plugin: 'appPassword',
            id: 'appPassword',
            title: 'Make an app password for your mail program or device',
            done: true,
          },
        ],
      },
    })
    expect(await client.finishRegistration()).toMatchObject({ session: { state: 'ACTIVE' } })
  })

  it('C8: comes after the methods, and the proofs of the sign-in do for its length', async () => {
    const database = await open()
    const world = await openWorld(database, { required: true }, { policy: { twoFactor: 'required' } })
    const person = await world.person()
    const client = world.client()
    await client.signIn(person)
    // A password alone must not make what every program gets in with.
    expect(await create(client)).toMatchObject({
      __typename: 'PolicyDenied',
      code: 'registration.missing.TWO_FACTOR',
    })
    await enrollApp(database, client)
    expect(await client.finishRegistration()).toMatchObject({ code: 'registration.sectionOwed' })
    await database.clock.advance(10 * 60_000)
    expect(await create(client)).toMatchObject({ __typename: 'AppPasswordCreatePayload' })
    expect(await client.finishRegistration()).toMatchObject({ session: { state: 'ACTIVE' } })
  })

  it('C8: comes after the methods also where the wizard is put off', async () => {
    const policy = { twoFactor: 'required', registration: { snooze: { days: 7, times: 3 } } }
    const world = await openWorld(await open(), {}, { policy })
    const client = world.client()
    await client.signIn(await world.person())
    await client.snoozeRegistration()
    expect((await client.session())?.state).toBe('ACTIVE')
    expect(await create(client)).toMatchObject({ code: 'registration.missing.TWO_FACTOR' })
  })

  it('C8: is made by who came in with an access pass only where it is demanded', async () => {
    const database = await open()
    const world = await openWorld(database)
    const { person } = await world.somebody()
    const pass = await passFor(world, person)
    const redeemed = async () => {
      const client = world.client()
      const input = { identifier: person.identifier, pass }
      await client.ask(
        `mutation Test($input: RedeemAccessPassInput!) { redeemAccessPass(input: $input) { __typename
          ... on SignInPayload { token } } }`,
        { input },
      )
      return client
    }
    const refused = { __typename: 'PolicyDenied', code: 'accessPass.wizardOnly' }
    expect(await create(await redeemed())).toMatchObject(refused)
    await world.decree({ required: true })
    const client = await redeemed()
    await enrollApp(database, client)
    expect(await create(client)).toMatchObject({ __typename: 'AppPasswordCreatePayload' })
    expect(await create(client)).toMatchObject(refused)
  })

  it('is demanded again when the last one that works is gone, and never where nobody may make one', async () => {
    const database = await open()
    const world = await openWorld(database, { required: true, idleDays: 5 })
    const { client, person } = await world.somebody()
    const { appPassword } = await made(client)
    await client.finishRegistration()
    const stateNow = async () => {
      const { session } = await client.signIn(person)
      return session?.state
    }
    expect(await stateNow()).toBe('ACTIVE')
    await database.clock.advance(6 * 86_400_000)
    expect(await stateNow()).toBe('SECURITY_INFO_REQUIRED')
    await made(client)
    await client.finishRegistration()
    expect(await stateNow()).toBe('ACTIVE')
    expect((await revoke(client, appPassword.id)).session?.state).toBe('ACTIVE')
    // One that is for nothing any more is none.
    await world.decree({ required: true, idleDays: 5, scopes: ['caldav'] })
    expect(await stateNow()).toBe('SECURITY_INFO_REQUIRED')
    await world.decree({ required: true, idleDays: 5 })
    expect(await stateNow()).toBe('ACTIVE')
    await world.decree({ allowed: false })
    await database.clock.advance(6 * 86_400_000)
    expect(await stateNow()).toBe('ACTIVE')
  })
})
