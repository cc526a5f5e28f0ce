import { eachDatabase, openTestGateway, type SentMessage } from '@security-info/testing'
import { sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { mail } from './plugins/mail.ts'
import { pin } from './plugins/pin.ts'
import { enrollPin, must, signedIn } from './support/people.ts'
import { count } from './support/rows.ts'

const tokenOf = (messages: readonly SentMessage[], words: string) => {
  const link = must(
    messages.findLast(({ subject }) => subject.includes(words))?.link,
    `a link about ${words}`,
  )
  return must(link.url.split('#')[1])
}

eachDatabase('Undoing a change that others followed', (open) => {
  /** A thief adds a pin, and replaces it at once, so that two links are out. */
  async function thiefWasHere() {
    const gateway = await openTestGateway(await open(), { plugins: [pin(), mail()] })
    const visitor = await signedIn(gateway, await gateway.person({ contactEmail: 'owner@example.test' }))
    const first = await enrollPin(visitor.client)
    await enrollPin(visitor.client, { replaces: first.methodId })
    await gateway.deliver()
    const { messages } = gateway
    return {
      gateway,
      person: visitor.person,
      added: tokenOf(messages, 'added'),
      replaced: tokenOf(messages, 'replaced'),
    }
  }

  test.each([
    ['the addition first', ['added', 'replaced']],
    ['the replacement first', ['replaced', 'added']],
    ['the addition alone', ['added']],
  ] as const)('leaves nothing of the thief: %s', async (_name, order) => {
    const { gateway, person, ...tokens } = await thiefWasHere()
    for (const link of order) await gateway.client().undoChange(tokens[link])
    const { client } = await signedIn(gateway, person)
    expect((await client.session())?.state).toBe('SECURITY_INFO_REQUIRED')
    expect((await client.securityInfo()).methods).toEqual([])
  })

  test('a removal is not taken back by a session that has not proven what it could', async () => {
    const policy = { twoFactor: 'off' }
    const gateway = await openTestGateway(await open(), { plugins: [pin(), mail()], policy })
    const visitor = await signedIn(gateway, await gateway.person({ contactEmail: 'owner@example.test' }))
    await enrollPin(visitor.client)
    const gone = await enrollPin(visitor.client)
    expect((await visitor.client.removeMethod(gone.methodId)).code).toBeUndefined()
    await gateway.deliver()
    await gateway.client().undoChange(tokenOf(gateway.messages, 'removed'))
    const { client } = await signedIn(gateway, visitor.person)
    expect((await client.session())?.state).toBe('ACTIVE')
    expect(await count(gateway.database, sql`select count(*) from security_info.method`)).toBe(1)
  })
})
