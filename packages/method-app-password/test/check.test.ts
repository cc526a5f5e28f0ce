import { eachDatabase } from '@security-info/testing'
import { sql } from 'drizzle-orm'
import { expect, it } from 'vitest'
import { made, revoke } from './documents.ts'
import { opened, openWorld } from './world.ts'

eachDatabase('The check of an app password', (open) => {
  it('says yes to its owner, in any spelling, and names them', async () => {
    const world = await openWorld(await open())
    const { person, right } = await opened(world)
    const answer = await world.check(right)
    expect([answer.status, await answer.text()]).toEqual([200, ''])
    expect(answer.headers.get('x-auth-user')).toBe(person.identifier)
    expect(answer.headers.get('x-auth-user-id')).toBe(person.userId)
    const { username, password } = right
    const spellings = [
      { username: ` ${username.toUpperCase()}`, password: password.replaceAll('-', '') },
      { username, password: password.toUpperCase().replaceAll('-', ' ') },
    ]
    expect(await world.statuses(spellings)).toEqual([200, 200])
  })

  it('says the same no to all that is wrong, and writes down what it was (H24)', async () => {
    const database = await open()
    const world = await openWorld(database, { maxDays: 30, idleDays: 10, addresses: ['203.0.113.0/24'] })
    const { person, client, right } = await opened(world)
    const { password: imapOnly } = await made(client, { scopes: ['imap'] })
    const other = await opened(world)
    const gone = await made(client)
    await revoke(client, gone.appPassword.id)
    const refusals: readonly (readonly [string, object])[] = [
      ['unknown', { password: gone.password }],
      ['unknown', { username: 'nobody@example.test' }],
      ['unknown', { username: '' }],
      ["somebody else's", { username: other.person.identifier }],
      ['scope', { password: imapOnly, scope: 'smtp' }],
      ['address', { address: '198.51.100.7' }],
      ['address', { address: '2001:db8::7' }],
      ['address', { address: '' }],
    ]
    for (const [, wrong] of refusals) {
      const answer = await world.check({ ...right, ...wrong })
      expect([answer.status, await answer.text()], JSON.stringify(wrong)).toEqual([401, ''])
      expect(answer.headers.get('www-authenticate')).toBe('Basic realm="App password", charset="UTF-8"')
      expect(answer.headers.get('x-auth-user')).toBeNull()
    }
    expect((await world.check(right)).status).toBe(200)
    const events = await world.events(person.userId)
    const reasons = events
      .filter(({ type }) => type === 'appPassword.refused')
      .map(({ detail }) => detail.reason)
    expect(reasons).toEqual(['unknown', 'scope', 'address', 'address', 'address'])
    expect(events.find(({ detail }) => detail.reason === 'address')?.detail).toMatchObject({
      scope: 'imap',
      clientAddress: '198.51.100.7',
      subjectId: expect.any(String),
    })
  })

  it('tells a right public group with a wrong secret from nothing at all only in the audit', async () => {
    const database = await open()
    const world = await openWorld(database)
    const { person, right } = await opened(world)
    await database.db.execute(sql`update security_info.app_password_entry
      set hash = case when hash like 'x%' then 'y' else 'x' end || substr(hash, 2)`)
    expect((await world.check(right)).status).toBe(401)
    const reasons = (await world.events(person.userId)).flatMap(({ detail }) => detail.reason ?? [])
    expect(reasons).toEqual(['wrong'])
  })

  it('ends with expiry, and with disuse (H24)', async () => {
    const database = await open()
    const world = await openWorld(database, { idleDays: 10 })
    const { right } = await opened(world, { expiresAt: new Date(Date.now() + 21 * 86_400_000).toISOString() })
    const days = (some: number) => database.clock.advance(some * 86_400_000)
    const statusAfter = async (some: number) => {
      await days(some)
      return (await world.check(right)).status
    }
    expect([
      await statusAfter(9),
      await statusAfter(9),
      await statusAfter(2.9),
      await statusAfter(0.2),
    ]).toEqual([200, 200, 200, 401])
    const idle = await opened(world)
    expect([await statusAfter(0), (await world.check(idle.right)).status]).toEqual([401, 200])
    await days(10.1)
    expect((await world.check(idle.right)).status).toBe(401)
    await world.decree({ idleDays: 0 })
    expect((await world.check(idle.right)).status).toBe(200)
  })

  it('obeys a change of the policy with the next request (H32)', async () => {
    const world = await openWorld(await open())
    const { right } = await opened(world)
    const under = async (section: object) => {
      await world.decree(section)
      return (await world.check(right)).status
    }
    expect(await under({ scopes: ['smtp'] })).toBe(401)
    expect(await under({ scopes: ['imap'] })).toBe(200)
    expect(await under({ addresses: ['192.0.2.0/24'] })).toBe(401)
    expect(await under({ addresses: ['192.0.2.0/24', '203.0.113.7/32'] })).toBe(200)
    expect(await under({ allowed: false })).toBe(401)
    expect(await under({})).toBe(200)
  })

  it('takes one look-up and one hash, however many passwords there are', async () => {
    const database = await open()
    const world = await openWorld(database)
    const { client, right } = await opened(world)
    await world.check(right)
    const alone = await database.statements.count(() => world.check(right))
    for (let more = 0; more < 39; more++) await made(client)
    expect([alone, await database.statements.count(() => world.check(right))]).toEqual([1, 1])
  })

  it('tells a slip from a wrong password without asking the database', async () => {
    const database = await open()
    const world = await openWorld(database)
    const { person, right } = await opened(world)
    const { username, password } = right
    const last = password.at(-1) === '0' ? '1' : '0'
    const slips = [password.slice(0, -1) + last, password.slice(0, -1), person.password, '', 'siap-']
    const before = database.statements.log.length
    for (const slip of slips) expect((await world.check({ username, password: slip })).status).toBe(401)
    expect(database.statements.log.length - before).toBe(0)
  })

  it('is refused to an account that is closed, and opens with it again', async () => {
    const database = await open()
    const world = await openWorld(database)
    const { person, right } = await opened(world)
    const set = (status: string) =>
      database.db.execute(
        sql`update security_info.account set status = ${status} where user_id = ${person.userId}::uuid`,
      )
    await set('DISABLED')
    expect((await world.check(right)).status).toBe(401)
    await set('ACTIVE')
    expect((await world.check(right)).status).toBe(200)
  })
})
