import { eachDatabase, openTestGateway, type TestGateway } from '@security-info/testing'
import { expect, test } from 'vitest'
import { mail } from './plugins/mail.ts'
import { pin } from './plugins/pin.ts'
import { enrollMail, enrollPin, granted, must, provePin, signedIn } from './support/people.ts'

const OWNER = 'owner@example.test'
const DAY = 86_400_000

eachDatabase('Who is told of a change, and how', (open) => {
  const start = async () => openTestGateway(await open(), { plugins: [pin(), mail()] })
  /** Somebody with a pin whose account has an address beside the contact address. */
  async function withAddress(gateway: TestGateway, address: string) {
    const { person, client } = await signedIn(gateway, await gateway.person({ contactEmail: OWNER }))
    const { pin: code } = await enrollPin(client)
    granted(await client.finishRegistration())
    const added = granted(await enrollMail(client, gateway, address))
    await gateway.deliver()
    return { person, client, code, addressId: must(added.method).id }
  }
  const lastTo = (gateway: TestGateway, to: string, words: string) =>
    must(gateway.messages.findLast((message) => message.to === to && message.subject.includes(words)))

  test('an address that is new, or was and is gone, hears of it and gets no link', async () => {
    const gateway = await start()
    const { client, addressId } = await withAddress(gateway, 'thief@example.test')
    granted(await client.removeMethod(addressId))
    await gateway.deliver()
    for (const words of ['added', 'removed']) {
      const told = lastTo(gateway, 'thief@example.test', words)
      expect(told.link).toBeUndefined()
      expect(told.paragraphs).toHaveLength(2)
      expect(told.paragraphs[1]).toContain('too recently')
      expect(lastTo(gateway, OWNER, words).link?.url).toContain('#su_')
    }
  })

  test('an address that has been there for longer than changes can be undone gets the link', async () => {
    const gateway = await start()
    const { person, code } = await withAddress(gateway, 'old@example.test')
    await gateway.database.clock.advance(4 * DAY)
    const { client } = await signedIn(gateway, person)
    granted(await provePin(client, code))
    granted(await enrollPin(client).then(({ answer }) => answer))
    await gateway.deliver()
    expect(lastTo(gateway, 'old@example.test', 'added').link?.url).toContain('#su_')
  })

  test.each(['en-1', 'abcd', 'en-abcdefghi', 'de'])(
    'H23: the language %s keeps no notice from going out',
    async (locale) => {
      const gateway = await start()
      const person = await gateway.person({ contactEmail: OWNER })
      const client = gateway.client({ locales: [locale] })
      granted(await client.signIn(person))
      await enrollPin(client)
      const sent = await gateway.deliver()
      expect(sent.map(({ to }) => to)).toContain(OWNER)
    },
  )
})
