import { rows } from '@security-info/core'
import { eachDatabase } from '@security-info/testing'
import { sql } from 'drizzle-orm'
import { expect, it } from 'vitest'
import { appPassword } from '../src/index.ts'
import { made, overview } from './documents.ts'
import { ask, json, opened, openWorld, services } from './world.ts'

eachDatabase('What is kept of app passwords', (open) => {
  it('holds no password: not in the database, not in answers, not in letters (C22, C24, H10)', async () => {
    const database = await open()
    const world = await openWorld(database)
    const { person, client, right } = await opened(world)
    const { password: second } = await made(client)
    await world.check(right)
    await world.check({ ...right, address: '198.51.100.9', scope: 'smtp' })
    await world.check({ ...right, username: 'nobody@example.test' })
    await ask(world, json({ username: person.identifier, password: second, scope: 'imap' }))
    const letters = JSON.stringify(await world.deliver())
    const everything = [await database.dump(), JSON.stringify(await overview(client)), letters]
      .join('\n')
      .toLowerCase()
    for (const password of [right.password, second]) {
      const characters = password.replaceAll('-', '').slice(4)
      const secret = characters.slice(4)
      // Every spelling, and every stretch of it that is longer than the public group.
      const canaries = [
        password,
        characters,
        password.replaceAll('-', ' '),
        btoa(`${right.username}:${password}`),
      ]
      for (let at = 0; at + 8 <= secret.length; at += 3) canaries.push(secret.slice(at, at + 8))
      for (const canary of canaries) expect(everything, canary).not.toContain(canary.toLowerCase())
    }
    expect(everything).toContain(right.password.slice(5, 9))
  })

  it('opens nothing when it is copied to another person or password (C22)', async () => {
    const database = await open()
    const world = await openWorld(database)
    const [victim, thief] = [await opened(world), await opened(world)]
    const copy = (
      column: string,
    ) => sql`update security_info.app_password_entry v set ${sql.identifier(column)} = t.${sql.identifier(column)}
      from security_info.app_password_entry t
      where v.user_id = ${victim.person.userId}::uuid and t.user_id = ${thief.person.userId}::uuid`
    await database.db.execute(copy('selector'))
    await database.db.execute(copy('hash'))
    const stolen = { ...thief.right, username: victim.right.username }
    expect(await world.statuses([thief.right, stolen, victim.right])).toEqual([200, 401, 401])
  })

  it('is a hash for each, and no two are alike', async () => {
    const world = await openWorld(await open())
    const { client } = await world.somebody()
    for (let number = 0; number < 5; number++) await made(client)
    const kept = await rows<{ hash: string }>(
      world.database.db,
      sql`select hash from security_info.app_password_entry`,
    )
    expect(new Set(kept.map(({ hash }) => hash)).size).toBe(5)
    for (const { hash } of kept) expect(hash).toMatch(/^[A-Za-z0-9_-]{43}$/)
  })
})

it('Options that are wrong stop the start, and name themselves, never a key', () => {
  const key = 'a-key-that-is-long-enough-0123456789'
  const wrong: readonly (readonly [object, RegExp])[] = [
    [{ services: [{ name: 'mail', key: 'short', scopes: ['imap'] }] }, /fewer than 24 characters/],
    [{ services: [{ name: 'Mail server', key, scopes: ['imap'] }] }, /not a name/],
    [{ services: [{ name: 'mail', key, scopes: [] }] }, /services\.0\.scopes/],
    [{ services: [{ name: 'mail', key, scopes: ['IMAP'] }] }, /not a name such as "imap"/],
    [{ services: [{ name: 'mail', key: `${key}\n`, scopes: ['imap'] }] }, /visible ASCII/],
    [{ services: [{ name: 'mail', key: 7, scopes: ['imap'] }] }, /neither text nor a Secret/],
    [{ services: [1, 2].map(() => ({ name: 'mail', key, scopes: ['imap'] })) }, /same name/],
    [{ services: ['a', 'b'].map((name) => ({ name, key, scopes: ['imap'] })) }, /same key/],
    [{ realm: 'a "quoted" realm' }, /realm/],
    [{ service: [] }, /service/],
  ]
  for (const [options, problem] of wrong) {
    let fault: unknown
    try {
      appPassword(options as never)
    } catch (error) {
      fault = error
    }
    expect(String(fault)).toMatch(problem)
    expect(String(fault)).not.toContain(key)
  }
  expect(() => appPassword({ services: services ?? [] })).not.toThrow()
})
