import { eachDatabase } from '@security-info/testing'
import { sql } from 'drizzle-orm'
import { expect, it } from 'vitest'
import { overview } from './documents.ts'
import { one, opened, openWorld, type Somebody, type World } from './world.ts'

const lastUse = async ({ client }: Pick<Somebody, 'client'>) => (await overview(client)).list[0]?.lastUsed

const newClients = async (world: World, { person }: Pick<Somebody, 'person'>) =>
  (await world.events(person.userId))
    .filter(({ type }) => type === 'appPassword.newClient')
    .map(({ detail }) => [detail.clientAddress, detail.scope])

/** Counts what is really written, whatever was tried. */
const COUNTING = [
  'create table public.uses (at timestamptz)',
  `create function public.count_use() returns trigger language plpgsql
    as $$ begin insert into public.uses values (new.last_used_at); return null; end $$`,
  `create trigger count_use after update of last_used_at on security_info.app_password_entry
    for each row execute function public.count_use()`,
]

eachDatabase('The use of an app password', (open, driver) => {
  it('is shown with its time, client and address, and written once a minute', async () => {
    const database = await open()
    const world = await openWorld(database)
    const owner = await opened(world)
    const use = (more: object = {}) => world.check({ ...owner.right, client: 'Mail 4.2', ...more })
    expect(await lastUse(owner)).toBeNull()
    const before = await database.clock.now()
    await use()
    const after = await database.clock.now()
    const first = await lastUse(owner)
    expect(first).toMatchObject({ scope: 'imap', client: 'Mail 4.2', address: '203.0.113.7' })
    expect(Date.parse(first?.at ?? '')).toBeGreaterThanOrEqual(before.getTime())
    expect(Date.parse(first?.at ?? '')).toBeLessThanOrEqual(after.getTime())

    await database.clock.advance(50_000)
    expect(await database.statements.count(() => use())).toBe(1)
    await use({ scope: 'smtp' })
    expect(await lastUse(owner)).toEqual(first)
    await database.clock.advance(11_000)
    expect(await database.statements.count(() => use({ scope: 'smtp' }))).toBe(2)
    expect(await database.statements.count(() => use())).toBe(1)
    const second = await lastUse(owner)
    expect(second?.scope).toBe('smtp')
    expect(Date.parse(second?.at ?? '') - Date.parse(first?.at ?? '')).toBeGreaterThan(60_000)
  })

  it('is written once, however many uses there are at once', async () => {
    const database = await open()
    const world = await openWorld(database)
    const owner = await opened(world)
    for (const statement of COUNTING) await database.db.execute(sql.raw(statement))
    const requests = Array.from({ length: driver === 'postgres' ? 100 : 20 }, () => owner.right)
    expect(new Set(await world.statuses(requests))).toEqual(new Set([200]))
    expect(await newClients(world, owner)).toEqual([['203.0.113.7', 'imap']])
    const writes = await one<{ n: number }>(database, sql`select count(*)::int as n from public.uses`)
    expect(writes?.n).toBe(1)
  })

  it('from a new network or by a new program is audited, the first time', async () => {
    const world = await openWorld(await open())
    const owner = await opened(world)
    const use = async (more: object) =>
      expect((await world.check({ ...owner.right, ...more })).status).toBe(200)
    for (const address of [
      '203.0.113.7',
      '203.0.113.99',
      '198.51.100.1',
      '203.0.113.8',
      '2001:db8::1',
      '2001:db8::2',
    ])
      await use({ address })
    await use({ client: 'Mail' })
    await use({ client: 'Mail' })
    await use({ client: 'Sync' })
    await use({ scope: 'smtp' })
    await use({ address: '' })
    expect(await newClients(world, owner)).toEqual([
      ['203.0.113.7', 'imap'],
      ['198.51.100.1', 'imap'],
      ['2001:db8::1', 'imap'],
      ['203.0.113.7', 'imap'],
      ['203.0.113.7', 'imap'],
      [undefined, 'imap'],
    ])
  })

  it('under made-up names of programs writes a bounded number of events', async () => {
    const database = await open()
    const world = await openWorld(database)
    const owner = await opened(world)
    for (let name = 0; name < 30; name++)
      expect((await world.check({ ...owner.right, client: `Program ${name}` })).status).toBe(200)
    expect(await newClients(world, owner)).toHaveLength(20)
    // What was not written down for that reason is later, when it comes again, also if it was the last to come.
    await database.clock.advance(61_000)
    await world.check({ ...owner.right, client: 'Program 29' })
    expect(await newClients(world, owner)).toHaveLength(20)
    expect((await lastUse(owner))?.client).toBe('Program 29')
    await database.clock.advance(16 * 60_000)
    await world.check({ ...owner.right, client: 'Program 29' })
    await world.check({ ...owner.right, client: 'Program 29' })
    expect(await newClients(world, owner)).toHaveLength(21)
  })

  it('keeps what a program says of itself short and printable (H9)', async () => {
    const database = await open()
    const world = await openWorld(database)
    const owner = await opened(world)
    await world.check({ ...owner.right, client: `Mail\u00e4 ${'x'.repeat(300)}` })
    expect((await lastUse(owner))?.client).toBe(`Mail? ${'x'.repeat(94)}`)
  })
})
