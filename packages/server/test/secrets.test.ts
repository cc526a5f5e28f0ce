/** Secrets of methods: named in the configuration file, kept in the environment. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { ConfigurationFault, generateKey, Secret } from '@security-info/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readEnvironment } from '../src/config/environment.ts'
import { resolveSecrets } from '../src/config/secrets.ts'
import { settingsFrom } from '../src/config/settings.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'security-info-secrets-'))
})
afterAll(() => rm(folder, { recursive: true }))

const CANARY = 'canary-51ce'
const smtp = { host: 'smtp.example.org', user: 'u', from: 'Example <no-reply@example.org>' }

/** What starting with these options of email says. */
async function start(email: object, env: Record<string, string> = {}) {
  const path = join(folder, 'config.json')
  await writeFile(path, JSON.stringify({ organisation: { name: 'X' }, methods: { email } }))
  try {
    const settings = settingsFrom(
      readEnvironment({
        DATABASE_URL: 'postgres://u:p@db.example.org/si',
        SECURITY_INFO_KEYS: generateKey('a'),
        SECURITY_INFO_PUBLIC_URL: 'https://id.example.org',
        SECURITY_INFO_CONFIG: path,
        ...env,
      }),
    )
    return { settings, faults: [] }
  } catch (error) {
    if (error instanceof ConfigurationFault) return { faults: error.faults }
    throw error
  }
}

describe('{ "env": "NAME" } in the options of a method', () => {
  it('becomes the secret in that variable, however deep it lies', () => {
    const read = (name: string) => (name === 'A' ? new Secret(CANARY) : undefined)
    const options = { list: [{ key: { env: 'A' } }], plain: 'text', env: 'kept', none: null }
    const { options: resolved, faults } = resolveSecrets('methods.x', options, read)
    const { list, ...rest } = resolved as { list: { key: Secret }[] }
    expect(faults).toEqual([])
    expect(list[0]?.key.reveal()).toBe(CANARY)
    expect(rest).toEqual({ plain: 'text', env: 'kept', none: null })
    expect(inspect(resolved, { depth: 9 }) + JSON.stringify(resolved)).not.toContain(CANARY)
  })

  it('reaches the method, and is printed by nothing', async () => {
    const { settings, faults } = await start(
      { smtp: { ...smtp, password: { env: 'MAIL_PASSWORD' } } },
      { MAIL_PASSWORD: CANARY },
    )
    expect(faults).toEqual([])
    expect(settings?.plugins[0]?.channels?.[0]?.deliver).toBeTypeOf('function')
    expect(inspect(settings, { depth: 9 }) + JSON.stringify(settings)).not.toContain(CANARY)
  })

  it('stops the start where the variable is missing or empty, naming variable and option', async () => {
    const { faults } = await start(
      { smtp: { ...smtp, password: { env: 'MAIL_PASSWORD' } } },
      { MAIL_PASSWORD: '' },
    )
    expect(faults).toEqual([
      {
        where: 'methods.email.smtp.password',
        problem: 'it is to come from the environment variable MAIL_PASSWORD, which is not set',
        fix: 'Set MAIL_PASSWORD where the gateway starts, or name another variable.',
      },
    ])
  })

  it('a secret that is written out is taken, and not repeated in a fault beside it', async () => {
    expect((await start({ smtp: { ...smtp, password: CANARY } })).faults).toEqual([])
    const { faults } = await start({ smtp: { ...smtp, password: CANARY, port: 'x' } })
    expect(faults[0]?.where).toContain('port')
    expect(JSON.stringify(faults)).not.toContain(CANARY)
  })
})
