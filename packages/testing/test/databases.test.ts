import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { definePlugin, migrate, PLUGIN_API } from '@security-info/core'
import { sql } from 'drizzle-orm'
import postgres from 'postgres'
import { beforeAll, describe, expect, it } from 'vitest'
import { partitionByUser } from '../src/databases/partitions.ts'
import { quickDirectory } from '../src/databases/quick-directory.ts'
import { databaseChoice } from '../src/databases/run.ts'
import { eachDatabase, openTestDatabase, type TestDatabase } from '../src/index.ts'

const userId = '0190a1b2-0000-7000-8000-000000000001'
const addAccount = (database: TestDatabase, name: string) =>
  database.db.execute(sql`INSERT INTO security_info.account (user_id, identifier, display_name, password)
    VALUES (${userId}, ${name}, ${name}, convert_to(${`canary of ${name}`}, 'LATIN1'))`)

/** Raw results differ between the drivers, and so do the types of counts. */
async function value(database: TestDatabase, statement: ReturnType<typeof sql>): Promise<string> {
  const result: unknown = await database.db.execute(sql`SELECT (${statement})::text AS value`)
  const rows = Array.isArray(result) ? result : (result as { rows: unknown[] }).rows
  return (rows[0] as { value: string }).value
}
const accounts = (database: TestDatabase) => value(database, sql`SELECT count(*) FROM security_info.account`)
const secondsAhead = async (database: TestDatabase) =>
  Number(await value(database, sql`SELECT extract(epoch FROM security_info.now() - pg_catalog.now())`))

// The sandbox stands on PGlite: what opens one is tried there in every run.
const ALWAYS = { always: true }

eachDatabase(
  'A test database',
  (open, driver) => {
    let database: TestDatabase
    beforeAll(async () => {
      database = await open()
    })

    it('is PostgreSQL 18, unless the run was given another one', async () => {
      expect(database.driver).toBe(driver)
      const given = driver === 'postgres' && databaseChoice().postgres !== undefined
      const version = given ? /^1[5-9]\./ : /^18\./
      expect(await value(database, sql`SELECT current_setting('server_version')`)).toMatch(version)
    })

    it('is its own: another one does not see its rows', async () => {
      const other = await open()
      await addAccount(database, 'ada')
      expect(await accounts(database)).toBe('1')
      expect(await accounts(other)).toBe('0')
    })

    it('moves its clock for everyone who asks for the time, and no other database', async () => {
      const other = await open()
      await database.clock.advance(90_000)
      expect(await secondsAhead(database)).toBe(90)
      await database.clock.advance(-30_000.5)
      expect(await secondsAhead(database)).toBe(59.9995)
      await database.clock.set(3_600_000)
      expect(await secondsAhead(database)).toBe(3600)
      expect(await Promise.all([1, 2, 3, 4].map(() => secondsAhead(database)))).toEqual([
        3600, 3600, 3600, 3600,
      ])
      expect(await secondsAhead(other)).toBe(0)
      await database.clock.reset()
      expect(await secondsAhead(database)).toBe(0)
      await expect(database.clock.advance(Number.NaN)).rejects.toThrow('Expected milliseconds')
    })

    it('counts the statements that go through drizzle, in transactions too', async () => {
      const sent = await database.statements.count(async () => {
        await database.db.execute(sql`SELECT 1`)
        await database.db.transaction(async (tx) => {
          await tx.execute(sql`SELECT 2`)
          await tx.execute(sql`SELECT ${'a parameter'}::text`)
        })
        await database.clock.reset()
        await database.dump()
      })
      expect(sent).toBe(3)
      expect(database.statements.log.slice(-3)).toEqual(['SELECT 1', 'SELECT 2', 'SELECT $1::text'])
    })

    it('dumps every row, and bytes both as hex and as text', async () => {
      const fresh = await open()
      expect(await fresh.dump()).not.toContain('security_info.account')
      await addAccount(fresh, 'grace')
      const dump = await fresh.dump()
      expect(dump).toContain('security_info.account {')
      expect(dump).toContain('"identifier":"grace"')
      expect(dump).toContain(Buffer.from('canary of grace').toString('hex'))
      expect(dump).toContain('canary of grace')
    })

    it('has the tables of the plugins it is opened with', async () => {
      const folder = await mkdtemp(join(tmpdir(), 'security-info-migrations-'))
      const entries = [{ idx: 0, version: '7', when: 1, tag: '0000_first', breakpoints: true }]
      await mkdir(join(folder, 'meta'))
      await writeFile(join(folder, 'meta', '_journal.json'), JSON.stringify({ version: '7', entries }))
      await writeFile(
        join(folder, '0000_first.sql'),
        "CREATE TABLE security_info.example AS SELECT 'a row' AS value",
      )
      const example = definePlugin({ id: 'example', api: PLUGIN_API, migrations: pathToFileURL(folder) })
      const extended = await open({ plugins: [example] })
      expect(await extended.dump()).toContain('security_info.example {"value":"a row"}')
      expect(await database.dump()).not.toContain('security_info.example')
      await rm(folder, { recursive: true })
    })

    it('can be empty, and then migrated by several at once', async () => {
      const empty = await open({ empty: true })
      const schemas = sql`SELECT count(*) FROM pg_namespace WHERE nspname = 'security_info'`
      expect(await value(empty, schemas)).toBe('0')
      await Promise.all([migrate(empty, []), migrate(empty, []), migrate(empty, [])])
      expect(await value(empty, schemas)).toBe('1')
    })

    it('may be closed twice, and is gone then', async () => {
      const closed = await openTestDatabase(driver)
      await closed.close()
      await closed.close()
      await expect(accounts(closed)).rejects.toThrow('Failed query')
    })
  },
  ALWAYS,
)

describe('A test database on a server', () => {
  it('is shared with others through its URL, clock and all', async () => {
    const database = await openTestDatabase('postgres')
    expect(database.url).toMatch(/^postgres:\/\/postgres:[0-9a-f]{48}@127\.0\.0\.1:\d+\/test_[0-9a-f]{16}$/)
    const second = postgres(database.url ?? '', { max: 1 })
    await database.clock.set(60_000)
    const [time] =
      await second`SELECT extract(epoch FROM security_info.now() - pg_catalog.now())::int AS ahead`
    expect(time?.ahead).toBe(60)
    await database.close()
    // Dropped under its feet.
    await expect(second`SELECT 1`).rejects.toThrow(/terminating connection|does not exist/)
    await second.end()
  })

  it('lets one work at a time hold the migration lock', async () => {
    const database = await openTestDatabase('postgres')
    const events: string[] = []
    const work = (name: string) => async () => {
      events.push(`${name} begins`)
      await database.db.execute(sql`SELECT pg_sleep(0.02)`)
      events.push(`${name} ends`)
    }
    await Promise.all([database.exclusively(work('one')), database.exclusively(work('two'))])
    // Either may come first.
    const [first, second] = events[0] === 'one begins' ? ['one', 'two'] : ['two', 'one']
    expect(events).toEqual([`${first} begins`, `${first} ends`, `${second} begins`, `${second} ends`])
    await expect(database.exclusively(() => Promise.reject(new Error('no')))).rejects.toThrow('no')
    expect(await database.exclusively(() => Promise.resolve('released'))).toBe('released')
    await database.close()
  })
})

describe('Tables that are split by person', () => {
  const shape = async (database: TestDatabase) => ({
    columns: await value(
      database,
      sql`SELECT json_agg(row(table_name, column_name, data_type, is_nullable, column_default) ORDER BY table_name, ordinal_position)
        FROM information_schema.columns WHERE table_schema = 'security_info' AND table_name !~ '_[0-9]+$'`,
    ),
    keys: await value(
      database,
      sql`SELECT json_agg(row(conrelid::regclass, conname, pg_get_constraintdef(oid)) ORDER BY conrelid::regclass::text, conname)
        FROM pg_constraint WHERE connamespace = 'security_info'::regnamespace AND contype IN ('p', 'u', 'f') AND conparentid = 0`,
    ),
    indexes: await value(
      database,
      sql`SELECT json_agg(replace(indexdef, ' ONLY ', ' ') ORDER BY indexname) FROM pg_indexes
        WHERE schemaname = 'security_info' AND tablename !~ '_[0-9]+$'`,
    ),
    views: await value(
      database,
      sql`SELECT json_agg(row(viewname, definition)) FROM pg_views WHERE schemaname = 'security_info'`,
    ),
  })
  const queries = (database: TestDatabase) => ({
    query: async (statement: string) => {
      await database.db.execute(sql.raw(statement))
      return []
    },
  })
  const whole = sql`SELECT json_agg(relname ORDER BY relname) FROM pg_class
    WHERE relnamespace = 'security_info'::regnamespace AND relkind = 'r' AND NOT relispartition`
  const parts = sql`SELECT string_agg(DISTINCT parts::text, ',') FROM (
    SELECT count(*) AS parts FROM pg_inherits JOIN pg_class p ON p.oid = inhparent AND p.relkind = 'p' GROUP BY inhparent) AS t`

  it('keep rows, names, defaults, keys, indexes and views; what is left whole belongs to nobody', async () => {
    const database = await openTestDatabase('postgres')
    await addAccount(database, 'ada')
    await database.db.execute(
      sql`INSERT INTO security_info.unique_key VALUES ('identifier', 'ada', ${userId})`,
    )
    const before = await shape(database)
    const people = await database.dump()
    await partitionByUser(queries(database), 16)
    expect(await shape(database)).toEqual(before)
    expect(await value(database, parts)).toBe('16')
    expect(JSON.parse(await value(database, whole))).toEqual([
      'audit_clock',
      'audit_seal',
      'policy_version',
      'sealed_secret',
      'sealing_key',
      'send_count',
      'unique_key',
    ])
    expect(await database.dump()).toBe(people)
    expect(
      await value(database, sql`SELECT identifier FROM security_info.person WHERE canonical = 'ada'`),
    ).toBe('ada')
    // And what is split already stays as it is.
    await partitionByUser(queries(database), 16)
    expect(await shape(database)).toEqual(before)
    await database.close()
  })

  it('need user_id in each unique key, and say which one lacks it', async () => {
    const database = await openTestDatabase('postgres')
    await database.db.execute(
      sql`CREATE TABLE security_info.odd (user_id uuid PRIMARY KEY, name text UNIQUE)`,
    )
    await expect(partitionByUser(queries(database), 16)).rejects.toMatchObject({
      cause: { message: expect.stringContaining('security_info.odd_name_key') },
    })
    await expect(partitionByUser(queries(database), 0)).rejects.toThrow('Expected how many partitions')
    await database.close()
  })
})

describe('The directory of a run', () => {
  it('is in memory where there is room; what a killed run has left there is removed first', async () => {
    const memory = await mkdtemp(join(tmpdir(), 'security-info-memory-'))
    const left = async (name: string, pid: number | undefined) => {
      await mkdir(join(memory, name, 'postgres'), { recursive: true })
      if (pid !== undefined)
        await writeFile(join(memory, name, 'postgres', 'postmaster.pid'), `${pid}\n/data\n`)
    }
    // No process has so high a number.
    await left('security-info-test-dead', 2 ** 30)
    await left('security-info-test-alive', process.pid)
    await left('security-info-test-starting', undefined)
    await left('of-somebody-else', 2 ** 30)
    const directory = await quickDirectory('/nowhere', memory)
    expect((await readdir(memory)).toSorted()).toEqual(
      [
        basename(directory),
        'of-somebody-else',
        'security-info-test-alive',
        'security-info-test-starting',
      ].toSorted(),
    )
    expect(dirname(await quickDirectory(memory, join(memory, 'missing')))).toBe(memory)
    await rm(memory, { recursive: true })
  })
})
