/** What operators do with accounts, from the command line, against a real PostgreSQL. */
import type { TestDatabase } from '@security-info/testing'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { composeSecurityInfo } from '../src/compose.ts'
import { readEnvironment } from '../src/config/environment.ts'
import { settingsFrom } from '../src/config/settings.ts'
import { createGateway } from '../src/gateway.ts'
import { commandLine } from './support/command-line.ts'
import { signInDocument } from './support/gateway.ts'
import { type ProductionDatabase, productionDatabase } from './support/production-database.ts'

const input = 'a quite long passphrase'

let at: ProductionDatabase
let database: TestDatabase
let env: Record<string, string>
beforeAll(async () => {
  at = await productionDatabase()
  ;({ database, env } = at)
  const { ok, output } = await cli(['migrate'])
  if (!ok) throw new Error(output)
})
afterAll(() => at.close())
const cli = commandLine(() => env)
const create = (identifier: string, ...more: string[]) =>
  cli(['user', 'create', identifier, '--password-stdin', ...more], { input })

async function rightsOf(identifier: string): Promise<unknown> {
  const result = await database.db.execute(sql`
    select administrator, to_json(groups) as groups from security_info.account where identifier = ${identifier}`)
  const list = Array.isArray(result) ? result : (result as { rows: unknown[] }).rows
  return list[0]
}

/** What the gateway says to a sign-in. */
async function signIn(identifier: string, password = input): Promise<string> {
  const settings = settingsFrom(readEnvironment(env))
  const securityInfo = composeSecurityInfo(settings, database, () => {})
  const gateway = createGateway({ securityInfo, publicUrl: settings.publicUrl, log: () => {} })
  const request = new Request('http://localhost:4000/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', host: 'localhost:4000' },
    body: JSON.stringify({ query: signInDocument, variables: { input: { identifier, password } } }),
  })
  const answer = (await (await gateway.fetch(request)).json()) as { data: { signIn: { __typename: string } } }
  return answer.data.signIn.__typename
}

describe('user create and user change', () => {
  it('make administrators, and put people into groups', async () => {
    const made = await create(
      'dana@example.org',
      '--administrator',
      '--group',
      'staff',
      '--group',
      ' night shift ',
    )
    expect(made).toEqual({ ok: true, output: 'Made the account dana@example.org, an administrator.\n' })
    expect(await rightsOf('dana@example.org')).toEqual({
      administrator: true,
      groups: ['staff', 'night shift'],
    })
    expect((await create('kim@example.org')).output).toBe('Made the account kim@example.org.\n')
    expect(await rightsOf('kim@example.org')).toEqual({ administrator: false, groups: [] })
  })

  it('change what is said and leave the rest', async () => {
    const change = async (...more: string[]) => {
      const changed = await cli(['user', 'change', 'kim@example.org', ...more])
      expect(changed).toEqual({ ok: true, output: expect.stringContaining('from the next request on') })
      return rightsOf('kim@example.org')
    }
    expect(await change('--group', 'staff', '--group', 'staff', '--group', 'b')).toEqual({
      administrator: false,
      groups: ['staff', 'b'],
    })
    expect(await change('--administrator')).toEqual({ administrator: true, groups: ['staff', 'b'] })
    expect(await change('--no-administrator', '--group', 'c')).toEqual({
      administrator: false,
      groups: ['c'],
    })
    expect(await change('--no-groups')).toEqual({ administrator: false, groups: [] })
  })

  it.each([
    [['change', 'kim@example.org'], 'What is to change?'],
    [['change', 'nobody@example.org', '--administrator'], 'There is no account "nobody@example.org"'],
    [['change', 'kim@example.org', '--administrator', '--no-administrator'], 'contradict each other'],
    [['change', 'kim@example.org', '--group', 'a', '--no-groups'], 'contradict each other'],
    [['change', 'kim@example.org', '--group', ' '], 'expected the name of a group'],
    [['change', 'kim@example.org', '--group', 'a\nb'], 'expected the name of a group'],
    [['change', 'kim@example.org', '--email', 'a@example.org', '--group', 'a'], '--email means nothing to'],
    [['password', 'kim@example.org', '--administrator'], '--administrator means nothing to'],
    [['disable', 'kim@example.org', '--password-stdin'], '--password-stdin means nothing to'],
    [['change'], 'Which user?'],
    [['enable'], 'Which user?'],
    [['promote', 'kim@example.org'], 'There is no command "user promote kim@example.org"'],
  ])('refuse %j and do nothing', async (args, words) => {
    expect(await cli(['user', ...args])).toEqual({ ok: false, output: expect.stringContaining(words) })
    expect(await rightsOf('kim@example.org')).toEqual({ administrator: false, groups: [] })
  })
})

describe('user disable, enable and unlock', () => {
  it('close an account and open it again as it was', async () => {
    await create('lee@example.org')
    expect(await signIn('lee@example.org')).toBe('SignInPayload')
    const disabled = await cli(['user', 'disable', 'lee@example.org'])
    expect(disabled).toEqual({ ok: true, output: expect.stringContaining('nothing lets anybody in') })
    expect(await signIn('lee@example.org')).toBe('SignInRejected')
    expect((await cli(['user', 'enable', 'lee@example.org'])).ok).toBe(true)
    expect(await signIn('lee@example.org')).toBe('SignInPayload')
  })

  it('open what wrong passwords have closed', async () => {
    await create('max@example.org')
    for (let n = 0; n < 10; n++) expect(await signIn('max@example.org', 'wrong')).toBe('SignInRejected')
    expect(await signIn('max@example.org')).toBe('RateLimited')
    const unlocked = await cli(['user', 'unlock', 'max@example.org'])
    expect(unlocked).toEqual({
      ok: true,
      output: 'Opened what wrong attempts had closed of max@example.org.\n',
    })
    expect(await signIn('max@example.org')).toBe('SignInPayload')
  })

  it('say where there is no such account', async () => {
    for (const verb of ['disable', 'enable', 'unlock']) {
      const { ok, output } = await cli(['user', verb, 'nobody@example.org'])
      expect([ok, output]).toEqual([false, 'There is no account "nobody@example.org".'])
    }
  })

  it('are all in the help', async () => {
    const { output } = await cli(['--help'])
    for (const words of [
      'user change <identifier> [--administrator | --no-administrator]',
      '[--group <name>... | --no-groups]',
      'user disable <identifier>',
      'user enable <identifier>',
      'user unlock <identifier>',
    ]) {
      expect(output).toContain(words)
    }
  })
})
