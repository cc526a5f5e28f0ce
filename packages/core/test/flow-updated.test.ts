import { documents, eachDatabase, type FlowAnswer, type TestDatabase } from '@security-info/testing'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { MessageDesk } from '../src/index.ts'
import { webhook } from './plugins/webhook.ts'
import { type Live, live } from './support/live.ts'
import { beginPin, granted, must, owner, provePin, signedIn } from './support/people.ts'
import { askCode, asking, lastCode, openPhones, type PhoneGateway, typeIn } from './support/phones.ts'

eachDatabase('flowUpdated', (open) => {
  let database: TestDatabase
  let gateway: PhoneGateway
  let desk: MessageDesk
  const streams: Live<FlowAnswer>[] = []
  beforeEach(async () => {
    database = await open()
    const plugin = webhook()
    gateway = await openPhones(database, { plugins: [plugin] })
    desk = await plugin.deskOf(gateway.securityInfo)
  })
  afterEach(async () => {
    await Promise.all(streams.splice(0).map((stream) => stream.close()))
  })
  const watch = async (token: string | undefined, id: string) => {
    const stream = await live<FlowAnswer>(gateway, token, documents.flowUpdated, { id })
    streams.push(stream)
    return stream
  }

  it('H18: gives the flow as it is, and each change of how far its code has come', async () => {
    const { client, flowId, number } = await asking(gateway)
    const stream = await watch(client.token, flowId)
    expect((await stream.next())?.step).toMatchObject({
      delivery: 'QUEUED',
      destination: `XX${number.slice(-2)}`,
    })
    const [message] = await gateway.deliver()
    expect((await stream.next())?.step).toMatchObject({ delivery: 'SENT' })
    const { ref } = must(message)
    await desk.report(ref, { providerId: `provider-${ref}`, state: 'delivered' })
    expect((await stream.next())?.step).toMatchObject({ delivery: 'DELIVERED' })
    await typeIn(client, flowId, lastCode(gateway, number) === '000000' ? '000001' : '000000')
    expect(await stream.next()).toMatchObject({ attemptsLeft: 4, state: 'OPEN' })
  })

  it('H18: ends with the flow, after saying so', async () => {
    const { client, flowId, number } = await asking(gateway)
    await gateway.deliver()
    const stream = await watch(client.token, flowId)
    await stream.next()
    granted(await typeIn(client, flowId, lastCode(gateway, number)))
    expect(await stream.next()).toMatchObject({ state: 'ENDED', step: null })
    expect(await stream.next()).toBeUndefined()
  })

  it('H18: ends when the session is revoked in the middle, without another event', async () => {
    const someone = await owner(gateway)
    const stolen = await signedIn(gateway, someone.person)
    granted(await provePin(stolen.client, someone.pin))
    const challenge = await beginPin(stolen.client)
    const stream = await watch(stolen.client.token, challenge)
    expect(await stream.next()).toMatchObject({ state: 'OPEN' })
    const waiting = stream.next()
    granted({ __typename: 'ok', ...(await someone.client.signOut(true)) })
    expect(await waiting).toBeUndefined()
  })

  it.each(['status', 'password_version'])(
    'H18: ends when the account changes under it (%s)',
    async (what) => {
      const { client, flowId, person } = await asking(gateway)
      const stream = await watch(client.token, flowId)
      await stream.next()
      const waiting = stream.next()
      const change = what === 'status' ? "status = 'DISABLED'" : 'password_version = password_version + 1'
      await database.db.execute(
        `update security_info.account set ${change} where user_id = '${person.userId}'`,
      )
      expect(await waiting).toBeUndefined()
    },
  )

  it("H18: gives nothing of somebody else's flow, nor of one's own in another session", async () => {
    const { flowId, person } = await asking(gateway)
    const elsewhere = await signedIn(gateway, person)
    const stranger = await signedIn(gateway)
    for (const { client } of [elsewhere, stranger]) {
      const stream = await watch(client.token, flowId)
      expect(stream.errors).toEqual([])
      expect(await stream.next()).toBeUndefined()
    }
    expect((await watch(undefined, flowId)).errors[0]?.extensions.code).toBe('UNAUTHENTICATED')
  })

  it('H18: at most 5 at once for a person, in whichever session; an ended one makes room', async () => {
    const { client, flowId, person } = await asking(gateway)
    const other = await signedIn(gateway, person)
    const { flowId: second } = await askCode(other.client)
    const open5 = [
      ...(await Promise.all(Array.from({ length: 3 }, () => watch(client.token, flowId)))),
      ...(await Promise.all(Array.from({ length: 2 }, () => watch(other.client.token, second)))),
    ]
    for (const stream of open5) expect(await stream.next()).toMatchObject({ state: 'OPEN' })
    await expect((await watch(client.token, flowId)).next()).rejects.toMatchObject({
      extensions: { code: 'TOO_COMPLEX' },
    })
    // Others are not counted with them.
    const stranger = await asking(gateway)
    expect(await (await watch(stranger.client.token, stranger.flowId)).next()).toBeDefined()
    await open5[0]?.close()
    expect(await (await watch(client.token, flowId)).next()).toMatchObject({ state: 'OPEN' })
  })

  it('H18: one that was refused takes no room', async () => {
    const { client } = await asking(gateway)
    const unknown = Buffer.from('Challenge:11111111-2222-4333-8444-555555555555').toString('base64url')
    for (let times = 0; times < 12; times++) {
      expect(await (await watch(client.token, unknown)).next()).toBeUndefined()
    }
  })

  it('H18: ends when the gateway stops', async () => {
    const { client, flowId } = await asking(gateway)
    const stream = await watch(client.token, flowId)
    await stream.next()
    const waiting = stream.next()
    await gateway.securityInfo.stop()
    expect(await waiting).toBeUndefined()
  })

  it('C24: has nothing in it that is shown once', async () => {
    const { client } = await signedIn(gateway)
    const begun = granted(await client.beginEnrollment({ method: { pin: {} } }, '... on PinSetup { pin }'))
    const { id, step } = must(begun.enrollment)
    const stream = await watch(client.token, id)
    const event = await stream.next()
    expect(event).toMatchObject({ state: 'OPEN', step: null })
    expect(JSON.stringify(event)).not.toContain(String(step.pin))
  })
})
