/** M22: the gateway works with a primary alone. */
import { ConfigurationFault } from '@security-info/core'
import { openTestDatabase } from '@security-info/testing'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { openDatabase } from '../src/databases.ts'
import { type Standby, startStandby } from './support/standby.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

let server: Standby
beforeAll(async () => {
  const runs = await openTestDatabase('postgres', { empty: true })
  server = await startStandby(runs.url ?? '')
  await runs.close()
})
afterAll(() => server.close())

it('M22: a standby is refused at the start, and later when the server behind the address has become one', async () => {
  const opening = openDatabase({ url: server.url })
  await expect(opening).rejects.toBeInstanceOf(ConfigurationFault)
  await expect(opening).rejects.toThrow(/DATABASE_URL: no server at 127\.0\.0\.1:\d+ is a primary/)
  // Whoever writes the address can't switch it off.
  const asked = openDatabase({ url: `${server.url}?target_session_attrs=standby` })
  await expect(asked).rejects.toThrow('is a primary')

  await server.promote()
  const database = await openDatabase({ url: server.url })
  expect(await database.db.execute(sql`select pg_is_in_recovery() as standby`)).toEqual([{ standby: false }])
  await server.demote()
  // The first one may still meet the connection that has just ended.
  await expect(database.db.execute(sql`select 1`)).rejects.toThrow('Failed query')
  await expect(database.db.execute(sql`select 1`)).rejects.toMatchObject({
    cause: { code: 'CONNECTION_DESTROYED' },
  })
  await server.promote()
  expect(await database.db.execute(sql`select 1 as one`)).toEqual([{ one: 1 }])
  await database.close()
})
