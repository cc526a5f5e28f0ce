import {
  type Client,
  eachDatabase,
  openTestGateway,
  type TestDatabase,
  type TestGateway,
} from '@security-info/testing'
import { afterEach, beforeAll, expect, it } from 'vitest'
import { key } from './plugins/key.ts'
import { mail } from './plugins/mail.ts'
import { pin } from './plugins/pin.ts'
import {
  beginPinEnrollment,
  enrollPin,
  granted,
  MINUTE,
  owner,
  provePin,
  signedIn,
} from './support/people.ts'

eachDatabase('A change of methods', (open) => {
  let database: TestDatabase
  let gateway: TestGateway
  beforeAll(async () => {
    database = await open()
    gateway = await openTestGateway(database, { plugins: [pin(), key(), mail()] })
  })
  afterEach(() => database.clock.reset())

  const changes = (client: Client, methodId: string) => [
    () => client.beginEnrollment({ method: { pin: {} } }),
    () => client.beginEnrollment({ method: { pin: {} }, replaces: methodId }),
    () => client.updateMethod({ methodId, makeDefault: true }),
    () => client.updateMethod({ methodId, defaultWay: 'code' }),
    () => client.removeMethod(methodId),
    () => client.finishRegistration({ defaultMethodId: methodId }),
    () => client.reauthenticate('whatever'),
  ]

  it('C21: needs a proof of the second factor at most 5 minutes old, and says by what', async () => {
    const { client, methodId, pin: known } = await owner(gateway)
    const { enrollmentId, pin: fresh } = await beginPinEnrollment(client)
    await database.clock.advance(5 * MINUTE)
    const confirm = () => client.confirmEnrollment({ enrollmentId, proof: { pin: { code: fresh } } })
    for (const change of [...changes(client, methodId), confirm]) {
      expect(await change()).toMatchObject({
        __typename: 'FreshProofRequired',
        code: 'proof.secondFactorNeeded',
        maxAgeSeconds: 300,
        options: [{ id: methodId }],
      })
    }
    granted(await provePin(client, known))
    granted(await client.updateMethod({ methodId, makeDefault: true }))
    granted(await enrollPin(client).then(({ answer }) => answer))
    granted(await client.removeMethod(methodId))
  })

  it('C21: a little less than 5 minutes will do', async () => {
    const { client, methodId } = await owner(gateway)
    await database.clock.advance(5 * MINUTE - 20_000)
    const updated = granted(await client.updateMethod({ methodId, makeDefault: true }))
    expect(updated.method?.isDefault).toBe(true)
  })

  it('C21: the password is no proof where there is a second factor', async () => {
    const { person, client, methodId, pin: known } = await owner(gateway)
    granted(await provePin(client, known))
    granted(await client.reauthenticate(person.password))
    await database.clock.advance(4 * MINUTE)
    granted(await client.reauthenticate(person.password))
    await database.clock.advance(2 * MINUTE)
    expect(await client.removeMethod(methodId)).toMatchObject({ code: 'proof.secondFactorNeeded' })
  })

  it('C21: a name protects nothing: it may change without', async () => {
    const { client, methodId } = await owner(gateway)
    await database.clock.advance(6 * MINUTE)
    expect(granted(await client.updateMethod({ methodId, label: 'Renamed' })).method?.label).toBe('Renamed')
  })

  it('C21: in the wizard the proofs of the sign-in hold for its 15 minutes, and then the session is over', async () => {
    const { client } = await signedIn(gateway)
    await database.clock.advance(15 * MINUTE - 20_000)
    granted(await client.beginEnrollment({ method: { pin: {} } }))
    await database.clock.advance(20_000)
    expect(await client.session()).toBeUndefined()
  })

  it('C21: without any second factor it is the password, once more after 5 minutes', async () => {
    const lenient = await openTestGateway(database, { plugins: [pin(), key()], policy: { twoFactor: 'off' } })
    const { person, client } = await signedIn(lenient)
    await database.clock.advance(6 * MINUTE)
    expect(await client.beginEnrollment({ method: { pin: {} } })).toMatchObject({
      __typename: 'FreshProofRequired',
      code: 'proof.passwordNeeded',
      options: [],
    })
    expect(await client.reauthenticate('not the password')).toMatchObject({ code: 'password.wrong' })
    granted(await client.reauthenticate(person.password))
    granted(await client.beginEnrollment({ method: { pin: {} } }))
    await openTestGateway(database, { plugins: [pin(), key(), mail()] })
  })
})
