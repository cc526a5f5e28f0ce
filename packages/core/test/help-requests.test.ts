import { eachDatabase, type TestDatabase } from '@security-info/testing'
import { sql } from 'drizzle-orm'
import { beforeEach, expect, it } from 'vitest'
import type { Host } from '../src/host.ts'
import { uuid } from '../src/storage/sql.ts'
import { sweep } from '../src/storage/sweep.ts'
import { administrator, helpQueue, settleHelp } from './support/admins.ts'
import {
  DAY,
  granted,
  must,
  type Owner,
  outcomes,
  owner,
  signedIn,
  signInFully,
  tally,
} from './support/people.ts'
import { openPhones, type PhoneGateway } from './support/phones.ts'
import {
  askAdministrator,
  completeReset,
  contactOf,
  forgetful,
  newPassword,
  passPin,
  readyReset,
  rehearse,
  resetOf,
} from './support/resets.ts'
import { count, eventCounts, query } from './support/rows.ts'

const CONTACTS = ['one@administrators.test', 'two@administrators.test']

eachDatabase('Asking an administrator', (open) => {
  let database: TestDatabase
  let gateway: PhoneGateway
  let admin: Owner
  beforeEach(async () => {
    database = await open()
    gateway = await openPhones(database, { securityContacts: CONTACTS })
    admin = await administrator(gateway)
    await gateway.deliver()
  })
  const ask = async (identifier: string, address = '192.0.2.7') => {
    const client = gateway.client({ address })
    granted(await askAdministrator(client, { token: await resetOf(client, identifier) }))
  }
  const listed = async () => (await helpQueue(admin.client)).edges.map(({ node }) => node.username)

  it('puts somebody into the queue, once until they are looked after', async () => {
    const { person } = await signedIn(gateway)
    const visitor = gateway.client({ address: '192.0.2.9' })
    const token = await resetOf(visitor, person.identifier)
    for (let times = 0; times < 3; times++) granted(await askAdministrator(visitor, { token }))
    await ask(person.identifier)
    const { edges } = await helpQueue(admin.client)
    expect(edges.map(({ node }) => node)).toMatchObject([
      { username: person.identifier, gatesPassed: 0, clientAddress: '192.0.2.9' },
    ])
    expect(await eventCounts(database, person.userId)).toMatchObject({ 'reset.helpAsked': 1 })
    granted(await settleHelp(admin.client, must(edges[0]).node.id))
    expect(await listed()).toEqual([])
    await ask(person.identifier)
    expect(await listed()).toEqual([person.identifier])
  })

  it('says how much was proven before it', async () => {
    const who = await forgetful(gateway)
    const visitor = gateway.client()
    const token = await passPin(visitor, await resetOf(visitor, who.person.identifier), who.pin)
    granted(await askAdministrator(visitor, { token }))
    const { edges } = await helpQueue(admin.client)
    expect(must(edges[0]).node.gatesPassed).toBe(1)
    // Asked from a rehearsal, it is the same request.
    granted(await askAdministrator(who.client, { token: must((await rehearse(who.client)).token) }))
    expect(await listed()).toHaveLength(1)
  })

  it('shows who has proven more, and not the stranger who asked before; a finished reset takes it away', async () => {
    const who = await forgetful(gateway)
    const stranger = gateway.client({ address: '198.51.100.66' })
    granted(await askAdministrator(stranger, { token: await resetOf(stranger, who.person.identifier) }))
    const visitor = gateway.client({ address: '203.0.113.5' })
    const begun = await resetOf(visitor, who.person.identifier)
    const token = await passPin(visitor, begun, who.pin)
    granted(await askAdministrator(visitor, { token }))
    const late = await resetOf(stranger, who.person.identifier)
    granted(await askAdministrator(stranger, { token: late }))
    const { edges } = await helpQueue(admin.client)
    expect(edges.map(({ node }) => [node.gatesPassed, node.clientAddress])).toEqual([[1, '203.0.113.5']])
    const ready = await readyReset(gateway, visitor, who)
    granted(await completeReset(visitor, { token: ready, newPassword: newPassword() }))
    expect(await listed()).toEqual([])
  })

  it('H3: shows nobody who does not exist, and lets nobody settle them', async () => {
    for (let at = 0; at < 3; at++) await ask(`nobody-${at}@example.test`)
    const { person } = await signedIn(gateway)
    await ask(person.identifier)
    expect(await listed()).toEqual([person.identifier])
    const all = await query<{ id: string; user_id: string }>(
      database,
      sql`select id, user_id from security_info.help_request where user_id <> ${uuid(person.userId)}`,
    )
    expect(all).toHaveLength(3)
    for (const { id } of all) {
      const globalId = Buffer.from(`HelpRequest:${id}`).toString('base64url')
      expect(await settleHelp(admin.client, globalId)).toMatchObject({ code: 'admin.noSuchRequest' })
    }
    // They go after a day; those of people stay until somebody has looked after them.
    await database.clock.advance(DAY + 1000)
    await sweep({ db: database.db } as Host)
    const left = sql`select count(*) from security_info.help_request`
    expect(await count(database, left)).toBe(1)
  })

  it('tells the security contacts of each once, and the person nothing', async () => {
    const { person } = await signedIn(gateway)
    const contact = await contactOf(gateway, person)
    await gateway.deliver()
    for (let times = 0; times < 3; times++) await ask(person.identifier)
    await ask('nobody@example.test')
    const told = await gateway.deliver()
    expect(
      told.map(({ to, subject, link }) => ({ to, named: subject.includes(person.identifier), link })),
    ).toEqual(expect.arrayContaining(CONTACTS.map((to) => ({ to, named: true, link: undefined }))))
    expect(told).toHaveLength(CONTACTS.length)
    expect(told.map(({ to }) => to)).not.toContain(contact)
  })

  it('is listed oldest first, page by page, without one left out or shown twice', async () => {
    const people: string[] = []
    for (let at = 0; at < 5; at++) {
      const { identifier } = await gateway.person()
      await ask(identifier)
      people.push(identifier)
      if (at % 2 === 1) await database.clock.advance(1000)
    }
    // Some were written in the same moment.
    await database.db.execute(
      sql`update security_info.help_request set created_at = date_trunc('second', created_at)`,
    )
    const whole = await listed()
    expect(whole.toSorted()).toEqual(people.toSorted())
    const paged: string[] = []
    let after: string | null = null
    for (let page = 0; page < 10; page++) {
      const { edges, pageInfo }: Awaited<ReturnType<typeof helpQueue>> = await helpQueue(
        admin.client,
        2,
        after,
      )
      paged.push(...edges.map(({ node }) => node.username))
      expect(pageInfo.endCursor).toBe(edges.at(-1)?.cursor)
      after = pageInfo.endCursor
      if (!pageInfo.hasNextPage) break
    }
    expect(paged).toEqual(whole)
    expect(await helpQueue(admin.client, 2, after)).toEqual({
      edges: [],
      pageInfo: { hasNextPage: false, endCursor: null },
    })
  })

  it('H19: is listed at most a hundred at a time, and after cursors of its own alone', async () => {
    for (const first of [0, -1, 101]) {
      await expect(helpQueue(admin.client, first)).rejects.toMatchObject({
        extensions: { code: 'BAD_USER_INPUT' },
      })
    }
    const cursors = [
      '',
      'x',
      '0:0',
      "0:' or true --",
      '99999999999999999999:11111111-2222-3333-4444-555555555555',
    ]
    for (const cursor of cursors) {
      const encoded = Buffer.from(cursor).toString('base64url')
      await expect(helpQueue(admin.client, 10, encoded)).rejects.toMatchObject({
        extensions: { code: 'BAD_USER_INPUT' },
      })
    }
    // The highest time that has the form of one is no time at all.
    const far = Buffer.from('999999999999999:11111111-2222-3333-4444-555555555555').toString('base64url')
    const answer = await helpQueue(admin.client, 10, far).catch((error: unknown) => error)
    expect(answer).toMatchObject(
      answer instanceof Error ? { extensions: { code: 'BAD_USER_INPUT' } } : { edges: [] },
    )
  })

  it('C5: is settled once, and says by whom', async () => {
    const { person } = await signedIn(gateway)
    await ask(person.identifier)
    const { id } = must((await helpQueue(admin.client)).edges[0]).node
    const second = await signInFully(gateway, admin)
    const counts = tally(
      await outcomes(Array.from({ length: 10 }, (_, at) => settleHelp(at % 2 ? second : admin.client, id))),
    )
    expect(counts).toEqual({ SettleHelpRequestPayload: 1, NotFound: 9 })
    const settled = await query<{ detail: object }>(
      database,
      sql`select detail from security_info.audit_event where user_id = ${uuid(person.userId)} and type = 'help.settled'`,
    )
    expect(settled).toMatchObject([{ detail: { actorId: admin.person.userId } }])
  })

  it('C13: is for administrators in a full session alone', async () => {
    const other = await owner(gateway)
    await ask(other.person.identifier)
    const { id } = must((await helpQueue(admin.client)).edges[0]).node
    const half = (await signedIn(gateway, admin.person)).client
    for (const client of [other.client, half]) {
      await expect(helpQueue(client)).rejects.toMatchObject({ extensions: { code: 'FORBIDDEN' } })
      await expect(settleHelp(client, id)).rejects.toMatchObject({ extensions: { code: 'FORBIDDEN' } })
    }
    await expect(helpQueue(gateway.client())).rejects.toMatchObject({
      extensions: { code: 'UNAUTHENTICATED' },
    })
    expect(await listed()).toEqual([other.person.identifier])
  })
})
