import { eachDatabase, openTestGateway, type TestDatabase } from '@security-info/testing'
import { sql } from 'drizzle-orm'
import { beforeEach, describe, expect, it } from 'vitest'
import { ConfigurationFault, createKeyRing, generateKey } from '../src/index.ts'
import { key, newKey } from './plugins/key.ts'
import { pin } from './plugins/pin.ts'
import { undoTokenIn } from './support/notices.ts'
import {
  beginPinEnrollment,
  enrollKey,
  enrollPin,
  granted,
  must,
  owner,
  provePin,
  signedIn,
  signInFully,
} from './support/people.ts'
import { asking, lastCode, openPhones, typeIn } from './support/phones.ts'
import { secondPool } from './support/pools.ts'
import { count } from './support/rows.ts'

describe('A key ring', () => {
  const [one, two] = [generateKey('one'), generateKey('two')]
  const plain = Buffer.from('plain')

  it('C22: opens what it sealed, in its place alone, and never seals the same twice', () => {
    const ring = createKeyRing(one)
    const sealed = ring.seal(plain, 'here')
    expect(Buffer.from(ring.open(sealed, 'here'))).toEqual(plain)
    expect(() => ring.open(sealed, 'there')).toThrow(/unable to authenticate/)
    expect(ring.seal(plain, 'here')).not.toEqual(sealed)
    expect(Buffer.from(sealed).includes(plain)).toBe(false)
  })

  it('C23: opens with older keys, and rewraps to the first', () => {
    const sealed = createKeyRing(one).seal(plain, 'here')
    const both = createKeyRing(`${two},${one}`)
    expect(Buffer.from(both.open(sealed, 'here'))).toEqual(plain)
    const rewrapped = must(both.rewrap(sealed))
    expect(both.rewrap(rewrapped)).toBeUndefined()
    expect(Buffer.from(createKeyRing(two).open(rewrapped, 'here'))).toEqual(plain)
    expect(() => createKeyRing(two).open(sealed, 'here')).toThrow(/"one", which is not in the key ring/)
  })

  it('C23: refuses a key of the same name that is another, and everything cut short', () => {
    const sealed = createKeyRing(one).seal(plain, 'here')
    const impostor = createKeyRing(generateKey('one'))
    expect(() => impostor.open(sealed, 'here')).toThrow(/unable to authenticate/)
    for (let length = 0; length < sealed.length; length++) {
      expect(() => createKeyRing(one).open(sealed.subarray(0, length), 'here')).toThrow(/./)
    }
  })

  it.each([
    ['', 'it is empty'],
    ['nocolon', 'no id'],
    ['a b:AAAA', 'no id'],
    ['short:AAAA', 'has 3 bytes, expected 32'],
    [`${one},${one}`, 'two keys have the same id'],
  ])('says what is wrong with %j, and never shows a key', (text, problem) => {
    expect(() => createKeyRing(text)).toThrow(ConfigurationFault)
    expect(() => createKeyRing(text)).toThrow(problem)
    expect(() => createKeyRing(`${text},bad:${one.slice(4)}x`)).not.toThrow(one.slice(4))
  })
})

eachDatabase('Keys and the database', (open, driver) => {
  const [old, next] = [generateKey('old'), generateKey('next')]
  const plugins = [pin(), key()]
  let database: TestDatabase
  const gatewayWith = (keys: string, on = database) =>
    openTestGateway(on, { plugins, keyRing: createKeyRing(keys) })
  beforeEach(async () => {
    database = await open()
  })

  it('C23: a missing key stops the start, names it, and does no harm: with the right one it starts again', async () => {
    const before = await gatewayWith(old)
    await before.securityInfo.start()
    await before.securityInfo.stop()
    const start = async (keys: string) => {
      const { securityInfo } = await gatewayWith(keys)
      await securityInfo.start()
      await securityInfo.stop()
    }
    await expect(start(next)).rejects.toThrow(/key "old": data in this database is sealed with it/)
    await expect(start(old)).resolves.toBeUndefined()
  })

  it('C23: another key under a known name stops the start', async () => {
    await gatewayWith(old)
    await expect(gatewayWith(generateKey('old'))).rejects.toThrow(/"old": it is not the key/)
  })

  it('C23: a rotation under load, with both rings in use, loses nothing and disturbs nobody', async () => {
    const first = await gatewayWith(old)
    const people = [await owner(first), await owner(first), await owner(first)]
    const pool = secondPool(database)
    const [a, b] = [await gatewayWith(`${old},${next}`), await gatewayWith(`${next},${old}`, pool)]
    let rotating = true
    const load = people.map(async (one, at) => {
      const states: (string | undefined)[] = []
      do {
        const client = await signInFully(at % 2 ? a : b, one)
        await beginPinEnrollment(client)
        states.push((await client.session())?.state)
      } while (rotating)
      return states
    })
    const { rewrapped } = await b.securityInfo.rotateKeys()
    rotating = false
    for (const states of await Promise.all(load)) expect(new Set(states)).toEqual(new Set(['ACTIVE']))
    expect(rewrapped).toBeGreaterThan(0)
    // Once nobody seals with the old key any more, further runs get what came meanwhile; the old key can go when one finds
    // nothing left to do, and not before.
    const early = await gatewayWith(`${next},${old}`)
    await early.securityInfo.rotateKeys()
    expect((await early.securityInfo.rotateKeys()).rewrapped).toBe(0)
    const after = await gatewayWith(next)
    await after.securityInfo.start()
    await after.securityInfo.stop()
    for (const one of people) {
      const { client } = await signedIn(after, one.person)
      expect(granted(await provePin(client, one.pin)).session?.state).toBe('ACTIVE')
    }
    if (driver === 'postgres') await pool.close()
  })

  it('C23: a rotation covers codes on their way, waiting notices and removed methods', async () => {
    const before = await openPhones(database, { keyRing: createKeyRing(old) })
    const someone = await asking(before)
    const contactEmail = 'rotated@example.test'
    const told = await signedIn(before, await before.person({ contactEmail }))
    const first = await enrollPin(told.client)
    await enrollPin(told.client, { replaces: first.methodId })
    // Written, and not sent: the mail server is away.
    const away = {
      deliver: {
        email: async () => ({ outcome: 'retry' }) as const,
        sms: async () => ({ outcome: 'retry' }) as const,
      },
    }
    await (await openPhones(database, { keyRing: createKeyRing(old), ...away })).deliver()
    const both = await openPhones(database, { keyRing: createKeyRing(`${next},${old}`) })
    await both.securityInfo.rotateKeys()
    expect((await both.securityInfo.rotateKeys()).rewrapped).toBe(0)
    const after = await openPhones(database, { keyRing: createKeyRing(next) })
    await database.clock.advance(60_000)
    await after.deliver()
    expect(after.unexpected).toEqual([])
    const code = lastCode(after, someone.number)
    const client = after.client({ token: must(someone.client.token) })
    granted(await typeIn(client, someone.flowId, code))
    granted(await after.client().undoChange(undoTokenIn(after, contactEmail, 'was replaced')))
    const back = await signedIn(after, told.person)
    granted(await provePin(back.client, first.pin))
  })

  it('C23: a rotation changes no fingerprint: what is unique stays unique, and one device counts once', async () => {
    const before = await gatewayWith(old)
    const first = await owner(before)
    const hand = newKey('unique in the world', 'the one device')
    granted(await enrollKey(first.client, hand))
    const after = await gatewayWith(`${next},${old}`)
    await after.securityInfo.rotateKeys()
    const second = await owner(after)
    expect(await enrollKey(second.client, hand)).toMatchObject({ code: 'method.taken' })
    granted(await enrollKey(await signInFully(after, first), newKey('another', 'the one device')))
    const devices = sql`select count(distinct authenticator) from security_info.method where kind = 'key'`
    expect(await count(database, devices)).toBe(1)
  })

  it('C17: a credential belongs to one person, also where two enrol it at once', async () => {
    const gateway = await gatewayWith(old)
    const people = await Promise.all(Array.from({ length: 6 }, () => owner(gateway)))
    const hand = newKey('wanted by six')
    const answers = await Promise.all(people.map(({ client }) => enrollKey(client, hand)))
    const won = answers.filter(({ code }) => code === undefined)
    expect(won).toHaveLength(1)
    expect(answers.filter(({ code }) => code === 'method.taken')).toHaveLength(5)
    // Removed, it is free again.
    const [holder] = people.filter((_, at) => answers[at]?.code === undefined)
    granted(await must(holder).client.removeMethod(must(won[0]?.method).id))
    granted(await enrollKey(must(people.find((one) => one !== holder)).client, hand))
  })
})
