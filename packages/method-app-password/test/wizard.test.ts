import { eachDatabase } from '@security-info/testing'
import { generate } from 'otplib'
import { expect, it } from 'vitest'
import { create, made, revoke } from './documents.ts'
import { openWorld } from './world.ts'

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
    const begun = await client.beginEnrollment({ method: { totp: {} } }, '... on TotpSetup { manualKey }')
    const secret = String(begun.enrollment?.step.manualKey).replaceAll(' ', '')
    const epoch = Math.floor((await database.clock.now()).getTime() / 1000)
    const proof = { totp: { code: await generate({ secret, epoch }) } }
    await client.confirmEnrollment({ enrollmentId: begun.enrollment?.id, proof })
    expect(await client.finishRegistration()).toMatchObject({ code: 'registration.sectionOwed' })
    await database.clock.advance(10 * 60_000)
    expect(await create(client)).toMatchObject({ __typename: 'AppPasswordCreatePayload' })
    expect(await client.finishRegistration()).toMatchObject({ session: { state: 'ACTIVE' } })
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
