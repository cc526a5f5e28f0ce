/** M5: every connection is taken. */
import {
  createKeyRing,
  createSecurityInfo,
  type Database,
  generateKey,
  Secret,
  type SecurityInfo,
} from '@security-info/core'
import { totp } from '@security-info/method-totp'
import { openTestDatabase, type TestDatabase } from '@security-info/testing'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { createTurns } from '../src/databases/turns.ts'
import { openDatabase } from '../src/databases.ts'
import { createGateway, type Gateway } from '../src/gateway.ts'
import type { LogEntry } from '../src/log.ts'
import { password, signInDocument } from './support/gateway.ts'
import { troublePlugin } from './support/trouble.ts'

const publicUrl = new URL('https://id.example.org')
const logged: LogEntry[] = []

let server: TestDatabase
let database: Database
let securityInfo: SecurityInfo
let gateway: Gateway
beforeAll(async () => {
  server = await openTestDatabase('postgres')
  database = await openDatabase({ url: server.url ?? '' })
  const usesDatabase = {
    ...troublePlugin(),
    routes: [
      {
        method: 'GET' as const,
        path: '/trouble/asks',
        access: 'test',
        handle: async (_: Request, { db }: { db: Database['db'] }) => {
          await db.execute(sql`select 1`)
          return new Response('asked')
        },
      },
    ],
  }
  securityInfo = createSecurityInfo({
    plugins: [totp(), usesDatabase],
    database,
    keyRing: createKeyRing(generateKey('test')),
    organisation: { name: 'Test' },
    publicUrl,
    version: '1.2.3',
    policy: {},
  })
  await securityInfo.migrate()
  await securityInfo.accounts.create({
    identifier: 'ada@example.org',
    displayName: 'Ada',
    password: new Secret(password),
  })
  const metricsToken = new Secret('8d0f6c1b9a3e4752')
  gateway = createGateway({ securityInfo, publicUrl, metricsToken, log: (entry) => void logged.push(entry) })
})
afterAll(async () => {
  await securityInfo.stop()
  await database.close()
  await server.close()
})
beforeEach(() => {
  logged.length = 0
})

/** Holds every connection until it is told to let go. */
async function holdAll() {
  let release = () => {}
  const released = new Promise<void>((resolve) => {
    release = resolve
  })
  const holding: Promise<void>[] = []
  const held = Array.from(
    { length: 10 },
    () =>
      new Promise<void>((resolve) => {
        holding.push(
          database.db.transaction(async (transaction) => {
            await transaction.execute(sql`select 1`)
            resolve()
            await released
          }),
        )
      }),
  )
  await Promise.all(held)
  const letGo = async () => {
    release()
    await Promise.all(holding)
  }
  onTestFinished(letGo)
  return letGo
}

const fetchFrom = (path: string, init: RequestInit = {}) =>
  gateway.fetch(
    new Request(new URL(path, publicUrl), {
      ...init,
      headers: { host: publicUrl.host, 'content-type': 'application/json', ...(init.headers as object) },
    }),
    { clientAddress: '127.0.0.1' },
  )
const signIn = (headers: Record<string, string> = {}) =>
  fetchFrom('/graphql', {
    method: 'POST',
    headers,
    body: JSON.stringify({
      query: signInDocument,
      variables: { input: { identifier: 'ada@example.org', password } },
    }),
  })
const viewer = (token: string) =>
  fetchFrom('/graphql', {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
    body: JSON.stringify({ query: '{ viewer { username } }' }),
  })

describe('M5: where every connection is taken', () => {
  it('M5: requests get 503 and OVERLOADED in good time, nothing of theirs is done, and then it goes on', async () => {
    // biome-ignore lint/suspicious/noExplicitAny: answers of any shape
    const { token } = ((await (await signIn()).json()) as any).data.signIn
    const letGo = await holdAll()
    const answers = await Promise.all([
      signIn(),
      signIn({ accept: 'application/json' }),
      ...Array.from({ length: 40 }, () => viewer(token)),
      fetchFrom('/trouble/asks'),
    ])
    for (const answer of answers) {
      // biome-ignore lint/suspicious/noExplicitAny: answers of any shape
      const { errors } = (await answer.json()) as any
      expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '2'])
      expect(errors[0].extensions.code).toBe('OVERLOADED')
      expect(JSON.stringify(errors)).not.toMatch(/select|Failed query/i)
    }
    expect((await fetchFrom('/readyz')).status).toBe(503)
    expect((await fetchFrom('/livez')).status).toBe(200)
    expect(logged).toEqual([])
    const statementsRun = database.db.execute(sql`select 2 as two`)
    await letGo()
    expect(await statementsRun).toEqual([{ two: 2 }])
    expect((await signIn()).status).toBe(200)
    const metrics = await fetchFrom('/metrics', { headers: { authorization: 'Bearer 8d0f6c1b9a3e4752' } })
    expect(await metrics.text()).toMatch(/^security_info_overloaded_total 43$/m)
  })

  it('M5: one that gave up was not begun, and does not begin later', async () => {
    await database.db.execute(sql`create table if not exists written (by text)`)
    const letGo = await holdAll()
    const late = Promise.allSettled([
      database.db.execute(sql`insert into written values ('statement')`),
      database.db.transaction((transaction) =>
        transaction.execute(sql`insert into written values ('transaction')`),
      ),
      database.exclusively(() => database.db.execute(sql`insert into written values ('exclusively')`)),
    ])
    expect((await late).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
    await letGo()
    expect(await database.db.execute(sql`select * from written`)).toEqual([])
    await database.db.execute(sql`insert into written values ('afterwards')`)
    expect(await database.db.execute(sql`select * from written`)).toEqual([{ by: 'afterwards' }])
  })
})

describe('Turns', () => {
  it('come in order, as many at once as there are places', async () => {
    const turns = createTurns(2, 60_000)
    const begun: number[] = []
    const ends: (() => void)[] = []
    const all = [0, 1, 2, 3].map((one) =>
      turns.take(() => {
        begun.push(one)
        return new Promise<void>((resolve) => ends.push(resolve))
      }),
    )
    expect(begun).toEqual([0, 1])
    ends[1]?.()
    await all[1]
    await Promise.resolve()
    expect(begun).toEqual([0, 1, 2])
    for (const end of ends) end()
    await all[2]
    expect(begun).toEqual([0, 1, 2, 3])
    ends[3]?.()
    await Promise.all(all)
  })

  it('M5: are waited for so long and no longer', async () => {
    vi.useFakeTimers()
    onTestFinished(() => void vi.useRealTimers())
    const turns = createTurns(1, 1500)
    const never = new Promise<void>(() => {})
    void turns.take(() => never)
    let refused: unknown
    const late = turns.take(async () => 'late').catch((error: unknown) => (refused = error))
    await vi.advanceTimersByTimeAsync(1499)
    expect(refused).toBeUndefined()
    await vi.advanceTimersByTimeAsync(1)
    await late
    expect(refused).toMatchObject({ extensions: { code: 'OVERLOADED', http: { status: 503 } } })
  })

  it('a place is free again after work that failed, or threw at once', async () => {
    const turns = createTurns(1, 60_000)
    await expect(turns.take(() => Promise.reject(new Error('no')))).rejects.toThrow('no')
    const throws = () => {
      throw new Error('at once')
    }
    await expect(turns.take(throws)).rejects.toThrow('at once')
    expect(await turns.take(async () => 'free')).toBe('free')
  })
})
