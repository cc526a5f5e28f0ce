import { eachDatabase, openTestDatabase, type TestDatabase } from '@security-info/testing'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { uuid } from '../src/storage/sql.ts'
import { noticesOf, undoTokenIn } from './support/notices.ts'
import {
  beginPinEnrollment,
  enrollMail,
  enrollPin,
  granted,
  HOUR,
  must,
  outcomes,
  provePin,
  signedIn,
  tally,
} from './support/people.ts'
import { openPhones, type PhoneGateway } from './support/phones.ts'
import { secondPool } from './support/pools.ts'
import { count, eventCounts } from './support/rows.ts'

let people = 0
/** Somebody with a pin, and the link in the notice that told of it. */
async function told(gateway: PhoneGateway) {
  const contactEmail = `told-${++people}@example.test`
  const visitor = await signedIn(gateway, await gateway.person({ contactEmail }))
  const { pin, methodId } = await enrollPin(visitor.client)
  granted(await visitor.client.finishRegistration())
  await gateway.deliver()
  return { ...visitor, pin, methodId, contactEmail, link: undoTokenIn(gateway, contactEmail, 'was added') }
}

eachDatabase('The link "This wasn\'t me"', (open) => {
  let database: TestDatabase
  let gateway: PhoneGateway
  const securityContacts = ['admin-1@example.test', 'admin-2@example.test']
  beforeEach(async () => {
    database = await open()
    gateway = await openPhones(database, { securityContacts })
  })

  it('H11: carries its token behind #, under the configured address, and nothing else', async () => {
    const elsewhere = await openPhones(database, { publicUrl: new URL('https://id.example.test/sub/') })
    const { contactEmail, link } = await told(elsewhere)
    const { url, label } = must(elsewhere.handed.find(({ to }) => to === contactEmail)?.link)
    expect(label).toBe("This wasn't me")
    expect(url).toBe(`https://id.example.test/sub/undo#${link}`)
    expect(link).toMatch(/^su_[A-Za-z0-9_-]{64}$/)
    const { search, pathname } = new URL(url)
    expect([search, pathname]).toEqual(['', '/sub/undo'])
  })

  it('C12: and its messages are the same wherever the request came from', async () => {
    const { client } = await told(gateway)
    await client.send('mutation { finishRegistration { __typename } }')
    expect(gateway.handed.map(({ publicUrl }) => publicUrl.href)).toEqual(
      gateway.handed.map(() => 'http://localhost:4000/'),
    )
  })

  it('C5: works once', async () => {
    const { link } = await told(gateway)
    expect(await gateway.client().undoChange(link)).toMatchObject({ __typename: 'UndoChangePayload' })
    expect(await gateway.client().undoChange(link)).toMatchObject({
      __typename: 'FlowEnded',
      code: 'link.ended',
    })
  })

  it('C5: works for 72 hours, and not longer', async () => {
    const [early, late] = [await told(gateway), await told(gateway)]
    await database.clock.advance(72 * HOUR - 30_000)
    granted(await gateway.client().undoChange(early.link))
    await database.clock.advance(31_000)
    expect((await gateway.client().undoChange(late.link)).code).toBe('link.ended')
  })

  it('H11: and nothing else is taken for its token, nor it for anything else', async () => {
    const { link, client, person } = await told(gateway)
    const body = link.slice(3)
    const stranger = await told(gateway)
    const mixed = Buffer.concat([
      Buffer.from(stranger.link.slice(3), 'base64url').subarray(0, 16),
      Buffer.from(body, 'base64url').subarray(16),
    ]).toString('base64url')
    const wrong = [
      must(client.token),
      `si_${body}`,
      body,
      `su_${mixed}`,
      `su_${'A'.repeat(64)}`,
      `${link}A`,
      ` ${link}`,
      '',
    ]
    const before = await eventCounts(database, person.userId)
    for (const token of wrong) {
      expect({ token, code: (await gateway.client().undoChange(token)).code }).toEqual({
        token,
        code: 'link.ended',
      })
    }
    expect(await eventCounts(database, person.userId)).toEqual(before)
    expect(await gateway.client({ token: link }).session()).toBeUndefined()
    expect(await gateway.client({ token: `si_${body}` }).session()).toBeUndefined()
  })

  it('C22: is nowhere in the database in the clear, before it is sent nor after', async () => {
    const contactEmail = 'c22-undo@example.test'
    const { client } = await signedIn(gateway, await gateway.person({ contactEmail }))
    await enrollPin(client)
    const waiting = await database.dump()
    await gateway.deliver()
    const link = undoTokenIn(gateway, contactEmail, 'was added')
    const raw = Buffer.from(link.slice(3), 'base64url').subarray(16).toString('hex')
    for (const dump of [waiting, await database.dump()]) {
      expect(dump).not.toContain(link.slice(3))
      expect(dump).not.toContain(raw)
    }
    const kept = sql`select count(*) from security_info.message where sealed is not null`
    expect(await count(database, kept)).toBe(0)
  })

  it('H11: ends every session and every flow, tells the person and the administrators, and is audited', async () => {
    const someone = await told(gateway)
    const { userId } = someone.person
    const other = await signedIn(gateway, someone.person)
    granted(await provePin(other.client, someone.pin))
    await beginPinEnrollment(other.client)
    const answer = granted(await gateway.client({ address: '198.51.100.7' }).undoChange(someone.link))
    expect(answer.message).toMatch(/./)
    for (const { client } of [someone, other]) expect(await client.session()).toBeUndefined()
    const left = sql`select (select count(*) from security_info.session where user_id = ${uuid(userId)})
      + (select count(*) from security_info.flow where user_id = ${uuid(userId)})`
    expect(await count(database, left)).toBe(0)
    const sent = await gateway.deliver()
    expect(sent.map(({ to }) => to).toSorted()).toEqual(
      [...securityContacts, someone.contactEmail].toSorted(),
    )
    expect(sent.every(({ link }) => link === undefined)).toBe(true)
    for (const { paragraphs } of sent) expect(paragraphs.join(' ')).toContain(someone.person.identifier)
    expect(await eventCounts(database, userId)).toMatchObject({ 'notice.undone': 1 })
    expect(await noticesOf(database, userId)).toEqual(['method.enrolled', 'notice.undone'])
  })

  it('H23: also goes to an address that was removed just before', async () => {
    const someone = await told(gateway)
    const mailed = granted(await enrollMail(someone.client, gateway, 'soon-gone@example.test'))
    await gateway.deliver()
    granted(await someone.client.removeMethod(must(mailed.method).id))
    const later = await enrollPin(someone.client)
    expect(later.methodId).not.toBe('')
    const sent = await gateway.deliver()
    const subjects = (to: string) =>
      sent
        .filter((one) => one.to === to)
        .map(({ subject }) => subject)
        .toSorted()
    expect(subjects('soon-gone@example.test')).toHaveLength(2)
    expect(subjects('soon-gone@example.test')).toEqual(subjects(someone.contactEmail))
  })

  it('C5: a disabled account or a lost race leaves no half of it', async () => {
    const { link, person } = await told(gateway)
    await database.db.execute(
      sql`alter table security_info.audit_event add constraint no_event check (false) not valid`,
    )
    await expect(gateway.client().undoChange(link)).rejects.toThrow(/Failed query/)
    await database.db.execute(sql`alter table security_info.audit_event drop constraint no_event`)
    const sessions = sql`select count(*) from security_info.session where user_id = ${uuid(person.userId)}`
    expect(await count(database, sessions)).toBe(1)
    granted(await gateway.client().undoChange(link))
  })
})

describe('One link that is used at once, on two gateways (PostgreSQL)', () => {
  let database: TestDatabase
  let second: TestDatabase
  let gateways: readonly [PhoneGateway, PhoneGateway]
  beforeAll(async () => {
    database = await openTestDatabase('postgres')
    second = secondPool(database)
    gateways = [await openPhones(database), await openPhones(second)]
  })
  afterAll(async () => {
    await second.close()
    await database.close()
  })

  it('C5: 50 times works once', async () => {
    const { link, person } = await told(gateways[0])
    const tries = Array.from({ length: 50 }, (_, at) =>
      must(gateways[at % 2])
        .client()
        .undoChange(link),
    )
    expect(tally(await outcomes(tries))).toEqual({ UndoChangePayload: 1, FlowEnded: 49 })
    expect(await eventCounts(database, person.userId)).toMatchObject({ 'notice.undone': 1 })
  })
})
