import { ConfigurationFault } from '@security-info/core'
import { openTestDatabase, type TestDatabase } from '@security-info/testing'
import { sql } from 'drizzle-orm'
import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openDatabase } from '../src/databases.ts'

let server: TestDatabase
beforeAll(async () => {
  server = await openTestDatabase('postgres')
})
afterAll(() => server.close())

describe('A PostgreSQL server', () => {
  it('runs one migration at a time, over all processes', async () => {
    const [one, two] = await Promise.all([
      openDatabase({ url: server.url ?? '' }),
      openDatabase({ url: server.url ?? '' }),
    ])
    const events: string[] = []
    const work = (name: string) => async () => {
      events.push(`${name} begins`)
      await one.db.execute(sql`SELECT pg_sleep(0.05)`)
      events.push(`${name} ends`)
    }
    await Promise.all([one.exclusively(work('one')), two.exclusively(work('two'))])
    expect(events.map((event) => event.split(' ')[1])).toEqual(['begins', 'ends', 'begins', 'ends'])
    await expect(one.exclusively(() => Promise.reject(new Error('no')))).rejects.toThrow('no')
    expect(await two.exclusively(async () => 'free again')).toBe('free again')
    await Promise.all([one.close(), two.close()])
  })

  it.each([
    ['nobody listens', (url: URL) => Object.assign(url, { port: '1' })],
    ['the password is wrong', (url: URL) => Object.assign(url, { password: 'hush' })],
    ['there is no such database', (url: URL) => Object.assign(url, { pathname: '/nowhere' })],
  ])('says what is the matter where %s, without the password', async (_, change) => {
    const url = change(new URL(server.url ?? ''))
    const opening = openDatabase({ url: url.href })
    await expect(opening).rejects.toBeInstanceOf(ConfigurationFault)
    await expect(opening).rejects.toThrow(
      /DATABASE_URL: the PostgreSQL server at 127\.0\.0\.1:\d+ can't be used/,
    )
    await expect(opening).rejects.not.toThrow(url.password)
  })

  it('has to be version 15 or newer', async () => {
    // A function of that name in an earlier schema makes the server say what an old one would.
    const admin = postgres(server.url ?? '', { max: 1 })
    await admin`CREATE SCHEMA old`
    await admin`CREATE FUNCTION old.current_setting(text) RETURNS text LANGUAGE sql AS 'SELECT ''140011'''`
    await admin.end()
    const url = new URL(server.url ?? '')
    url.searchParams.set('search_path', 'old,pg_catalog')
    await expect(openDatabase({ url: url.href })).rejects.toThrow('PostgreSQL 14, and 15 or newer is needed')
  })
})
