import { eachDatabase } from '@security-info/testing'
import { expect, it } from 'vitest'
import { appPassword } from '../src/index.ts'
import { create, made, overview, revoke, revokeAll } from './documents.ts'
import { opened, openWorld, policyOf } from './world.ts'

/** What core hands to `within` as the section of the policy in force. */
const section = (own: object) => (policyOf(own) as { methods: { appPassword: object } }).methods.appPassword

eachDatabase('App passwords end', (open) => {
  it('with a password reset and with the closing of the account, in the same transaction (C20, H24)', async () => {
    const database = await open()
    const world = await openWorld(database)
    const plugin = appPassword()
    for (const type of ['reset', 'disabled'] as const) {
      const [owner, other] = [await opened(world), await opened(world)]
      const { userId } = owner.person
      const failing = database.db.transaction(async (tx) => {
        await plugin.within?.(tx, { type, userId }, section({}))
        throw new Error('the reset failed')
      })
      await expect(failing).rejects.toThrow('the reset failed')
      expect((await world.check(owner.right)).status).toBe(200)
      await database.db.transaction(async (tx) => plugin.within?.(tx, { type, userId }, section({})))
      expect(await world.statuses([owner.right, other.right])).toEqual([401, 200])
      expect((await overview(owner.client)).list).toEqual([])
    }
  })

  it('unless the organisation lets them outlive a reset, which a closed account never does', async () => {
    const database = await open()
    const world = await openWorld(database, { revokeOnReset: false })
    const owner = await opened(world)
    const end = (type: 'reset' | 'disabled') =>
      database.db.transaction(async (tx) => {
        await appPassword().within?.(
          tx,
          { type, userId: owner.person.userId },
          section({ revokeOnReset: false }),
        )
      })
    await end('reset')
    expect((await world.check(owner.right)).status).toBe(200)
    await end('disabled')
    expect((await world.check(owner.right)).status).toBe(401)
  })

  it('when the feature is turned off; they are still listed and can be deleted (H24)', async () => {
    const world = await openWorld(await open())
    const owner = await opened(world)
    const second = await made(owner.client)
    await made(owner.client)
    await world.decree({ allowed: false })
    expect((await world.check(owner.right)).status).toBe(401)
    const off = await overview(owner.client)
    expect(off.allowed).toBe(false)
    expect(off.list.map(({ state }) => state)).toEqual(['OFF', 'OFF', 'OFF'])
    expect(await create(owner.client)).toMatchObject({ __typename: 'PolicyDenied' })
    expect(await revoke(owner.client, second.appPassword.id)).toMatchObject({ revoked: 1 })
    expect((await overview(owner.client)).list).toHaveLength(2)
    await world.decree({ allowed: true })
    expect((await world.check(owner.right)).status).toBe(200)
    await world.decree({ allowed: false })
    expect(await revokeAll(owner.client)).toMatchObject({ revoked: 2 })
    await world.decree({ allowed: true })
    expect((await world.check(owner.right)).status).toBe(401)
  })

  it('and say so in their state', async () => {
    const database = await open()
    const world = await openWorld(database, { idleDays: 3 })
    const owner = await opened(world)
    await made(owner.client, { expiresAt: new Date(Date.now() + 2 * 60_000).toISOString() })
    const states = async () => (await overview(owner.client)).list.map(({ state }) => state)
    expect(await states()).toEqual(['ACTIVE', 'ACTIVE'])
    await database.clock.advance(3 * 60_000)
    expect(await states()).toEqual(['ACTIVE', 'EXPIRED'])
    await database.clock.advance(3 * 86_400_000)
    await owner.client.signIn(owner.person)
    expect(await states()).toEqual(['IDLE', 'EXPIRED'])
  })

  it('for a scope that the organisation no longer offers, and say so', async () => {
    const world = await openWorld(await open())
    const { client, right } = await opened(world, { scopes: ['imap', 'smtp'] })
    const said = async () => {
      const [one] = (await overview(client)).list
      return [one?.state, one?.scopesInForce]
    }
    const checks = async () =>
      Promise.all(['imap', 'smtp'].map(async (scope) => (await world.check({ ...right, scope })).status))
    expect([await said(), await checks()]).toEqual([
      ['ACTIVE', ['imap', 'smtp']],
      [200, 200],
    ])
    await world.decree({ scopes: ['smtp', 'dav'] })
    expect([await said(), await checks()]).toEqual([
      ['ACTIVE', ['smtp']],
      [401, 200],
    ])
    await world.decree({ scopes: ['dav'] })
    expect([await said(), await checks()]).toEqual([
      ['NO_SCOPE', []],
      [401, 401],
    ])
    expect((await overview(client)).list[0]?.scopes).toEqual(['imap', 'smtp'])
    await world.decree({ scopes: ['dav'], allowed: false })
    expect(await said()).toEqual(['OFF', []])
    await world.decree({})
    expect(await said()).toEqual(['ACTIVE', ['imap', 'smtp']])
  })
})

eachDatabase('Whoever was not the maker of an app password', (open) => {
  it('is told of it, without what the maker wrote, and takes it back with the link', async () => {
    const world = await openWorld(await open())
    const { client, person } = await world.somebody()
    const { password, appPassword: mine } = await made(client, {
      name: 'Click https://evil.example',
      scopes: ['imap', 'smtp'],
    })
    const right = { username: person.identifier, password }
    expect((await world.check(right)).status).toBe(200)
    const [letter, ...more] = await world.deliver()
    expect(more).toEqual([])
    expect(letter).toMatchObject({
      to: 'owner@example.test',
      subject: 'An app password was made for your Test Organisation account',
    })
    const said = letter?.paragraphs.join('\n') ?? ''
    expect(said).toContain(person.identifier)
    expect(said).toContain('127.0.0.1')
    expect(said).toContain(
      `It begins with ${mine.hint}; with it, a program gets in without a second step, for: imap, smtp.`,
    )
    expect(JSON.stringify(letter)).not.toMatch(/evil|siap-\w{4}-|mail and files/)

    const token = letter?.link?.url.split('#')[1] ?? ''
    const second = await made(client)
    expect(await world.client().undoChange(token)).toMatchObject({ __typename: 'UndoChangePayload' })
    expect((await world.check(right)).status).toBe(401)
    await expect(overview(client)).rejects.toThrow(/No live session/)
    // Only the one the letter told of is taken back; each has a letter of its own.
    expect((await world.check({ ...right, password: second.password })).status).toBe(200)
    expect(await world.client().undoChange(token)).toMatchObject({ __typename: 'FlowEnded' })
  })

  it('is told in German, too', async () => {
    const world = await openWorld(await open())
    const person = await world.person({ contactEmail: 'owner@example.test' })
    const client = world.client({ locales: ['de-AT'] })
    await client.signIn(person)
    await made(client)
    expect((await world.deliver())[0]?.subject).toBe(
      'Für Ihr Konto bei Test Organisation wurde ein App-Passwort erstellt',
    )
  })
})
