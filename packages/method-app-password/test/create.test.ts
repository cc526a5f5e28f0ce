import { eachDatabase } from '@security-info/testing'
import { expect, it } from 'vitest'
import { create, globalIdOf, made, overview, rename, revoke, revokeAll } from './documents.ts'
import { openWorld } from './world.ts'

const DAY = 86_400_000

eachDatabase('App passwords', (open) => {
  it('are made, shown once, listed, renamed and revoked', async () => {
    const world = await openWorld(await open())
    const { client, person } = await world.somebody()
    const answer = await create(client, { name: '  Mail on the phone ', scopes: ['smtp', 'imap', 'imap'] })
    expect(answer).toMatchObject({ __typename: 'AppPasswordCreatePayload', session: { state: 'ACTIVE' } })
    const { password = '', appPassword } = answer
    expect(password).toMatch(/^siap(-[0-9a-z]{4}){8}$/)
    expect(appPassword).toMatchObject({
      name: 'Mail on the phone',
      scopes: ['smtp', 'imap'],
      state: 'ACTIVE',
    })
    expect(appPassword).toMatchObject({ expiresAt: null, lastUsed: null, hint: password.slice(0, 9) })

    const second = await made(client, { name: 'Tablet' })
    expect(second.appPassword.scopes).toEqual(['imap', 'smtp', 'dav'])
    const listed = await overview(client)
    expect(listed).toMatchObject({ allowed: true, limit: 40, scopes: ['imap', 'smtp', 'dav'] })
    expect(listed.list).toEqual([appPassword, second.appPassword])
    expect(JSON.stringify(listed)).not.toContain(password.slice(10))

    const renamed = await rename(client, second.appPassword.id, 'Old tablet')
    expect(renamed.appPassword).toEqual({ ...second.appPassword, name: 'Old tablet' })
    expect(await revoke(client, second.appPassword.id)).toMatchObject({ revoked: 1 })
    expect(await revoke(client, second.appPassword.id)).toMatchObject({
      __typename: 'NotFound',
      code: 'appPassword.notFound',
    })
    expect((await overview(client)).list).toEqual([appPassword])
    await made(client)
    expect(await revokeAll(client)).toMatchObject({ revoked: 2, session: { state: 'ACTIVE' } })
    expect((await overview(client)).list).toEqual([])

    const events = await world.events(person.userId)
    const own = events.filter(({ type }) => type.startsWith('appPassword.'))
    expect(own.map(({ type, detail }) => [type, globalIdOf(detail.subjectId)])).toEqual([
      ['appPassword.created', appPassword?.id],
      ['appPassword.created', second.appPassword.id],
      ['appPassword.renamed', second.appPassword.id],
      ['appPassword.revoked', second.appPassword.id],
      ['appPassword.created', expect.any(String)],
      ['appPassword.allRevoked', globalIdOf(undefined)],
    ])
  })

  it('of other people are not found, whatever id is sent (C13)', async () => {
    const world = await openWorld(await open())
    const [owner, other] = [await world.somebody(), await world.somebody()]
    const { appPassword } = await made(owner.client)
    for (const id of [appPassword.id, 'nonsense', '', `${appPassword.id}'; --`, 'ä', '='.repeat(9)]) {
      expect(await revoke(other.client, id)).toMatchObject({ __typename: 'NotFound' })
      expect(await rename(other.client, id, 'Mine')).toMatchObject({ __typename: 'NotFound' })
    }
    // Their owner names them by what was given out, and by nothing that is inside of it.
    const inside = Buffer.from(appPassword.id, 'base64url').toString('utf8')
    expect(inside).toMatch(/^AppPassword:[0-9a-f-]{36}$/)
    const wrong = [inside, inside.slice(12), Buffer.from(inside.replace('App', 'Some')).toString('base64url')]
    for (const id of wrong) expect(await revoke(owner.client, id)).toMatchObject({ __typename: 'NotFound' })
    expect(await revokeAll(other.client)).toMatchObject({ revoked: 0 })
    expect((await overview(owner.client)).list).toEqual([appPassword])
  })

  it('are what the policy allows: name, scopes and end', async () => {
    const database = await open()
    const world = await openWorld(database, { scopes: ['imap', 'dav'], defaultDays: 30, maxDays: 90 })
    const { client } = await world.somebody()
    const wrong: readonly (readonly [object, string, RegExp])[] = [
      [{ name: '' }, 'name', /empty/],
      [{ name: ' \u200b ' }, 'name', /empty/],
      [{ name: 'a'.repeat(65) }, 'name', /65 characters/],
      [{ name: 'Phone\u202e' }, 'name', /control/],
      [{ scopes: [] }, 'scopes', /one or more of: imap, dav/],
      [{ scopes: ['imap', 'smtp'] }, 'scopes', /"smtp"/],
      [{ expiresAt: '2020-01-01T00:00:00Z' }, 'expiresAt', /over/],
      [{ expiresAt: '9999-12-31T23:59:59.999Z' }, 'expiresAt', /at the latest/],
      [{ expiresAt: new Date(Date.now() + 91 * DAY).toISOString() }, 'expiresAt', /at the latest/],
    ]
    for (const [input, path, problem] of wrong) {
      const answer = await create(client, input)
      expect(answer).toMatchObject({ __typename: 'InvalidInput', path: [path] })
      expect(answer.message).toMatch(problem)
    }
    // A year of five digits is no ISO 8601, and no database knows it.
    await expect(create(client, { expiresAt: '+275760-09-13T00:00:00.000Z' })).rejects.toThrow(
      /point in time/,
    )
    expect((await overview(client)).list).toEqual([])

    const daysUntil = (time: string | null) => (Date.parse(time ?? '') - Date.now()) / DAY
    const byDefault = await made(client)
    expect(daysUntil(byDefault.appPassword.expiresAt)).toBeCloseTo(30, 1)
    const wished = await made(client, { expiresAt: new Date(Date.now() + 60 * DAY).toISOString() })
    expect(daysUntil(wished.appPassword.expiresAt)).toBeCloseTo(60, 1)
    const said = await overview(client)
    expect(daysUntil(said.defaultExpiresAt)).toBeCloseTo(30, 1)
    expect(daysUntil(said.latestExpiresAt)).toBeCloseTo(90, 1)
    await world.decree({ maxDays: 7 })
    const { list } = await overview(client)
    for (const { expiresAt } of list) expect(daysUntil(expiresAt)).toBeCloseTo(7, 1)
  })

  it('need a fresh proof to be made and revoked, not to be renamed (C21)', async () => {
    const database = await open()
    const world = await openWorld(database)
    const { client, person } = await world.somebody()
    const { appPassword } = await made(client)
    await database.clock.advance(5 * 60_000 + 1000)
    expect(await create(client)).toMatchObject({ __typename: 'FreshProofRequired' })
    expect(await revoke(client, appPassword.id)).toMatchObject({ __typename: 'FreshProofRequired' })
    expect(await revokeAll(client)).toMatchObject({ __typename: 'FreshProofRequired' })
    expect(await rename(client, appPassword.id, 'Phone 2')).toMatchObject({
      __typename: 'AppPasswordRenamePayload',
    })
    expect((await overview(client)).list).toHaveLength(1)
    await client.reauthenticate(person.password)
    expect(await create(client)).toMatchObject({ __typename: 'AppPasswordCreatePayload' })
    expect(await revoke(client, appPassword.id)).toMatchObject({ revoked: 1 })
  })

  it('can be made by nobody without a session, and by nobody where none are allowed', async () => {
    const world = await openWorld(await open())
    const stranger = world.client()
    await expect(create(stranger)).rejects.toThrow(/No live session/)
    await expect(overview(stranger)).rejects.toThrow(/No live session/)
    await expect(revokeAll(stranger)).rejects.toThrow(/No live session/)
    await world.decree({ allowed: false })
    const { client } = await world.somebody()
    expect(await create(client)).toMatchObject({
      __typename: 'PolicyDenied',
      code: 'appPassword.notAllowed',
      message: 'Your organisation does not allow app passwords.',
      rule: 'methods.appPassword.allowed',
    })
  })
})
