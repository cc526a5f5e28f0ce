/** M22, M4: the gateway works with a primary alone, and with one that keeps what it acknowledges. */
import { ConfigurationFault } from '@security-info/core'
import { sql } from 'drizzle-orm'
import postgres from 'postgres'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openDatabase } from '../src/databases.ts'
import { createServer, type OwnServer } from './support/own-server.ts'

let server: OwnServer
beforeAll(async () => {
  server = await createServer()
  await server.start({ standby: true })
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
  await server.stop()
  await server.start({ standby: true })
  // The first one may still meet the connection that has just ended.
  await expect(database.db.execute(sql`select 1`)).rejects.toThrow('Failed query')
  await expect(database.db.execute(sql`select 1`)).rejects.toMatchObject({
    cause: { code: 'CONNECTION_DESTROYED' },
  })
  await server.promote()
  expect(await database.db.execute(sql`select 1 as one`)).toEqual([{ one: 1 }])
  await database.close()
})

it('M4: what the server commits without its standby, though it was to wait for one, counts as failed', async () => {
  const first = postgres(server.url, { max: 1 })
  const [role] = await first<{ standby: boolean }[]>`SELECT pg_is_in_recovery() AS standby`
  if (role?.standby) await server.promote()
  await first`create table kept (n int)`
  await first.end()
  // From its start on: a server that is told later goes on without waiting for a moment.
  await server.stop()
  await server.start({ settings: { synchronous_standby_names: 'nobody' } })
  const admin = postgres(server.url, { max: 1, onnotice: () => undefined })
  // Whoever carries this out has read the settings, and it is them that switch the waiting on.
  await admin`CHECKPOINT`
  const database = await openDatabase({ url: server.url })
  /** Ends the wait of whoever waits for a standby. */
  const giveUp = () =>
    expect
      .poll(
        // The server's own workers wait, too.
        () => admin`SELECT pg_cancel_backend(pid) FROM pg_stat_activity
          WHERE wait_event = 'SyncRep' AND backend_type = 'client backend'`,
      )
      .toHaveLength(1)
  const insert = sql`insert into kept values (1)`
  for (const writing of [
    () => database.db.execute(insert),
    () => database.db.transaction((tx) => tx.execute(insert)),
  ]) {
    const [written] = await Promise.allSettled([writing(), giveUp()])
    expect(written.status).toBe('rejected')
    expect(
      String((written as PromiseRejectedResult).reason.cause ?? (written as PromiseRejectedResult).reason),
    ).toContain('stopped waiting for its synchronous standby')
  }
  await database.close()
  await admin.end()
})
