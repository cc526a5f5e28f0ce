/** A new pepper from the command line, against a real PostgreSQL. */
import { randomBytes } from 'node:crypto'
import { generateKey } from '@security-info/core'
import type { TestDatabase } from '@security-info/testing'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { commandLine } from './support/command-line.ts'
import { type ProductionDatabase, productionDatabase } from './support/production-database.ts'

let at: ProductionDatabase
let database: TestDatabase
let env: Record<string, string>
beforeAll(async () => {
  at = await productionDatabase()
  ;({ database, env } = at)
})
afterAll(() => at.close())
const cli = commandLine(() => env)

async function peppers(): Promise<unknown> {
  const result = await database.db.execute(
    sql`select name from security_info.sealed_secret where name like 'pepper%' order by name`,
  )
  const list = Array.isArray(result) ? result : (result as { rows: unknown[] }).rows
  return (list as { name: string }[]).map(({ name }) => name)
}

describe('pepper rotate', () => {
  it('needs a database that is migrated', async () => {
    const { ok, output } = await cli(['pepper', 'rotate'])
    expect([ok, output]).toEqual([false, expect.stringContaining('security-info migrate')])
  })

  it('says which version is in force, and what that means', async () => {
    expect((await cli(['migrate'])).ok).toBe(true)
    expect(await peppers()).toEqual(['pepper'])
    expect(await cli(['pepper', 'rotate'])).toEqual({
      ok: true,
      output:
        'Version 2 of the pepper is in force: new hashes are made with it, by gateways that run within a minute.\nHashes made before stay good. Each moves over when its answer is next given rightly; until then it needs its old version, so none is deleted.\n',
    })
    const { output } = await cli(['pepper', 'rotate'])
    expect(output).toMatch(/^Version 3 of the pepper is in force/)
    expect(await peppers()).toEqual(['pepper', 'pepper/2', 'pepper/3'])
  })

  it('C23: is sealed anew with all others by a rotation of the keys', async () => {
    const next = generateKey('2026-02')
    const both = { SECURITY_INFO_KEYS: `${next},${env.SECURITY_INFO_KEYS}` }
    const rotate = async (at: Record<string, string>) => (await cli(['keys', 'rotate'], { env: at })).output
    expect(await rotate(both)).toMatch(/^Sealed [1-9]\d* values/)
    expect(await rotate(both)).toMatch(/^Everything is sealed with the first key/)
    env.SECURITY_INFO_KEYS = next
    expect((await cli(['pepper', 'rotate'])).output).toMatch(/^Version 4 of the pepper is in force/)
  })

  it('can be run by the role that the gateway runs as', async () => {
    const role = `pepper_${randomBytes(4).toString('hex')}`
    const password = randomBytes(12).toString('hex')
    await database.db.execute(sql.raw(`create role ${role} login password '${password}'`))
    try {
      expect((await cli(['migrate', '--grant-to', role])).ok).toBe(true)
      const url = new URL(database.url ?? '')
      Object.assign(url, { username: role, password })
      const { ok, output } = await cli(['pepper', 'rotate'], { env: { DATABASE_URL: url.href } })
      expect([ok, output]).toEqual([true, expect.stringMatching(/^Version 5 of the pepper is in force/)])
    } finally {
      await database.db.execute(sql.raw(`drop owned by ${role}`))
      await database.db.execute(sql.raw(`drop role ${role}`))
    }
  })

  it('is in the help, and stands alone', async () => {
    expect((await cli(['--help'])).output).toContain('  pepper rotate ')
    for (const verb of [[], ['show'], ['generate']]) {
      const { ok, output } = await cli(['pepper', ...verb])
      expect([ok, output]).toEqual([false, expect.stringContaining('There is no command "pepper')])
    }
  })
})
