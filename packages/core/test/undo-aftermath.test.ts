import { eachDatabase, openTestGateway, type TestGateway } from '@security-info/testing'
import { expect, test } from 'vitest'
import { mail } from './plugins/mail.ts'
import { pin } from './plugins/pin.ts'
import { enrollPin, granted, must, provePin, signedIn } from './support/people.ts'

const OWNER = 'owner@example.test'
const undo = (gateway: TestGateway, words: string) => {
  const link = must(
    gateway.messages.findLast(({ to, subject }) => to === OWNER && subject.includes(words))?.link,
  )
  return gateway.client().undoChange(must(link.url.split('#')[1]))
}

eachDatabase('After a change was taken back', (open) => {
  const start = async () => openTestGateway(await open(), { plugins: [pin(), mail()] })

  test("C11: the password alone opens nothing where the thief had put their method in the place of the owner's", async () => {
    const gateway = await start()
    const { person, client } = await signedIn(gateway, await gateway.person({ contactEmail: OWNER }))
    const own = await enrollPin(client)
    granted(await client.finishRegistration())
    await gateway.deliver()
    await gateway.database.clock.advance(60_000)
    // A thief with this session adds one and removes the owner's. The owner finds the first of both mails.
    await enrollPin(client)
    granted(await client.removeMethod(own.methodId))
    await gateway.deliver()
    granted(await undo(gateway, 'added'))

    const thief = await signedIn(gateway, person)
    expect((await thief.client.session())?.state).toBe('SECOND_FACTOR_REQUIRED')
    const proven = await provePin(thief.client, own.pin)
    expect(proven).toMatchObject({ session: { state: 'ACTIVE' } })
  })

  test('a method that comes back is told of, with a link that takes it away again', async () => {
    const gateway = await start()
    const { person, client } = await signedIn(gateway, await gateway.person({ contactEmail: OWNER }))
    const kept = await enrollPin(client)
    const stolen = await enrollPin(client)
    granted(await client.finishRegistration())
    granted(await client.removeMethod(stolen.methodId))
    await gateway.deliver()
    granted(await undo(gateway, 'removed'))
    const owner = await signedIn(gateway, person)
    granted(await provePin(owner.client, kept.pin))
    expect((await owner.client.securityInfo()).methods).toHaveLength(2)
    await gateway.deliver()
    granted(await undo(gateway, 'is back'))
    const again = await signedIn(gateway, person)
    granted(await provePin(again.client, kept.pin))
    expect((await again.client.securityInfo()).methods).toHaveLength(1)
  })
})
