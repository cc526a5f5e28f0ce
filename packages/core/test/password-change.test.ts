import {
  openTestDatabase,
  openTestGateway,
  type TestDatabase,
  type TestGateway,
} from '@security-info/testing'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Secret } from '../src/index.ts'
import { pin } from './plugins/pin.ts'
import { secondPool } from './support/pools.ts'
import { count } from './support/rows.ts'

/** Any number will do. */
const GATE = 4711

describe('A password that changes while somebody signs in with the old one (PostgreSQL)', () => {
  let database: TestDatabase
  let observer: TestDatabase
  let gateway: TestGateway
  beforeAll(async () => {
    database = await openTestDatabase('postgres')
    observer = secondPool(database)
    gateway = await openTestGateway(database, { plugins: [pin()] })
    // Holds a sign-in in the middle of its statement for as long as the test has the gate.
    await database.db.execute(sql`create function public.gate() returns trigger language plpgsql as
      'begin perform pg_advisory_xact_lock(4711); return new; end'`)
    await database.db.execute(sql`create trigger gate before insert on security_info.session
      for each row execute function public.gate()`)
  })
  afterAll(async () => {
    await observer.close()
    await database.close()
  })

  const waiting = (locktype: string) =>
    count(
      observer,
      sql`select count(*) from pg_locks where locktype = ${locktype} and not granted and (
        database is null or database = (select oid from pg_database where datname = current_database()))`,
    )
  async function until(condition: () => Promise<boolean>): Promise<void> {
    while (!(await condition()));
  }

  it('C20: the session it opens does not outlive the change', async () => {
    const person = await gateway.person()
    const client = gateway.client()
    let changed = false
    let signIn: Promise<unknown> = Promise.resolve()
    let change: Promise<unknown> = Promise.resolve()
    await observer.db.transaction(async (tx) => {
      await tx.execute(sql`select pg_advisory_xact_lock(${GATE})`)
      signIn = client.signIn(person)
      await until(async () => (await waiting('advisory')) > 0)
      const password = new Secret('another password')
      change = gateway.securityInfo.accounts
        .setPassword({ identifier: person.identifier, password })
        .then(() => {
          changed = true
        })
      // It either waits for the sign-in or is through.
      await until(async () => changed || (await waiting('transactionid')) > 0)
    })
    await Promise.all([signIn, change])
    expect(await client.session()).toBeUndefined()
  })
})
