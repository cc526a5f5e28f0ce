import { eachDatabase } from '@security-info/testing'
import { sql } from 'drizzle-orm'
import { expect, it } from 'vitest'
import { create, made, overview, revoke } from './documents.ts'
import { one, openWorld } from './world.ts'

eachDatabase('Forty app passwords', (open, driver) => {
  // PGlite has one connection: a thousand at once say nothing more there than 60.
  const requests = driver === 'postgres' ? 1000 : 60

  it(`are made of ${requests} asked for at once, by two sessions on two gateways, and no more (H25, F6)`, async () => {
    const database = await open()
    const [first, second] = [await openWorld(database), await openWorld(database)]
    const { person, client } = await first.somebody()
    const other = second.client()
    await other.signIn(person)
    const answers = await Promise.all(
      Array.from({ length: requests }, (_, number) =>
        create(number % 2 === 0 ? client : other, { name: `Device ${number}` }),
      ),
    )
    const done = answers.filter(({ __typename }) => __typename === 'AppPasswordCreatePayload')
    const refused = answers.filter(({ __typename }) => __typename === 'LimitReached')
    expect([done.length, refused.length]).toEqual([40, requests - 40])
    expect(refused[0]).toMatchObject({ limit: 40, message: expect.stringContaining('Delete one first') })
    expect(new Set(done.map(({ password }) => password)).size).toBe(40)
    const kept = await one<{ n: number }>(
      database,
      sql`select count(*)::int as n from security_info.app_password_entry`,
    )
    expect(kept?.n).toBe(40)
    const events = await first.events(person.userId)
    expect(events.filter(({ type }) => type === 'appPassword.created')).toHaveLength(40)

    const passwords = done.map(({ password = '' }) => ({ username: person.identifier, password }))
    expect(new Set(await first.statuses(passwords))).toEqual(new Set([200]))
  })

  it('leave room for another when one is deleted, and only for one', async () => {
    const world = await openWorld(await open())
    const { client } = await world.somebody()
    const all = []
    for (let number = 0; number < 40; number++) all.push(await made(client))
    expect(await create(client)).toMatchObject({ __typename: 'LimitReached' })
    await revoke(client, all[7]?.appPassword.id ?? '')
    const answers = await Promise.all([create(client), create(client), create(client)])
    expect(answers.map(({ __typename }) => __typename).sort()).toEqual([
      'AppPasswordCreatePayload',
      'LimitReached',
      'LimitReached',
    ])
    expect((await overview(client)).list).toHaveLength(40)
  })
})
