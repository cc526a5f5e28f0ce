import { type Client, eachDatabase, type TestDatabase } from '@security-info/testing'
import { generate } from 'otplib'
import { expect, it } from 'vitest'
import { made, overview } from './documents.ts'
import { opened, openWorld, type Somebody, type World } from './world.ts'

type Answer = Readonly<Record<string, never>> & {
  readonly token?: string
  readonly gate?: { readonly id: string }
  readonly message?: string
}

/** A step of a reset, with the fields that the next one needs. */
const step = (client: Client, field: string, input: object, payload: string) =>
  client.ask<Answer>(
    `mutation ($input: ${field[0]?.toUpperCase()}${field.slice(1)}Input!) { ${field}(input: $input) {
      ... on UserError { message } ... on ${field[0]?.toUpperCase()}${field.slice(1)}Payload { ${payload} } } }`,
    { input },
  )

async function codeOf(database: TestDatabase, secret: string) {
  const epoch = Math.floor((await database.clock.now()).getTime() / 1000)
  return { totp: { code: await generate({ secret, epoch }) } }
}

/** Somebody with an authenticator app, old enough to count, and an app password. */
async function forgetful(world: World) {
  const { person, client } = await world.somebody()
  const begun = await client.beginEnrollment({ method: { totp: {} } }, '... on TotpSetup { manualKey }')
  const secret = String(begun.enrollment?.step.manualKey).replaceAll(' ', '')
  const proof = await codeOf(world.database, secret)
  await client.confirmEnrollment({ enrollmentId: begun.enrollment?.id, proof })
  const { password } = await made(client)
  await world.database.clock.advance(4 * 86_400_000)
  return { person, client, secret, right: { username: person.identifier, password } }
}

/** Proves the app, and sets a new password. */
async function reset(world: World, { person }: Somebody, secret: string) {
  const visitor = world.client()
  const { token } = await step(visitor, 'startPasswordReset', { identifier: person.identifier }, 'token')
  const begun = await step(visitor, 'beginResetGate', { token, method: { totp: {} } }, 'gate { id }')
  const proof = await codeOf(world.database, secret)
  const passed = await step(visitor, 'verifyResetGate', { token, gateId: begun.gate?.id, proof }, 'token')
  const newPassword = `new ${person.password}`
  const { message } = await step(
    visitor,
    'completePasswordReset',
    { token: passed.token, newPassword },
    'message',
  )
  expect((await world.client().signIn({ ...person, password: newPassword })).__typename, message).toBe(
    'SignInPayload',
  )
  return message
}

const oneGate = { passwordReset: { gates: 1 } }

eachDatabase('A password reset', (open) => {
  it('takes all app passwords of the person away, and nobody else (C20, H24)', async () => {
    const world = await openWorld(await open(), {}, { policy: oneGate })
    const [who, other] = [await forgetful(world), await opened(world)]
    expect(await world.statuses([who.right, other.right])).toEqual([200, 200])
    expect(await reset(world, who, who.secret)).toContain('Your app passwords were deleted with it')
    expect(await world.statuses([who.right, other.right])).toEqual([401, 200])
    await expect(overview(who.client)).rejects.toThrow(/No live session/)
  })

  it('leaves them where the organisation says so', async () => {
    const world = await openWorld(await open(), { revokeOnReset: false }, { policy: oneGate })
    const who = await forgetful(world)
    expect(await reset(world, who, who.secret)).not.toContain('app password')
    expect((await world.check(who.right)).status).toBe(200)
  })

  it('is not what ends those of a closed account: they are gone when it opens again (C20)', async () => {
    const world = await openWorld(await open(), { revokeOnReset: false })
    const { person, right } = await opened(world)
    const { accounts } = world.securityInfo
    await accounts.disable(person.identifier)
    expect((await world.check(right)).status).toBe(401)
    await accounts.enable(person.identifier)
    expect((await world.check(right)).status).toBe(401)
    expect(await world.client().signIn(person)).toMatchObject({ __typename: 'SignInPayload' })
  })
})
