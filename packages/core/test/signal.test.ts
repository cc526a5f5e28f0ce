import {
  type Client,
  documents,
  eachDatabase,
  openTestGateway,
  type TestDatabase,
  type TestGateway,
} from '@security-info/testing'
import { beforeAll, expect, it } from 'vitest'
import { pin } from './plugins/pin.ts'
import { type PushDevice, push } from './plugins/push.ts'
import { granted, insideOf, MINUTE, must, signedIn, type Visitor } from './support/people.ts'

eachDatabase('A proof that completes out of band', (open) => {
  let database: TestDatabase
  let gateway: TestGateway
  const device: PushDevice = { signal: async () => false }
  beforeAll(async () => {
    database = await open()
    gateway = await openTestGateway(database, { plugins: [push(device), pin()] })
  })

  const redeem = (client: Client, challengeId: string) =>
    client.verifyChallenge({ challengeId, proof: { push: { answered: true } } })
  const flowOf = ({ person }: Visitor, id: string) => ({ userId: person.userId, flowId: insideOf(id) })

  async function paired(): Promise<Visitor> {
    const visitor = await signedIn(gateway)
    const begun = granted(
      await visitor.client.beginEnrollment({ method: { push: {} } }, '... on PushSetup { number }'),
    )
    const { id, step } = must(begun.enrollment)
    const proof = { push: { answered: true } }
    expect(await visitor.client.confirmEnrollment({ enrollmentId: id, proof })).toMatchObject({
      code: 'push.waiting',
    })
    expect(await device.signal(flowOf(visitor, id), { approved: true, number: step.number })).toBe(true)
    granted(await visitor.client.confirmEnrollment({ enrollmentId: id, proof }))
    granted(await visitor.client.finishRegistration())
    return visitor
  }
  async function challenged() {
    const owner = await paired()
    const visitor = await signedIn(gateway, owner.person)
    const { client } = visitor
    const { challenge } = granted(await client.beginChallenge({}, '... on PushPrompt { number }'))
    const { id, step } = must(challenge)
    return { visitor, client, id, number: String(step.number) }
  }

  it('waits, is signalled, and is redeemed by the browser that began it', async () => {
    const { visitor, client, id, number } = await challenged()
    expect(await redeem(client, id)).toMatchObject({ code: 'push.waiting', attemptsLeft: 4 })
    expect(await device.signal(flowOf(visitor, id), { approved: true, number })).toBe(true)
    expect(await client.ask(documents.node, { id })).toMatchObject({ state: 'SIGNALLED' })
    const other = await signedIn(gateway, visitor.person)
    expect(await redeem(other.client, id)).toMatchObject({ code: 'flow.ended' })
    expect(granted(await redeem(client, id)).session?.state).toBe('ACTIVE')
    expect(await client.ask(documents.node, { id })).toMatchObject({ state: 'ENDED' })
    expect(await redeem(client, id)).toMatchObject({ code: 'flow.ended' })
  })

  it('C26: keeps the first answer: an approval does not overwrite a refusal', async () => {
    const { visitor, client, id, number } = await challenged()
    expect(await device.signal(flowOf(visitor, id), { approved: false, number })).toBe(true)
    expect(await device.signal(flowOf(visitor, id), { approved: true, number })).toBe(false)
    expect(await redeem(client, id)).toMatchObject({ code: 'push.refused' })
  })

  it('C26: keeps one answer of many at once', async () => {
    const { visitor, id, number } = await challenged()
    const signals = Array.from({ length: 20 }, () =>
      device.signal(flowOf(visitor, id), { approved: true, number }),
    )
    expect((await Promise.all(signals)).filter(Boolean)).toHaveLength(1)
  })

  it('C26: is not taken by a flow that is unknown, another person’s, spent or expired', async () => {
    const { visitor, client, id, number } = await challenged()
    const stranger = await paired()
    const data = { approved: true, number }
    expect(await device.signal({ userId: visitor.person.userId, flowId: crypto.randomUUID() }, data)).toBe(
      false,
    )
    expect(await device.signal(flowOf(stranger, id), data)).toBe(false)
    await database.clock.advance(2 * MINUTE)
    expect(await device.signal(flowOf(visitor, id), data)).toBe(false)
    await database.clock.reset()
    expect(await device.signal(flowOf(visitor, id), data)).toBe(true)
    granted(await redeem(client, id))
    expect(await device.signal(flowOf(visitor, id), data)).toBe(false)
  })

  it('proves in the way that was asked for, the default one or another', async () => {
    const { client } = await challenged()
    const ring = granted(await client.beginChallenge({ way: 'ring' }))
    expect(ring.challenge?.step).toMatchObject({ kind: 'push', way: 'ring' })
    expect((await client.session())?.proofOptions.map(({ way, isDefault }) => [way, isDefault])).toEqual([
      ['approve', true],
      ['ring', false],
    ])
  })
})
