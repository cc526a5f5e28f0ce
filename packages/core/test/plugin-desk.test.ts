import { type Answer, type Client, eachDatabase, type TestDatabase } from '@security-info/testing'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { createKeyRing, generateKey, type RouteDesk } from '../src/index.ts'
import { uuid } from '../src/storage/sql.ts'
import { SHELF_LIMIT, type ShelfProbe, shelf, shelfProbe } from './plugins/shelf.ts'
import { undoTokenIn } from './support/notices.ts'
import {
  granted,
  MINUTE,
  must,
  type Owner,
  outcomes,
  owner,
  provePin,
  tabs,
  tally,
} from './support/people.ts'
import { openPhones, type PhoneGateway } from './support/phones.ts'
import { secondPool } from './support/pools.ts'
import { contactOf } from './support/resets.ts'
import { belongings, count, eventCounts, query } from './support/rows.ts'

const put = (client: Client) =>
  client.ask<Answer & { readonly items?: number }>(`mutation { putOnShelf(name: "book") { __typename
    ... on ShelfPut { items } ... on UserError { code } ... on LimitReached { limit } } }`)

eachDatabase('What plugins change through the desk', (open, driver) => {
  let database: TestDatabase
  let second: TestDatabase
  let gateways: readonly [PhoneGateway, PhoneGateway]
  let gateway: PhoneGateway
  let who: Owner
  let contact: string
  let probe: ShelfProbe
  beforeAll(async () => {
    probe = shelfProbe()
    const plugins = [shelf(probe)]
    database = await open({ plugins })
    second = secondPool(database)
    const options = { keyRing: createKeyRing(generateKey('desk')), plugins }
    gateways = [await openPhones(database, options), await openPhones(second, options)]
    gateway = gateways[0]
  })
  afterAll(() => second?.close())
  beforeEach(async () => {
    delete probe.fails
    probe.undone.length = 0
    who = await owner(gateway)
    contact = await contactOf(gateway, who.person)
    await gateway.deliver()
  })
  const items = () =>
    count(
      database,
      sql`select count(*) from security_info.shelf_item where user_id = ${uuid(who.person.userId)}`,
    )

  it(`H25: hold their limit, also of ${driver === 'postgres' ? 100 : 20} at once over two gateways`, async () => {
    const many = driver === 'postgres' ? 100 : 20
    const counts = tally(await outcomes(tabs(gateways, who.client, many).map(put)))
    expect(counts).toEqual({ ShelfPut: SHELF_LIMIT, LimitReached: many - SHELF_LIMIT })
    expect(await items()).toBe(SHELF_LIMIT)
    expect(await eventCounts(database, who.person.userId)).toMatchObject({ 'shelf.put': SHELF_LIMIT })
  })

  it('one person does not wait for another', async () => {
    const others = await Promise.all([owner(gateway), owner(gateway)])
    const counts = tally(await outcomes([who, ...others].map(({ client }) => put(client))))
    expect(counts).toEqual({ ShelfPut: 3 })
  })

  it('are audited and told of, with what they are about', async () => {
    expect(await put(who.client)).toMatchObject({ items: 1 })
    const [item] = await query<{ id: string }>(
      database,
      sql`select id from security_info.shelf_item where user_id = ${uuid(who.person.userId)}`,
    )
    const [event] = await query<{ session_id: string; detail: object }>(
      database,
      sql`select session_id, detail from security_info.audit_event where user_id = ${uuid(who.person.userId)} and type = 'shelf.put'`,
    )
    expect(event).toMatchObject({ detail: { subjectId: must(item).id, reason: 'asked' } })
    expect(must(event).session_id).toBeTruthy()
    const told = (await gateway.deliver()).filter(({ to }) => to === contact)
    expect(told).toMatchObject([{ subject: 'Something on your shelf' }])
    expect(must(told[0]).paragraphs.join(' ')).toContain(who.person.identifier)
    expect(must(told[0]).paragraphs.join(' ')).toContain('127.0.0.1')
    expect(must(told[0]).link).toBeDefined()
  })

  it('are undone whole by what throws, and by what they refuse', async () => {
    const before = await eventCounts(database, who.person.userId)
    probe.fails = 'write'
    await expect(put(who.client)).rejects.toThrow('The shelf fails in write.')
    expect(await items()).toBe(0)
    delete probe.fails
    for (let at = 0; at < SHELF_LIMIT; at++) granted(await put(who.client))
    expect(await put(who.client)).toMatchObject({ code: 'method.limitReached', limit: SHELF_LIMIT })
    expect(await eventCounts(database, who.person.userId)).toEqual({ ...before, 'shelf.put': SHELF_LIMIT })
    const told = sql`select count(*) from security_info.notice where user_id = ${uuid(who.person.userId)} and type = 'shelf.put'`
    expect(await count(database, told)).toBe(SHELF_LIMIT)
  })

  it('C21: need a fresh proof where the plugin asks for one', async () => {
    await database.clock.advance(5 * MINUTE + 1000)
    try {
      expect(await put(who.client)).toMatchObject({
        __typename: 'FreshProofRequired',
        code: 'proof.secondFactorNeeded',
      })
      granted(await provePin(who.client, who.pin))
      granted(await put(who.client))
    } finally {
      await database.clock.reset()
    }
  })

  it('end with the session: what it has lost meanwhile it can not do', async () => {
    for (let round = 0; round < (driver === 'postgres' ? 10 : 2); round++) {
      const someone = await owner(gateway)
      const tab = must(gateways[1]).client({ token: must(someone.client.token) })
      const [answer] = await Promise.allSettled([put(tab), someone.client.signOut(true)])
      const name = answer.status === 'fulfilled' ? answer.value.__typename : 'UNAUTHENTICATED'
      expect(['ShelfPut', 'FlowEnded', 'UNAUTHENTICATED']).toContain(name)
      const there = sql`select count(*) from security_info.shelf_item where user_id = ${uuid(someone.person.userId)}`
      expect(await count(database, there)).toBe(name === 'ShelfPut' ? 1 : 0)
    }
  })

  it.each([
    ['has ended', sql`delete from security_info.session where user_id = `],
    ['has another token', sql`update security_info.session set token_hash = '\\x00'::bytea where user_id = `],
    [
      'belongs to a closed account',
      sql`update security_info.account set status = 'DISABLED' where user_id = `,
    ],
  ])('end where the session %s while they are asked for', async (_name, change) => {
    probe.meanwhile = () => database.db.execute(sql`${change}${uuid(who.person.userId)}`)
    expect(await put(who.client)).toMatchObject({ __typename: 'FlowEnded', code: 'flow.ended' })
    expect(await items()).toBe(0)
    const events = await eventCounts(database, who.person.userId)
    expect(events['shelf.put']).toBeUndefined()
  })

  it('are taken back by the link of their notice, in the transaction that ends all sessions', async () => {
    granted(await put(who.client))
    const [item] = await query<{ id: string }>(
      database,
      sql`select id from security_info.shelf_item where user_id = ${uuid(who.person.userId)}`,
    )
    await gateway.deliver()
    const token = undoTokenIn(gateway, contact, 'Something on your shelf')
    const before = await belongings(database, who.person.userId)
    probe.fails = 'undo'
    await expect(gateway.client().undoChange(token)).rejects.toThrow('The shelf fails in undo.')
    expect(await belongings(database, who.person.userId)).toBe(before)
    expect(await items()).toBe(1)
    delete probe.fails
    probe.undone.length = 0
    granted(await gateway.client().undoChange(token))
    expect(probe.undone).toEqual([{ type: 'shelf.put', userId: who.person.userId, subjectId: must(item).id }])
    expect(await items()).toBe(0)
    expect(await who.client.session()).toBeUndefined()
    expect(await gateway.client().undoChange(token)).toMatchObject({ code: 'link.ended' })
    expect(probe.undone).toHaveLength(1)
  })

  it('are asked for by nobody without a session', async () => {
    await expect(put(gateway.client())).rejects.toMatchObject({ extensions: { code: 'UNAUTHENTICATED' } })
  })

  /** The desk of the plugin's route. */
  async function routeDesk(at: PhoneGateway = gateway): Promise<RouteDesk<'shelf'>> {
    const route = must(at.securityInfo.routes.find(({ path }) => path === '/shelf'))
    await route.handle(new Request('http://localhost/shelf'), { clientAddress: '127.0.0.1' })
    return must(probe.desk)
  }

  it('C2: a route has budgets of its own: as many attempts as it says, then a pause that doubles', async () => {
    const desks = [await routeDesk(), await routeDesk(gateways[1])]
    const owners = [who.person.userId, crypto.randomUUID()]
    try {
      for (const userId of owners) {
        const spend = (at = 0) => must(desks[at % 2]).spend(userId, 'check', 5)
        const spent = await Promise.all(Array.from({ length: 20 }, (_, at) => spend(at)))
        expect(spent.filter((one) => one === undefined)).toHaveLength(5)
        const pause = async () =>
          Math.round(
            (must(await spend()).retryAt.getTime() - (await database.clock.now()).getTime()) / MINUTE,
          )
        expect(await pause()).toBe(15)
        await database.clock.advance(15 * MINUTE + 1000)
        for (let at = 0; at < 5; at++) expect(await spend(at)).toBeUndefined()
        expect(await pause()).toBe(30)
        await must(desks[1]).clear(userId, 'check')
        expect(await spend()).toBeUndefined()
      }
    } finally {
      await database.clock.reset()
    }
  })

  it("C2: a route closes nothing of core's with them, nor of other ledgers, nor is it closed by that", async () => {
    const desk = await routeDesk()
    const { userId } = who.person
    for (const ledger of ['guess', 'password', 'reset/pin']) {
      for (let at = 0; at < 12; at++) await desk.spend(userId, ledger, 5)
    }
    const names = await query<{ ledger: string }>(
      database,
      sql`select ledger from security_info.budget where user_id = ${uuid(userId)} order by 1`,
    )
    expect(names.map(({ ledger }) => ledger)).toEqual(['shelf:guess', 'shelf:password', 'shelf:reset/pin'])
    granted(await provePin(who.client, who.pin))
    expect(await desk.spend(userId, 'another', 5)).toBeUndefined()
    await desk.clear(userId, 'guess')
    expect(await desk.spend(userId, 'guess', 5)).toBeUndefined()
    expect(await desk.spend(userId, 'password', 5)).toBeDefined()
  })

  it('a route audits under its own name, and hashes with a key that nobody else has', async () => {
    const desk = await routeDesk()
    const { userId } = who.person
    await desk.audit(userId, { type: 'shelf.checked', detail: { reason: 'ok', scope: 'imap' } })
    const [event] = await query<{ session_id: string | null; detail: object }>(
      database,
      sql`select session_id, detail from security_info.audit_event where user_id = ${uuid(userId)} and type = 'shelf.checked'`,
    )
    expect(event).toEqual({ session_id: null, detail: { reason: 'ok', scope: 'imap' } })
    const hash = await desk.keyedHash('a', 'value')
    expect(hash).toMatch(/^[\w-]{43}$/)
    expect(await (await routeDesk(gateways[1])).keyedHash('a', 'value')).toBe(hash)
    for (const other of [await desk.keyedHash('b', 'value'), await desk.keyedHash('a', 'other')]) {
      expect(other).not.toBe(hash)
    }
    expect(desk.random(16)).toHaveLength(16)
    expect(Buffer.from(desk.random(16))).not.toEqual(Buffer.from(desk.random(16)))
  })
})
