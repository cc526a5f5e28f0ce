import { eachDatabase, type TestDatabase } from '@security-info/testing'
import { type SQL, sql } from 'drizzle-orm'
import { PgDialect } from 'drizzle-orm/pg-core'
import { expect, it } from 'vitest'
import { createKeyRing, generateKey } from '../src/index.ts'
import { openPhones } from './support/phones.ts'
import { forgetful, rehearse, startReset } from './support/resets.ts'

const dialect = new PgDialect()

/** The same database, where something happens once, right after a statement that begins a reset. */
function meanwhile({ db }: TestDatabase, happens: () => Promise<unknown>): TestDatabase['db'] {
  let once = false
  const execute = async (query: SQL) => {
    const result: unknown = await db.execute(query)
    const begins = dialect.sqlToQuery(query).sql.includes('insert into security_info.password_reset')
    if (begins && !once) {
      once = true
      await happens()
    }
    return result
  }
  return new Proxy(db, {
    get: (target, name) => (name === 'execute' ? execute : Reflect.get(target, name, target)),
  }) as TestDatabase['db']
}

eachDatabase('A reset that was just begun', (open) => {
  const keyRing = createKeyRing(generateKey('begun'))

  it('H3: is begun as for anybody where what was open is ended in the same moment', async () => {
    const database = await open()
    const gateway = await openPhones(database, { keyRing })
    const who = await forgetful(gateway)
    const ended = await openPhones(database, {
      keyRing,
      db: meanwhile(database, () => database.db.execute(sql`delete from security_info.password_reset`)),
    })
    const started = await startReset(ended.client(), who.person.identifier)
    expect(started.__typename).toBe('StartPasswordResetPayload')
    expect(started.reset).toMatchObject({ gatesRequired: 2, gatesPassed: 0, refusal: null })
  })

  it('is none where the session that rehearses ends in the same moment', async () => {
    const database = await open()
    const gateway = await openPhones(database, { keyRing })
    const who = await forgetful(gateway)
    const ended = await openPhones(database, {
      keyRing,
      db: meanwhile(database, () => database.db.execute(sql`delete from security_info.session`)),
    })
    const client = ended.client(who.client.token === undefined ? {} : { token: who.client.token })
    await expect(rehearse(client)).rejects.toMatchObject({ extensions: { code: 'UNAUTHENTICATED' } })
  })
})
