import { eachDatabase, openTestGateway } from '@security-info/testing'
import { sql } from 'drizzle-orm'
import { expect, it } from 'vitest'
import type { Host } from '../src/host.ts'
import { uuid } from '../src/storage/sql.ts'
import { sweep } from '../src/storage/sweep.ts'
import { key } from './plugins/key.ts'
import { pin } from './plugins/pin.ts'
import { HOUR, owner } from './support/people.ts'
import { secondPool } from './support/pools.ts'
import { count } from './support/rows.ts'

const sessions = sql`select count(*) from security_info.session`

eachDatabase('Sweeping', (open, driver) => {
  /** Somebody with so many sessions that ended two hours ago. */
  async function expired(many: number) {
    const database = await open()
    const gateway = await openTestGateway(database, { plugins: [pin(), key()] })
    const { person } = await owner(gateway)
    await database.db.execute(sql`
      insert into security_info.session (user_id, id, token_hash, password_version, proofs, created_at, last_seen_at, expires_at)
      select ${uuid(person.userId)}, gen_random_uuid(), sha256(n::text::bytea), 1, '[]', security_info.now(), security_info.now(),
        security_info.now() - interval '2 hours'
      from generate_series(1, ${many}::int) n`)
    return { database, host: { db: database.db } as Host }
  }

  it('M15: deletes what has expired a thousand rows at a time, and nothing else', async () => {
    const { database, host } = await expired(2_500)
    const from = database.statements.log.length
    expect(await sweep(host)).toBeGreaterThanOrEqual(2_500)
    const deletes = database.statements.log
      .slice(from)
      .filter(
        (statement) =>
          statement.includes('delete from security_info."session"') ||
          statement.includes('delete from "security_info"."session"'),
      )
    expect(deletes).toHaveLength(3)
    expect(deletes.every((statement) => /limit \$\d+/.test(statement))).toBe(true)
    expect(await count(database, sessions)).toBe(1)
    expect(await sweep(host)).toBe(0)
    await database.clock.advance(30 * HOUR)
    expect(await sweep(host)).toBeGreaterThan(0)
    expect(await count(database, sessions)).toBe(0)
  })

  it.skipIf(driver === 'pglite')('M15: waits for no row that somebody holds', async () => {
    const { database, host } = await expired(20)
    const second = secondPool(database)
    await second.db.transaction(async (tx) => {
      await tx.execute(
        sql`select from security_info.session where expires_at < security_info.now() limit 5 for update`,
      )
      expect(await sweep(host)).toBe(15)
    })
    expect(await sweep(host)).toBe(5)
    await second.close()
  })
})
