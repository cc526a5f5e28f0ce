import { eachDatabase, openTestGateway, type TestDatabase, type TestGateway } from '@security-info/testing'
import { type SQL, sql } from 'drizzle-orm'
import { beforeAll, expect, it } from 'vitest'
import { uuid } from '../src/storage/sql.ts'
import { key, newKey } from './plugins/key.ts'
import { mail } from './plugins/mail.ts'
import { pin } from './plugins/pin.ts'
import { type PushDevice, push } from './plugins/push.ts'
import {
  answerPin,
  beginPin,
  codeIn,
  enrollKey,
  enrollMail,
  granted,
  insideOf,
  must,
  owner,
  provePin,
  signedIn,
} from './support/people.ts'
import { query } from './support/rows.ts'

eachDatabase('Whoever has the database alone', (open) => {
  let database: TestDatabase
  let gateway: TestGateway
  const device: PushDevice = { signal: async () => false }

  beforeAll(async () => {
    database = await open()
    gateway = await openTestGateway(database, { plugins: [pin(), key(), mail(), push(device)] })
  })

  it('C22: finds no password, token, code, secret, address or credential in it', async () => {
    const { person, client, pin: known } = await owner(gateway)
    const canaries = [person.password, `"${known}"`, `"pin":`]
    const token = () => canaries.push(must(client.token), must(client.token).slice(3, 40))
    token()
    const hand = newKey(`credential-canary-${person.userId}`, `device-canary-${person.userId}`)
    granted(await enrollKey(client, hand))
    token()
    canaries.push(hand.credential, hand.secret, must(hand.device))
    const address = `address-canary-${person.userId}@example.test`
    granted(await enrollMail(client, gateway, address))
    token()
    canaries.push(address, codeIn(gateway.messages, address))
    const paired = granted(
      await client.beginEnrollment({ method: { push: {} } }, '... on PushSetup { number }'),
    )
    const { id } = must(paired.enrollment)
    const data = { approved: false, number: `signal-canary-${person.userId}` }
    expect(await device.signal({ userId: person.userId, flowId: insideOf(id) }, data)).toBe(true)
    canaries.push(data.number)
    granted(await provePin(client, known))
    token()
    const dump = await database.dump()
    for (const canary of canaries) {
      expect(dump).not.toContain(canary)
      expect(dump).not.toContain(Buffer.from(canary, 'utf8').toString('hex'))
    }
    // The raw bytes of a token, too, and the hash of a password, which could be tried offline.
    const raw = Buffer.from(must(client.token).slice(3), 'base64url').subarray(16)
    expect(dump).not.toContain(raw.toString('hex'))
    expect(dump).not.toContain('argon2')
    // That the search would find something: what may be read is there.
    expect(dump).toContain(person.identifier)
  })

  /** Swaps one column between two rows. */
  const swap = (table: string, column: string, key: string, a: string, b: string) => {
    const [from, name, id] = [
      sql`security_info.${sql.identifier(table)}`,
      sql.identifier(column),
      sql.identifier(key),
    ]
    const of = (row: string): SQL => sql`(select ${name} from ${from} where ${id} = ${uuid(row)})`
    return database.db.execute(sql`update ${from}
      set ${name} = case when ${id} = ${uuid(a)} then ${of(b)} else ${of(a)} end
      where ${id} in (${uuid(a)}, ${uuid(b)})`)
  }

  it('C22: can not let one person in with the password of another', async () => {
    const [victim, thief] = [await gateway.person(), await gateway.person()]
    await swap('account', 'password', 'user_id', victim.userId, thief.userId)
    const who = { identifier: victim.identifier, password: thief.password }
    const answer = await gateway
      .client()
      .signIn(who)
      .catch(() => 'masked')
    expect(answer).toBe('masked')
  })

  it('C22: can not let one person in with the method of another', async () => {
    const [victim, thief] = [await owner(gateway), await owner(gateway)]
    const { client } = await signedIn(gateway, victim.person)
    const challengeId = await beginPin(client)
    await swap('method', 'stored', 'id', insideOf(victim.methodId), insideOf(thief.methodId))
    for (const code of [thief.pin, victim.pin]) {
      await expect(answerPin(client, challengeId, code)).rejects.toThrow(/unable to authenticate/)
    }
    expect(await client.ask('{ viewer { session { state } } }')).toEqual({
      session: { state: 'SECOND_FACTOR_REQUIRED' },
    })
  })

  it('C22: can not exchange what two methods of one person hold, nor what two flows hold', async () => {
    const { client, methodId } = await owner(gateway)
    const answer = granted(await enrollKey(client, newKey(`swap ${methodId}`)))
    const challengeId = await beginPin(client, methodId)
    await swap('method', 'stored', 'id', insideOf(methodId), insideOf(must(answer.method).id))
    await expect(answerPin(client, challengeId, '123456')).rejects.toThrow(/unable to authenticate/)

    const one = await owner(gateway)
    const [first, second] = [await beginPin(one.client), await beginPin(one.client)]
    await swap('flow', 'pending', 'id', insideOf(first), insideOf(second))
    await expect(answerPin(one.client, first, one.pin)).rejects.toThrow(/unable to authenticate/)
  })

  it('C22: can not change a bit of what is sealed', async () => {
    const { person, client, pin: known } = await owner(gateway)
    const challengeId = await beginPin(client)
    const [row] = await query<{ length: number }>(
      database,
      sql`select length(stored)::int as length from security_info.method where user_id = ${uuid(person.userId)}`,
    )
    const length = must(row).length
    const places = [0, 1, 2, 7, length >> 1, length - 20, length - 1]
    for (const place of places) {
      const flip = sql`update security_info.method set stored = set_byte(stored, ${place}, get_byte(stored, ${place}) # 1)
        where user_id = ${uuid(person.userId)}`
      await database.db.execute(flip)
      const answer = await answerPin(client, challengeId, known).catch(() => ({ __typename: 'masked' }))
      expect(answer.__typename).toMatch(/masked|FlowEnded/)
      await database.db.execute(flip)
    }
    expect(granted(await provePin(client, known)).session?.state).toBe('ACTIVE')
  })
})
