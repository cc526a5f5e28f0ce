import { eachDatabase, openTestGateway, type TestDatabase } from '@security-info/testing'
import { sql } from 'drizzle-orm'
import { beforeAll, expect, it } from 'vitest'
import { createKeyRing, generateKey, type Plugin } from '../src/index.ts'
import { key, newKey } from './plugins/key.ts'
import { pin } from './plugins/pin.ts'
import { push } from './plugins/push.ts'
import { enrollKey, enrollPin, granted, must, outcomes, provePin, signedIn } from './support/people.ts'
import { count } from './support/rows.ts'

eachDatabase('The policy in force', (open) => {
  let database: TestDatabase
  const keyRing = createKeyRing(generateKey('shared'))
  const gatewayWith = (policy: unknown, plugins: readonly Plugin[] = [pin(), key()]) =>
    openTestGateway(database, { plugins, keyRing, policy })
  beforeAll(async () => {
    database = await open()
  })
  const versions = () => count(database, sql`select count(*) from security_info.policy_version`)

  it('H32: a change holds from the next request on, on gateways that started before it too', async () => {
    const lenient = await gatewayWith({ twoFactor: 'off' })
    const { client } = await signedIn(lenient)
    expect((await client.session())?.state).toBe('ACTIVE')
    await gatewayWith({ twoFactor: 'required' })
    expect((await client.session())?.state).toBe('SECURITY_INFO_REQUIRED')
    await gatewayWith({ twoFactor: 'off' })
    expect((await client.session())?.state).toBe('ACTIVE')
  })

  it('H32: a kind that is no longer allowed no longer counts, can not be added, and still guards', async () => {
    const before = await gatewayWith({})
    const { client, person } = await signedIn(before)
    const { pin: known } = await enrollPin(client)
    granted(await client.finishRegistration())
    const after = await gatewayWith({ methods: { pin: { allowedFor: [] } } })
    expect(await client.session()).toMatchObject({ state: 'SECURITY_INFO_REQUIRED' })
    expect(await client.beginEnrollment({ method: { pin: {} } })).toMatchObject({
      __typename: 'PolicyDenied',
      code: 'policy.kindNotAllowed',
    })
    // The password alone does not get past it: a proof by the old method is more than none.
    const later = await signedIn(after, person)
    expect((await later.client.session())?.state).toBe('SECOND_FACTOR_REQUIRED')
    expect(await outcomes([later.client.beginEnrollment({ method: { key: {} } })])).toEqual(['FORBIDDEN'])
    const proven = granted(await provePin(later.client, known))
    expect(proven.session).toMatchObject({
      state: 'SECURITY_INFO_REQUIRED',
      interrupt: { missing: ['TWO_FACTOR'] },
    })
    granted(await enrollKey(later.client, newKey(`narrowed ${person.userId}`)))
    expect(granted(await later.client.finishRegistration()).session?.state).toBe('ACTIVE')
  })

  it('C9: a method whose plugin is no longer loaded still guards', async () => {
    const both = await gatewayWith({})
    const { client, person } = await signedIn(both)
    granted(await enrollKey(client, newKey(`unloaded ${person.userId}`)))
    granted(await client.finishRegistration())
    const without = await gatewayWith({}, [pin()])
    const later = await signedIn(without, person)
    expect((await later.client.session())?.state).toBe('SECOND_FACTOR_REQUIRED')
    expect(await outcomes([later.client.beginEnrollment({ method: { pin: {} } })])).toEqual(['FORBIDDEN'])
    await gatewayWith({})
  })

  it('is kept in versions: the same again makes none, and what was before can come back', async () => {
    const policy = { registration: { reconfirmEveryDays: 90 } }
    await gatewayWith(policy)
    const before = await versions()
    await Promise.all([gatewayWith(policy), gatewayWith(policy)])
    expect(await versions()).toBe(before)
    await gatewayWith({})
    await gatewayWith(policy)
    expect(await versions()).toBe(before + 2)
  })

  it('asks nobody who has no method where two-factor is for those who registered', async () => {
    const gateway = await gatewayWith({ twoFactor: 'whenRegistered' })
    const { client, person } = await signedIn(gateway)
    expect(await client.session()).toMatchObject({ state: 'ACTIVE', interrupt: null })
    const { pin: known } = await enrollPin(client)
    expect((await client.session())?.state).toBe('ACTIVE')
    const later = await signedIn(gateway, person)
    expect((await later.client.session())?.state).toBe('SECOND_FACTOR_REQUIRED')
    expect(granted(await provePin(later.client, known)).session?.state).toBe('ACTIVE')
  })

  it('never asks at sign-in where two-factor is off, but a change of methods does', async () => {
    const gateway = await gatewayWith({ twoFactor: 'off' })
    const { client, person } = await signedIn(gateway)
    const { pin: known, methodId } = await enrollPin(client)
    const later = await signedIn(gateway, person)
    expect((await later.client.session())?.state).toBe('ACTIVE')
    expect(await outcomes([later.client.removeMethod(methodId)])).toEqual(['FORBIDDEN'])
    granted(await provePin(later.client, known))
    granted(await later.client.removeMethod(methodId))
  })

  it('asks no proof of what the session has just set up, though policy lets it count for reset alone', async () => {
    const required = { TWO_FACTOR: 0, PASSWORD_RESET: 1 }
    const gateway = await gatewayWith({
      registration: { required },
      methods: { pin: { allowedFor: ['PASSWORD_RESET'] } },
    })
    const { client } = await signedIn(gateway)
    const { answer } = await enrollPin(client)
    expect(answer.session?.state).toBe('SECURITY_INFO_REQUIRED')
    expect(granted(await client.finishRegistration()).session?.state).toBe('ACTIVE')
  })

  it('uses the way that is allowed, and refuses one that is not', async () => {
    const gateway = await gatewayWith({}, [push(), pin()])
    const { client } = await signedIn(gateway)
    await enrollPin(client)
    expect(await client.beginChallenge({ way: 'ring' })).toMatchObject({
      __typename: 'InvalidInput',
      path: ['way'],
      message: 'way: "ring" is no way of pin; expected code.',
    })
    const { proofOptions } = must(await client.session())
    expect(proofOptions).toMatchObject([{ way: 'code', isDefault: true, method: { kind: 'pin' } }])
  })
})
