/** What a test gateway and its client can do with codes, notices and the links in them. */
import { definePlugin, PLUGIN_API } from '@security-info/core'
import { expect, it } from 'vitest'
import { eachDatabase, openTestGateway, type TestDatabase } from '../src/index.ts'
import { courier } from './plugins/courier.ts'

const letters = definePlugin({ id: 'letters', api: PLUGIN_API, channels: [{ id: 'email' }] })
const contactEmail = 'ada@example.test'

async function begun(database: TestDatabase) {
  const gateway = await openTestGateway(database, { plugins: [courier(), letters] })
  const person = await gateway.person({ contactEmail })
  const client = gateway.client()
  await client.signIn(person)
  const { enrollment } = await client.beginEnrollment({ method: { courier: { house: 'house-number-7' } } })
  const id = enrollment?.id ?? ''
  const confirm = (code: string | undefined) =>
    client.confirmEnrollment({ enrollmentId: id, proof: { courier: { code } } })
  return { gateway, person, client, id, confirm }
}

eachDatabase('A test gateway', (open) => {
  it('sends when it is told to, and remembers what', async () => {
    const { gateway, client, id, confirm } = await begun(await open())
    expect(gateway.messages).toEqual([])
    expect((await client.flow(id))?.step).toMatchObject({ delivery: 'QUEUED' })

    const [message] = await gateway.deliver()
    expect(message).toMatchObject({ channel: 'rider', to: 'house-number-7', subject: expect.any(String) })
    expect(message?.code).toMatch(/^\d{6}$/)
    expect(message).not.toHaveProperty('link')
    expect((await client.flow(id))?.step).toMatchObject({ delivery: 'SENT', destination: '***-7' })
    expect(await gateway.deliver()).toEqual([])

    expect((await confirm(message?.code)).method?.hint).toBe('***-7')
    const notices = await gateway.deliver()
    expect(notices.map(({ channel, to }) => `${channel} ${to}`).sort()).toEqual([
      `email ${contactEmail}`,
      'rider house-number-7',
    ])
    for (const notice of notices) {
      expect(notice).not.toHaveProperty('code')
    }
    // An address that was just registered gets no link.
    const linked = notices.filter(({ link }) => link?.url.startsWith('http://localhost:4000/undo#su_'))
    expect(linked.map(({ to }) => to)).toEqual([contactEmail])
    expect(gateway.messages).toEqual([message, ...notices])
  })

  it('has a client that asks for another code, by another way', async () => {
    const database = await open()
    const { gateway, client, id, confirm } = await begun(database)
    const [first] = await gateway.deliver()
    expect(await client.resendCode(id)).toMatchObject({ __typename: 'RateLimited', code: 'rate.resend' })
    await database.clock.advance(31_000)
    const { flow } = await client.resendCode(id, 'pigeon')
    expect(flow).toMatchObject({ id, attemptsLeft: 5, step: { way: 'pigeon', delivery: 'QUEUED' } })
    const [second] = await gateway.deliver()
    expect(second).toMatchObject({ channel: 'pigeon', to: first?.to })
    expect(await confirm(second?.code)).toHaveProperty('method')
    expect(await client.flow(id)).toMatchObject({ state: 'ENDED' })
    expect(await client.flow('bm8')).toBeNull()
  })

  it('has a client that follows the link of a notice', async () => {
    const { gateway, person, client, confirm } = await begun(await open())
    const [sent] = await gateway.deliver()
    await confirm(sent?.code)
    const notice = (await gateway.deliver()).find(({ to }) => to === contactEmail)
    const token = new URL(notice?.link?.url ?? '').hash.slice(1)

    const stranger = gateway.client()
    expect(await stranger.undoChange('su_nothing')).toMatchObject({ __typename: 'FlowEnded' })
    const undone = await stranger.undoChange(token)
    expect(undone).toMatchObject({ __typename: 'UndoChangePayload', message: expect.any(String) })
    expect(await client.session()).toBeUndefined()
    await client.signIn(person)
    expect((await client.securityInfo()).methods).toEqual([])
  })

  it('tells nobody by a channel that no plugin brings', async () => {
    const gateway = await openTestGateway(await open(), { plugins: [courier()] })
    await gateway.person({ contactEmail })
    expect(await gateway.deliver()).toEqual([])
    expect(gateway.messages).toEqual([])
  })
})
