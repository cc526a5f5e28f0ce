import { eachDatabase, type TestDatabase } from '@security-info/testing'
import { sql } from 'drizzle-orm'
import { beforeEach, expect, it } from 'vitest'
import { uuid } from '../src/storage/sql.ts'
import { key, newKey } from './plugins/key.ts'
import { undoTokenIn } from './support/notices.ts'
import { enrollKey, enrollPin, granted, insideOf, must, proveKey, signedIn } from './support/people.ts'
import { openPhones, type PhoneGateway } from './support/phones.ts'
import { count } from './support/rows.ts'
import { undoing } from './support/undoing.ts'

eachDatabase('What a link takes back', (open) => {
  let database: TestDatabase
  let gateway: PhoneGateway
  let { someone, undo, methodsOf, defaultOf } = {} as ReturnType<typeof undoing>
  beforeEach(async () => {
    database = await open()
    gateway = await openPhones(database, { plugins: [key()] })
    ;({ someone, undo, methodsOf, defaultOf } = undoing(database, gateway))
  })
  it('H11: an added method is gone, also where it is the last one that policy needs', async () => {
    const { person, contactEmail, pin } = await someone()
    granted(await undo(contactEmail, 'was added'))
    expect(await methodsOf(person.userId)).toEqual([])
    expect(await defaultOf(person.userId)).toEqual({ id: null, way: null })
    const { client } = await signedIn(gateway, person)
    expect((await client.session())?.state).toBe('SECURITY_INFO_REQUIRED')
    expect((await client.beginChallenge()).code).toBe('challenge.noMethod')
    expect(pin).not.toBe('')
  })

  it('H11: an added method is gone, and the default is the one before', async () => {
    const { person, client, contactEmail, methodId } = await someone()
    const hand = newKey(`undo ${methodId}`)
    granted(await enrollKey(client, hand))
    const method = (await client.securityInfo()).methods.find(({ kind }) => kind === 'key')
    await gateway.deliver()
    granted(await client.updateMethod({ methodId: must(method).id, makeDefault: true }))
    granted(await undo(contactEmail, 'Key was added'))
    expect(await methodsOf(person.userId)).toEqual([insideOf(methodId)])
    expect(await defaultOf(person.userId)).toEqual({ id: insideOf(methodId), way: 'code' })
    // Its credential is free again.
    granted(await enrollKey((await someone()).client, hand))
  })

  it('H11: a replaced method comes back as it was, with its credential, and what replaced it is gone', async () => {
    const { person, client, contactEmail } = await someone()
    const hand = newKey(`first ${contactEmail}`)
    const enrolled = granted(await enrollKey(client, hand, {}))
    const id = must(enrolled.method).id
    granted(await client.updateMethod({ methodId: id, label: 'My own', makeDefault: true }))
    const thief = newKey(`second ${contactEmail}`)
    granted(await enrollKey(client, thief, { replaces: id }))
    granted(await undo(contactEmail, 'was replaced'))
    const back = await signedIn(gateway, person)
    granted(await proveKey(back.client, hand))
    const { methods } = await back.client.securityInfo()
    expect(methods.find(({ kind }) => kind === 'key')).toMatchObject({ id, label: 'My own', isDefault: true })
    expect(methods).toHaveLength(2)
    const other = await someone()
    expect((await enrollKey(other.client, hand)).code).toBe('method.taken')
    granted(await enrollKey(other.client, thief))
  })

  it('H11: a replaced method whose credential is registered elsewhere by now stays away; the rest is undone', async () => {
    const { person, client, contactEmail, methodId } = await someone()
    const hand = newKey(`wanderer ${contactEmail}`)
    const enrolled = granted(await enrollKey(client, hand))
    await gateway.deliver()
    granted(await enrollKey(client, newKey(`new ${contactEmail}`), { replaces: must(enrolled.method).id }))
    granted(await enrollKey((await someone()).client, hand))
    granted(await undo(contactEmail, 'was replaced'))
    expect(await methodsOf(person.userId)).toEqual([insideOf(methodId)])
    const dangling = sql`select count(*) from security_info.account a where default_method_id is not null
      and not exists (select from security_info.method m where m.user_id = a.user_id and m.id = a.default_method_id)`
    expect(await count(database, dangling)).toBe(0)
    expect(await client.session()).toBeUndefined()
  })

  it('H11: an added method that was replaced meanwhile is gone with all that took its place, in whichever order', async () => {
    for (const order of [
      ['was added', 'was replaced'],
      ['was replaced', 'was added'],
      ['was added'],
    ] as const) {
      const { person, client, contactEmail, methodId } = await someone()
      await gateway.deliver()
      const added = await enrollPin(client)
      await gateway.deliver()
      const links = new Map([['was added', undoTokenIn(gateway, contactEmail, 'was added')]])
      const second = await enrollPin(client, { replaces: added.methodId })
      await enrollPin(client, { replaces: second.methodId })
      await gateway.deliver()
      links.set('was replaced', undoTokenIn(gateway, contactEmail, 'was replaced'))
      for (const subject of order) await gateway.client().undoChange(must(links.get(subject)))
      expect(await methodsOf(person.userId)).toEqual([insideOf(methodId)])
      const kept = sql`select count(*) from security_info.removed_method where user_id = ${uuid(person.userId)}`
      expect(await count(database, kept)).toBe(0)
    }
  })

  it('H11: another default is the old one again; one that is gone is no default', async () => {
    const { person, client, contactEmail, methodId } = await someone()
    const second = await enrollPin(client)
    granted(await client.updateMethod({ methodId: second.methodId, makeDefault: true }))
    granted(await undo(contactEmail, 'sign-in method'))
    expect(await defaultOf(person.userId)).toEqual({ id: insideOf(methodId), way: 'code' })

    const other = await someone()
    const next = await enrollPin(other.client)
    granted(await other.client.updateMethod({ methodId: next.methodId, makeDefault: true }))
    await gateway.deliver()
    const link = undoTokenIn(gateway, other.contactEmail, 'sign-in method')
    granted(await other.client.removeMethod(other.methodId))
    granted(await gateway.client().undoChange(link))
    expect(await defaultOf(other.person.userId)).toEqual({ id: null, way: null })
  })

  it('H11: what was chosen as default since stays it, where another method goes', async () => {
    const { person, client, contactEmail, methodId } = await someone()
    await enrollPin(client, {})
    await gateway.deliver()
    const link = undoTokenIn(gateway, contactEmail, 'was added')
    const third = await enrollPin(client)
    granted(await client.updateMethod({ methodId: third.methodId, makeDefault: true }))
    granted(await gateway.client().undoChange(link))
    expect(await defaultOf(person.userId)).toMatchObject({ id: insideOf(third.methodId) })
    expect(await methodsOf(person.userId)).toEqual([insideOf(methodId), insideOf(third.methodId)])
  })
})
