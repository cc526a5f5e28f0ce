import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import {
  openTestDatabase,
  openTestGateway,
  type TestDatabase,
  type TestGateway,
} from '@security-info/testing'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createKeyRing, generateKey } from '../src/index.ts'
import { pin } from './plugins/pin.ts'
import { insideOf, must, owner } from './support/people.ts'
import { count, query } from './support/rows.ts'

const KILLS = 6
const enroller = fileURLToPath(new URL('./support/enroller.ts', import.meta.url))

describe('A process that is killed in the middle of enrolments (PostgreSQL)', () => {
  let database: TestDatabase
  let gateway: TestGateway
  const key = generateKey('crash')
  const acknowledged: string[] = []

  beforeAll(async () => {
    database = await openTestDatabase('postgres')
    gateway = await openTestGateway(database, { plugins: [pin()], keyRing: createKeyRing(key) })
    const runs = Array.from({ length: KILLS }, (_, at) => runUntilKilled(3 * at))
    acknowledged.push(...(await Promise.all(runs)).flat())
    // A killed client's statement may still run: have the server end it, one way or the other.
    await query(
      database,
      sql`select pg_terminate_backend(pid, 20000) from pg_stat_activity where application_name = 'enroller'`,
    )
  })
  afterAll(() => database.close())

  /** Kills it after so many acknowledged enrolments: each time at another point, for the others are in the middle then. */
  async function runUntilKilled(after: number): Promise<readonly string[]> {
    const child = spawn(process.execPath, [enroller, must(database.url), key], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let said = ''
    child.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString()
      if (said.split('\n').length > after + 1) child.kill('SIGKILL')
    })
    const [, signal] = (await once(child, 'close')) as [number | null, string | null]
    expect(signal).toBe('SIGKILL')
    return said.split('\n').slice(0, -1)
  }

  const expectNone = async (statement: ReturnType<typeof sql>) =>
    expect(await count(database, statement)).toBe(0)

  it('M1: what was acknowledged is there', async () => {
    expect(acknowledged.length).toBeGreaterThanOrEqual(KILLS)
    for (const id of acknowledged) {
      expect(
        await count(
          database,
          sql`select count(*) from security_info.method where id = ${insideOf(id)}::uuid`,
        ),
      ).toBe(1)
    }
  })

  it('M1: no method is active without its proof, its spent flow and its event', async () => {
    await expectNone(sql`select count(*) from security_info.method m where not exists (
      select from security_info.audit_event e where e.user_id = m.user_id and e.type = 'method.enrolled'
        and e.detail->>'methodId' = m.id::text)`)
    await expectNone(sql`select count(*) from security_info.audit_event e where e.type = 'method.enrolled' and (
      not exists (select from security_info.method m where m.user_id = e.user_id and m.id::text = e.detail->>'methodId')
      or not exists (select from security_info.flow f where f.user_id = e.user_id
        and f.id::text = e.detail->>'flowId' and f.consumed_at is not null))`)
    await expectNone(sql`select count(*) from security_info.method m where not exists (
      select from security_info.session s where s.user_id = m.user_id
        and s.proofs @> jsonb_build_array(jsonb_build_object('methodId', m.id)))`)
  })

  it('M1: every spent flow made its method, and every open one is as it was begun', async () => {
    await expectNone(sql`select count(*) from security_info.flow f where f.consumed_at is not null and not exists (
      select from security_info.audit_event e where e.user_id = f.user_id and e.type = 'method.enrolled'
        and e.detail->>'flowId' = f.id::text)`)
    await expectNone(
      sql`select count(*) from security_info.flow where attempts_left < 0 or attempts_left > attempts`,
    )
    await expectNone(sql`select count(*) from security_info.account a where a.default_method_id is not null and not exists (
      select from security_info.method m where m.user_id = a.user_id and m.id = a.default_method_id)`)
    await expectNone(sql`select count(*) from security_info.account a where a.revision <> (
      select count(*) from security_info.method m where m.user_id = a.user_id)`)
    const enrolled = await query<{ many: number }>(
      database,
      sql`select count(*)::int as many from security_info.method group by user_id`,
    )
    expect(Math.max(...enrolled.map(({ many }) => many))).toBeLessThanOrEqual(3)
  })

  it('M1: another process goes on where it left off', async () => {
    const { client } = await owner(gateway)
    expect((await client.session())?.state).toBe('ACTIVE')
  })
})
