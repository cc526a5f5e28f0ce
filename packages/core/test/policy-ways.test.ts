import { eachDatabase, type TestDatabase } from '@security-info/testing'
import { beforeEach, describe, expect, it } from 'vitest'
import { ConfigurationFault } from '../src/index.ts'
import { parsePolicy } from '../src/policy/document.ts'
import { mail } from './plugins/mail.ts'
import { pin } from './plugins/pin.ts'
import { texting } from './plugins/texting.ts'
import { enrollMail, enrollPin, granted, must, owner, signedIn } from './support/people.ts'
import { askCode, enrollPhone, newNumber, openPhones, phoneOwner } from './support/phones.ts'
import { construct } from './support/start.ts'

eachDatabase('A policy', (open) => {
  let database: TestDatabase
  beforeEach(async () => {
    database = await open()
  })
  const gatewayWith = (methods: object, more: object = {}) =>
    openPhones(database, { policy: { methods, ...more } })

  it('takes ways out: as if they did not exist, for enrolment, sign-in, default and view', async () => {
    const someone = await phoneOwner(await gatewayWith({}))
    const narrow = await gatewayWith({ texting: { ways: ['call'] } })
    const { client } = await signedIn(narrow, someone.person)
    const options = (await client.session())?.proofOptions.map(({ way }) => way)
    expect(options).toEqual(['call'])
    expect(await client.beginChallenge({ way: 'text' })).toMatchObject({ code: 'policy.wayNotAllowed' })
    granted(await client.beginChallenge())
    await narrow.deliver()
    expect(narrow.handed.map(({ channel }) => channel)).toEqual(['voice'])
    const fresh = await signedIn(narrow)
    const refused = await fresh.client.beginEnrollment({
      method: { texting: { number: newNumber() } },
      way: 'text',
    })
    expect(refused).toMatchObject({ __typename: 'InvalidInput', path: ['way'] })
    const { methodId } = await enrollPhone(narrow, fresh.client)
    const session = await fresh.client.finishRegistration()
    expect(granted(session).session?.state).toBe('ACTIVE')
    expect(await fresh.client.updateMethod({ methodId, defaultWay: 'text' })).toMatchObject({
      __typename: 'InvalidInput',
      path: ['defaultWay'],
    })
    const { methods } = await fresh.client.securityInfo()
    expect(methods[0]?.ways.map(({ id, usedFor }) => [id, usedFor.length])).toEqual([
      ['text', 0],
      ['call', 2],
    ])
  })

  it('with no way of a kind left offers and enrols it no more', async () => {
    const gateway = await gatewayWith({ texting: { ways: [] } })
    const { client } = await signedIn(gateway)
    expect((await client.session())?.interrupt?.offers.map(({ kind }) => kind)).toEqual(['pin'])
    const answer = await client.beginEnrollment({ method: { texting: { number: newNumber() } } })
    expect(answer).toMatchObject({ __typename: 'PolicyDenied', code: 'policy.kindNotAllowed' })
  })

  it('that changes between begin and proof is asked again at the proof', async () => {
    const before = await gatewayWith({})
    const { client } = await signedIn(before)
    const { flowId, number } = await askCode(client)
    await before.deliver()
    const code = must(before.handed.find(({ to }) => to === number)?.code)
    await gatewayWith({ texting: { ways: [] } })
    const answer = await client.confirmEnrollment({ enrollmentId: flowId, proof: { texting: { code } } })
    expect(answer.code).toBe('policy.kindNotAllowed')
  })

  it('that wants another kind first blocks the offer and the enrolment, until there is one', async () => {
    const gateway = await gatewayWith({ texting: { needsAnother: true } })
    const { client } = await signedIn(gateway)
    const offers = (await client.session())?.interrupt?.offers.map(({ kind, blocked }) => [
      kind,
      blocked?.code ?? null,
    ])
    expect(offers).toEqual([
      ['pin', null],
      ['texting', 'policy.needsAnother'],
    ])
    const ask = () => client.beginEnrollment({ method: { texting: { number: newNumber() } } })
    expect(await ask()).toMatchObject({ code: 'policy.needsAnother', rule: 'methods.texting.needsAnother' })
    await enrollPin(client)
    granted(await ask())
  })

  it('that wants another kind first does not take one of the same kind, or one that may be used for nothing', async () => {
    const first = await gatewayWith({})
    const someone = await phoneOwner(first)
    const gateway = await gatewayWith({ texting: { needsAnother: true } })
    const again = gateway.client({ token: must(someone.client.token) })
    const refused = await again.beginEnrollment({ method: { texting: { number: newNumber() } } })
    expect(refused.code).toBe('policy.needsAnother')
    // But to replace the one there is changes nothing about what there is.
    granted(
      await again.beginEnrollment({
        method: { texting: { number: newNumber() } },
        replaces: someone.methodId,
      }),
    )
    const pinOwner = await owner(gateway)
    await gatewayWith({ texting: { needsAnother: true }, pin: { allowedFor: [] } })
    const unusable = await pinOwner.client.beginEnrollment({ method: { texting: { number: newNumber() } } })
    expect(unusable.code).toBe('policy.needsAnother')
  })

  it('that was met when an enrolment began is asked again when it is proven', async () => {
    const gateway = await gatewayWith({ texting: { needsAnother: true } })
    const { client, methodId } = await owner(gateway)
    granted(await enrollMail(client, gateway, 'one@example.test'))
    const { flowId, number } = await askCode(client)
    await gateway.deliver()
    const code = must(gateway.handed.findLast(({ to }) => to === number)?.code)
    await gatewayWith({ texting: { needsAnother: true }, pin: { allowedFor: [] }, mail: { allowedFor: [] } })
    const answer = await client.confirmEnrollment({ enrollmentId: flowId, proof: { texting: { code } } })
    expect(answer.code).toBe('policy.needsAnother')
    expect(methodId).not.toBe('')
  })

  it("reaches the handlers and the channel with the plugin's own section, as it is in force now", async () => {
    const gateway = await gatewayWith({ texting: { refused: ['5550199'] } })
    const { client } = await signedIn(gateway)
    const refused = await client.beginEnrollment({ method: { texting: { number: '5550199' } } })
    expect(refused).toMatchObject({
      __typename: 'InvalidInput',
      code: 'texting.refused',
      path: ['method', 'texting', 'number'],
      message: 'Not this number: 5550199.',
    })
    await askCode(client, '5550198')
    await gateway.deliver()
    expect(gateway.handed[0]?.policy).toMatchObject({ refused: ['5550199'], ways: ['text', 'call'] })
    await gatewayWith({ texting: {} })
    granted(await client.beginEnrollment({ method: { texting: { number: '5550199' } } }))
  })
})

describe('A policy that can not be', () => {
  const plugins = [pin(), texting(), mail()]
  it.each([
    [{ methods: { texting: { ways: ['pigeon'] } } }, 'policy.methods.texting.ways.0'],
    [{ methods: { texting: { refused: 'all' } } }, 'policy.methods.texting.refused'],
    [{ methods: { texting: { colour: 'red' } } }, 'policy.methods.texting'],
    [
      { methods: { pin: { allowedFor: [] }, texting: { ways: [] } } },
      'policy.registration.required.TWO_FACTOR',
    ],
  ])('stops the start and says where: %j', (policy, where) => {
    const start = () => construct(plugins, policy)
    expect(start).toThrow(ConfigurationFault)
    expect(start).toThrow(where)
  })

  it('has every way and no wish for another where it says nothing', () => {
    expect(parsePolicy({}, plugins).methods.texting).toEqual({
      allowedFor: ['TWO_FACTOR', 'PASSWORD_RESET'],
      ways: ['text', 'call'],
      needsAnother: false,
      refused: [],
    })
  })
})
