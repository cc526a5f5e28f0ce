import { eachDatabase, type TestDatabase } from '@security-info/testing'
import { sql } from 'drizzle-orm'
import { beforeEach, expect, it, vi } from 'vitest'
import type { Delivery } from '../src/index.ts'
import { uuid } from '../src/storage/sql.ts'
import {
  enrollMail,
  enrollPin,
  granted,
  HOUR,
  insideOf,
  MINUTE,
  must,
  owner,
  signedIn,
} from './support/people.ts'
import { openPhones } from './support/phones.ts'
import { count, query } from './support/rows.ts'
import { dyingAt } from './support/stopping.ts'

const CLAIM = /set state = 'SENDING'[\s\S]*email/
const SETTLE = /provider_id = coalesce/
const SPREAD = /set spread_at =/

eachDatabase('A notice', (open) => {
  let database: TestDatabase
  beforeEach(async () => {
    database = await open()
  })
  const states = () =>
    query<{ state: string; attempts: number }>(
      database,
      sql`select state, attempts from security_info.message where flow_id is null order by created_at`,
    )
  /** Somebody whose method was just added, at one address. */
  const told = async (
    gateway: Awaited<ReturnType<typeof openPhones>>,
    contactEmail = 'told@example.test',
  ) => {
    const { client, person } = await signedIn(gateway, await gateway.person({ contactEmail }))
    await enrollPin(client)
    return { client, person }
  }

  it('H23: goes to every address the person has, once to each, in the language of who made the change', async () => {
    const gateway = await openPhones(database)
    const { client, person } = await signedIn(
      gateway,
      await gateway.person({ contactEmail: 'Own@example.test' }),
      {
        locales: ['de'],
      },
    )
    await enrollPin(client)
    granted(await enrollMail(client, gateway, 'own@example.test'))
    granted(await enrollMail(client, gateway, 'second@example.test'))
    await gateway.deliver()
    const last = gateway.handed.filter(({ code }) => code === undefined).slice(-2)
    expect(last.map(({ to }) => to.toLowerCase()).toSorted()).toEqual([
      'own@example.test',
      'second@example.test',
    ])
    const [message] = last
    expect(message).toMatchObject({ locale: 'de', subject: expect.stringContaining('Mail') })
    expect(message?.paragraphs.join(' ')).toContain(person.identifier)
    expect(message?.paragraphs.join(' ')).toContain('127.0.0.1')
  })

  it('H23: says nothing that whoever made the change could have chosen', async () => {
    const gateway = await openPhones(database)
    const { client } = await signedIn(gateway, await gateway.person({ contactEmail: 'told@example.test' }))
    await enrollPin(client, { label: 'Call 555 now' })
    await gateway.deliver()
    expect(JSON.stringify(gateway.handed)).not.toContain('Call 555 now')
  })

  it.each([
    { step: 'before it spreads', death: { at: 'before', statement: SPREAD } },
    { step: 'after it spread', death: { at: 'after', statement: SPREAD } },
    { step: 'before it claims', death: { at: 'before', statement: CLAIM } },
    { step: 'after it claimed', death: { at: 'after', statement: CLAIM } },
    { step: 'before it settles', death: { at: 'before', statement: SETTLE } },
    { step: 'after it settled', death: { at: 'after', statement: SETTLE } },
  ] as const)('H23: arrives also where a worker is killed $step', async ({ death }) => {
    const db = dyingAt(database, death)
    const dying = await openPhones(database, { db })
    const healthy = await openPhones(database)
    await told(healthy)
    void dying.deliver()
    await vi.waitUntil(() => db.dead(), 60_000)
    await database.clock.advance(MINUTE + 1_000)
    const next = await openPhones(database)
    await next.deliver()
    const arrived = [...dying.handed, ...next.handed].filter(({ to }) => to === 'told@example.test')
    expect(new Set(arrived.map(({ ref }) => ref)).size).toBe(1)
    expect((await states()).map(({ state }) => state)).toEqual(['SENT'])
  })

  it('H23: is tried again with longer and longer pauses of a minute at most, and given up after three days, loudly', async () => {
    const answers = ['unknown', 'retry', 'thrown'] as const
    let at = 0
    const gateway = await openPhones(database, {
      deliver: {
        email: async (): Promise<Delivery> => {
          const outcome = answers[at++ % 3] ?? 'unknown'
          if (outcome === 'thrown') throw new Error('Connection reset.')
          return { outcome }
        },
      },
    })
    await told(gateway)
    await gateway.deliver()
    const pauses: number[] = []
    for (let attempts = 1; attempts < 9; attempts++) {
      expect(await states()).toEqual([{ state: 'QUEUED', attempts }])
      const [row] = await query<{ wait: number }>(
        database,
        sql`select extract(epoch from due_at - security_info.now())::float8 as wait from security_info.message`,
      )
      const wait = must(row).wait
      pauses.push(wait)
      // Nothing before its time.
      expect(await openPhones(database).then((one) => one.deliver())).toEqual([])
      await database.clock.advance(attempts === 8 ? 72 * HOUR : Math.ceil(wait * 1000) + 50)
      // Another process each time: the pause of this one's breaker is another matter.
      const next = await openPhones(database, {
        deliver: { email: async () => (attempts === 8 ? { outcome: 'unknown' } : { outcome: 'retry' }) },
      })
      expect(await next.deliver()).toHaveLength(1)
      if (attempts < 8) continue
      expect(String(next.unexpected)).toContain('A notice was given up after 9 attempts.')
      expect(await next.securityInfo.metrics()).toContain(
        'security_info_outbox_dead_letters{channel="email"} 1',
      )
    }
    expect(await states()).toEqual([{ state: 'DEAD', attempts: 9 }])
    expect(pauses[0]).toBeLessThan(8)
    expect(pauses[6]).toBeGreaterThan(29)
    expect(Math.max(...pauses)).toBeLessThanOrEqual(90)
    await database.clock.advance(24 * HOUR)
    expect(await openPhones(database).then((one) => one.deliver())).toEqual([])
  })

  it('H23: one that takes its worker with it each time is given up as well', async () => {
    const gateway = await openPhones(database)
    await told(gateway)
    const db = dyingAt(database, { at: 'after', statement: SPREAD })
    void openPhones(database, { db }).then((one) => one.deliver())
    await vi.waitUntil(() => db.dead(), 60_000)
    await database.db.execute(sql`update security_info.message set state = 'SENDING', attempts = 20,
      created_at = security_info.now() - interval '72 hours', claimed_at = security_info.now() - interval '2 minutes'`)
    expect(await (await openPhones(database)).deliver()).toEqual([])
    expect(await states()).toEqual([{ state: 'DEAD', attempts: 20 }])
  })

  it('H23: one that can not be opened holds up no other, and is given up', async () => {
    const gateway = await openPhones(database)
    await told(gateway, 'broken@example.test')
    const db = dyingAt(database, { at: 'after', statement: SPREAD })
    void openPhones(database, { db }).then((one) => one.deliver())
    await vi.waitUntil(() => db.dead(), 60_000)
    await database.db.execute(
      sql`update security_info.message set sealed = set_byte(sealed, 60, get_byte(sealed, 60) # 1)`,
    )
    for (let attempts = 0; attempts < 11; attempts++) {
      await database.clock.advance(7 * HOUR)
      await gateway.deliver()
    }
    expect((await states()).map(({ state }) => state)).toEqual(['DEAD'])
    expect(gateway.handed).toEqual([])
    await told(gateway, 'whole@example.test')
    expect((await gateway.deliver()).map(({ to }) => to)).toEqual(['whole@example.test'])
  })

  it('H23: people whose rows can not be read hold up nobody, and still hear of it where they can', async () => {
    const gateway = await openPhones(database)
    const broken = await told(gateway, 'contact@example.test')
    granted(await enrollMail(broken.client, gateway, 'whole@example.test'))
    const rotten = granted(await enrollMail(broken.client, gateway, 'rotten@example.test'))
    await gateway.deliver()
    await enrollPin(broken.client)
    await told(gateway, 'other@example.test')
    await database.db.execute(sql`update security_info.method set stored = set_byte(stored, 70, get_byte(stored, 70) # 1)
      where id = ${uuid(insideOf(must(rotten.method).id))}`)
    const sent = await gateway.deliver()
    expect(sent.map(({ to }) => to).toSorted()).toEqual([
      'contact@example.test',
      'other@example.test',
      'whole@example.test',
    ])
    expect(gateway.unexpected.length).toBeGreaterThan(0)
  })

  it('H23: after failures of every kind there are as many notices as changes, and each arrived', async () => {
    let failing = true
    const gateway = await openPhones(database, {
      deliver: {
        email: async () => {
          if (failing) throw new Error('The mail server went away.')
          return { outcome: 'accepted' }
        },
      },
    })
    const { client } = await told(gateway)
    for (let more = 0; more < 3; more++) await enrollPin(client)
    await gateway.deliver()
    failing = false
    await database.clock.advance(HOUR)
    const next = await openPhones(database)
    await next.deliver()
    const changes = await count(
      database,
      sql`select count(*) from security_info.audit_event where type = 'method.enrolled'`,
    )
    expect(changes).toBe(4)
    expect(await count(database, sql`select count(*) from security_info.notice`)).toBe(changes)
    expect((await states()).map(({ state }) => state)).toEqual(Array(4).fill('SENT'))
    expect(new Set(next.handed.map(({ ref }) => ref)).size).toBe(4)
  })

  it('H23: names the kind that changed', async () => {
    const gateway = await openPhones(database)
    const someone = await owner(gateway)
    await database.db.execute(sql`update security_info.account set contact_email = 'disabled@example.test'
      where user_id = ${uuid(someone.person.userId)}`)
    await gateway.deliver()
    expect(gateway.handed.map(({ subject }) => subject)).toEqual([
      'Pin was added to your Test Organisation account',
    ])
  })
})
