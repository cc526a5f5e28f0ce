/** The trail and the epoch from the command line, against a real PostgreSQL. */
import type { TestDatabase } from '@security-info/testing'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { commandLine } from './support/command-line.ts'
import { type ProductionDatabase, productionDatabase } from './support/production-database.ts'

let at: ProductionDatabase
let database: TestDatabase
let env: Record<string, string>
const cli = commandLine(() => env)
beforeAll(async () => {
  at = await productionDatabase()
  ;({ database, env } = at)
  await cli(['migrate'])
  await cli(['user', 'create', 'robin@example.org'])
})
afterAll(() => at.close())
const change = (statement: string) => database.db.execute(sql.raw(statement))

/** What another database of the server still writes may hold the end of the chain back: seals until all of it is sealed. */
async function head(): Promise<string> {
  const sealed = await vi.waitFor(
    async () => {
      const { output } = await cli(['audit', 'verify'])
      expect(output).toMatch(/^The audit chain holds: \d+ events in \d+ links\.\n/)
      return output
    },
    { timeout: 60_000, interval: 100 },
  )
  return /Its head is (\S+)/.exec(sealed)?.[1] ?? ''
}

it('H28: says that the chain holds, up to the head that was written down', async () => {
  const written = await head()
  expect(written).toMatch(/^[\w-]{43}$/)
  await cli(['user', 'disable', 'robin@example.org'])
  await head()
  const { ok, output } = await cli(['audit', 'verify', '--expect', written])
  expect([ok, output]).toEqual([true, expect.stringContaining('The audit chain holds')])
  const other = await cli(['audit', 'verify', '--expect', 'another'])
  expect([other.ok, other.output]).toEqual([
    false,
    expect.stringContaining('The head that was written down is not'),
  ])
})

it('H28: prunes what is old, says how much, and that links are without their events from then on', async () => {
  for (const days of [[], ['--days', '0'], ['--days', 'many'], ['--days=-1']]) {
    const refused = await cli(['audit', 'prune', ...days])
    expect([refused.ok, refused.output]).toEqual([false, expect.stringContaining('audit prune --days 400')])
  }
  await head()
  await change(
    `update security_info.audit_seal set sealed_at = sealed_at - interval '3 days' where number = 1`,
  )
  const { output } = await cli(['audit', 'prune', '--days', '2'])
  expect(output).toMatch(/^Deleted [1-9]\d* audit events older than 2 days\. The chain over them stays\.\n$/)
  expect((await cli(['audit', 'verify'])).output).toMatch(/ links, 1 of them pruned/)
})

it('M3: begins an epoch', async () => {
  const { ok, output } = await cli(['epoch', 'begin'])
  expect([ok, output]).toEqual([
    true,
    expect.stringMatching(/^Ended 0 sessions, and everything else that was open\./),
  ])
})

it('H28: says where the chain is broken', async () => {
  await change(
    `update security_info.audit_event set type = 'account.enabled' where type = 'account.disabled'`,
  )
  const { ok, output } = await cli(['audit', 'verify'])
  expect([ok, output]).toEqual([
    false,
    expect.stringMatching(/^The audit chain is broken\.\n- Link \d+ does not fit/),
  ])
})
