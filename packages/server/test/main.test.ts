/** The production entry and the command line against a real PostgreSQL. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generateKey } from '@security-info/core'
import { freePort, openTestDatabase, type TestDatabase } from '@security-info/testing'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { commandLine } from './support/command-line.ts'
import { endAll, start } from './support/process.ts'

const keys = generateKey('2026-01')

const document = { organisation: { name: 'Example Organisation' }, methods: { totp: {} }, policy: {} }

let folder: string
let database: TestDatabase
let port: number
let env: Record<string, string>
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'security-info-main-'))
  database = await openTestDatabase('postgres', { empty: true })
  port = await freePort()
  const config = join(folder, 'right.json')
  await writeFile(config, JSON.stringify(document))
  env = {
    DATABASE_URL: database.url ?? '',
    SECURITY_INFO_KEYS: keys,
    SECURITY_INFO_PUBLIC_URL: `http://localhost:${port}`,
    SECURITY_INFO_CONFIG: config,
    PORT: String(port),
  }
})
afterAll(async () => {
  await database.close()
  await rm(folder, { recursive: true })
})
afterEach(endAll)

/** One command, in this process; the entry itself is tried once below. */
const cli = commandLine(() => env)

describe('Production', () => {
  it('refuses to start without keys, database, public address and configuration, listing all of it', async () => {
    const main = start('main', { cwd: folder })
    expect(await main.exit()).toBe(1)
    for (const missing of [
      'DATABASE_URL',
      'SECURITY_INFO_KEYS',
      'SECURITY_INFO_PUBLIC_URL',
      'security-info.config.json',
    ]) {
      expect(main.output()).toContain(missing)
    }
    expect(main.output()).toContain('4 things are missing or wrong')
  })

  it('refuses to start on a database that is not migrated, and says how to migrate it', async () => {
    const main = start('main', { cwd: folder, env })
    expect(await main.exit()).toBe(1)
    expect(main.output()).toContain('security-info migrate')
    expect((await cli(['user', 'create', 'ada@example.org'])).output).toContain('security-info migrate')
  })

  it('serves once it is migrated, without anything a sandbox has, and stops on SIGTERM with exit code 0', async () => {
    expect(await cli(['migrate'])).toEqual({
      ok: true,
      output: 'The database is up to date. The configured policy is in force now, as version 1.\n',
    })
    const main = start('main', { cwd: folder, env })
    await main.printed('Serving')
    const readyz = await fetch(`http://127.0.0.1:${port}/readyz`)
    expect(readyz.status).toBe(200)

    const introspection = { query: '{ __schema { queryType { name } } }' }
    const headers = { 'content-type': 'application/json' }
    const init = { method: 'POST', headers, body: JSON.stringify(introspection) }
    const answer = await (await fetch(`http://localhost:${port}/graphql`, init)).text()
    expect(answer).toContain('introspection has been disabled')
    expect((await fetch(`http://localhost:${port}/dev/person`, { ...init, body: '{}' })).status).toBe(404)
    expect((await fetch(`http://localhost:${port}/`, { headers: { accept: 'text/html' } })).status).toBe(404)

    main.signal('SIGTERM')
    expect(await main.exit()).toBe(0)
    const lines = main
      .output()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { message: string })
    expect(lines.map((line) => line.message)).toEqual([
      'Nobody is told of changes to their account: methods.email is not configured.',
      `Serving http://localhost:${port}/graphql on 127.0.0.1:${port}.`,
      'Stopping: finishing what is under way ...',
      'Stopped.',
    ])
  })

  it('says where the policy of the file is not the one in force, and refuses one that no gateway starts with', async () => {
    const other = join(folder, 'stricter.json')
    await writeFile(
      other,
      JSON.stringify({ ...document, policy: { registration: { reconfirmEveryDays: 90 } } }),
    )
    const main = start('main', { cwd: folder, env: { ...env, SECURITY_INFO_CONFIG: other } })
    await main.printed('Serving')
    expect(main.output()).toContain('is not the one in force. Put it into force with `security-info migrate`')

    const impossible = join(folder, 'impossible.json')
    const methods = { questions: { register: 3, answer: 4 } }
    await writeFile(
      impossible,
      JSON.stringify({ ...document, methods: { totp: {}, questions: {} }, policy: { methods } }),
    )
    const refused = await commandLine(() => ({ ...env, SECURITY_INFO_CONFIG: impossible }))(['migrate'])
    expect(refused.ok).toBe(false)
    expect(refused.output).toContain('4 answers are asked for, but only 3 are registered')
    expect((await cli(['migrate'])).output).toContain('The policy in force stays as it is.')
  })

  it('says which port is taken and how to choose another', async () => {
    const first = start('main', { cwd: folder, env })
    await first.printed('Serving')
    const second = start('main', { cwd: folder, env })
    expect(await second.exit()).toBe(1)
    expect(second.output()).toContain(`Port ${port} is taken`)
    expect(second.output()).toContain(`PORT=${port + 1}`)
  })

  it('refuses to start with other keys than the data was sealed with', async () => {
    const main = start('main', { cwd: folder, env: { ...env, SECURITY_INFO_KEYS: generateKey('2026-01') } })
    expect(await main.exit()).toBe(1)
    expect(main.output()).toContain('not the key that data in this database was sealed with')
    expect(main.output()).not.toContain(keys)
  })

  it('names what is wrong in the policy', async () => {
    const path = join(folder, 'wrong.json')
    await writeFile(
      path,
      JSON.stringify({ ...document, policy: { twoFactor: 'perhaps', methods: { pigeon: {} } } }),
    )
    const main = start('main', { cwd: folder, env: { ...env, SECURITY_INFO_CONFIG: path } })
    expect(await main.exit()).toBe(1)
    expect(main.output()).toContain('policy.twoFactor')
    expect(main.output()).toContain('pigeon')
  })
})

describe('The command line', () => {
  it('makes an account with a generated password, shown once, and refuses a second one', async () => {
    const made = await cli([
      'user',
      'create',
      'ada@example.org',
      '--name',
      'Ada',
      '--email',
      'ada@example.net',
    ])
    expect(made.ok).toBe(true)
    expect(made.output).toMatch(/Made the account ada@example\.org\.\nPassword: (\w{4}-){3}\w{4}\n/)
    const again = await cli(['user', 'create', 'ADA@example.org'])
    expect([again.ok, again.output]).toEqual([false, expect.stringContaining('There is already an account')])
    expect(await database.dump()).toContain('ada@example.net')
  })

  it('takes a password from standard input, and prints it nowhere', async () => {
    const input = 'a quite long passphrase\n'
    const made = await cli(['user', 'create', 'grace@example.org', '--password-stdin'], { input })
    expect(made).toEqual({ ok: true, output: 'Made the account grace@example.org.\n' })
    const empty = await cli(['user', 'password', 'grace@example.org', '--password-stdin'])
    expect([empty.ok, empty.output]).toEqual([false, expect.stringContaining('nothing came')])
    const short = await cli(['user', 'password', 'grace@example.org', '--password-stdin'], { input: 'short' })
    expect([short.ok, short.output]).toEqual([false, expect.stringContaining('at least 8')])
  })

  it('refuses to seal anything with other keys than the rest of the data', async () => {
    const args = ['user', 'create', 'eve@example.org']
    const { ok, output } = await cli(args, { env: { SECURITY_INFO_KEYS: generateKey('2026-01') } })
    expect([ok, output]).toEqual([false, expect.stringContaining('not the key that data')])
    expect(await database.dump()).not.toContain('eve@example.org')
  })

  it('sets a password, and says where there is no such account', async () => {
    expect((await cli(['user', 'password', 'ada@example.org'])).output).toMatch(/every session .* is ended/)
    const nobody = await cli(['user', 'password', 'nobody@example.org'])
    expect([nobody.ok, nobody.output]).toEqual([false, expect.stringContaining('There is no account')])
  })

  it('makes keys and rotates to them', async () => {
    const generated = await cli(['keys', 'generate', '--id', '2026-02'])
    expect(generated.output).toMatch(/^2026-02:[A-Za-z0-9+/]{43}=\n$/)
    const next = generated.output.trim()
    const both = { SECURITY_INFO_KEYS: `${next},${keys}` }
    const rotated = await cli(['keys', 'rotate'], { env: both })
    expect(rotated.output).toMatch(/^Sealed [1-9]\d* values with the first key. Run it again/)
    const early = await cli(['keys', 'rotate'], { env: { SECURITY_INFO_KEYS: next } })
    expect([early.ok, early.output]).toEqual([false, expect.stringContaining('not in the key ring')])
    const again = await cli(['keys', 'rotate'], { env: both })
    expect(again.output).toMatch(/^Everything is sealed with the first key/)
    expect((await cli(['keys', 'rotate'], { env: { SECURITY_INFO_KEYS: next } })).ok).toBe(true)
    expect((await cli(['keys', 'rotate'])).ok).toBe(false)
    env.SECURITY_INFO_KEYS = next
  })

  it('explains itself', async () => {
    expect((await cli([])).output).toContain('user create <identifier>')
    expect((await cli(['--help'])).ok).toBe(true)
    const unknown = await cli(['users'])
    expect([unknown.ok, unknown.output]).toEqual([
      false,
      'There is no command "users". All commands, with their options: pnpm security-info --help',
    ])
    expect((await cli(['user', 'create'])).output).toContain('Which user?')
    expect((await cli(['--nonsense'])).ok).toBe(false)
    expect((await cli(['schema'])).output).toContain('Say one of')
  })

  it('as a process reads standard input and ends with 0 or 1', async () => {
    const args = ['user', 'password', 'grace@example.org', '--password-stdin']
    const right = start('cli', { cwd: folder, args, env, input: 'another long passphrase\n' })
    const wrong = start('cli', { cwd: folder, args: ['users'], env })
    expect([await right.exit(), await wrong.exit()]).toEqual([0, 1])
    expect(right.output()).toBe(
      'Set a new password for grace@example.org; every session of the account is ended.\n',
    )
    expect(wrong.output()).toContain('There is no command "users"')
  })

  it('never takes the made-up settings of a sandbox to a server', async () => {
    const bare = { DATABASE_URL: env.DATABASE_URL ?? '' }
    const command = start('cli', { cwd: folder, args: ['user', 'create', 'x@example.org'], env: bare })
    expect(await command.exit()).toBe(1)
    expect(command.output()).toContain('SECURITY_INFO_KEYS: it is missing')
  })
})
