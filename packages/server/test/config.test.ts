import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ConfigurationFault, createSecurityInfo, type Database, generateKey } from '@security-info/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readEnvironment } from '../src/config/environment.ts'
import { parseConfig } from '../src/config/file.ts'
import { settingsFrom } from '../src/config/settings.ts'
import { explainStartFailure } from '../src/start-failure.ts'

const example = join(import.meta.dirname, '..', 'security-info.config.example.json')
const complete = {
  DATABASE_URL: 'postgres://someone:secret@db.example.org/si',
  SECURITY_INFO_KEYS: generateKey('a'),
  SECURITY_INFO_PUBLIC_URL: 'https://id.example.org',
  SECURITY_INFO_CONFIG: example,
  TWILIO_AUTH_TOKEN: 'token-of-twilio',
  SMTP_PASSWORD: 'password-of-smtp',
  MAIL_SERVICE_KEY: 'key-of-the-mail-server-0123456789',
}

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'security-info-config-'))
})
afterAll(() => rm(folder, { recursive: true }))

function faultsOf(env: Record<string, string>): ConfigurationFault['faults'] {
  try {
    settingsFrom(readEnvironment(env))
  } catch (error) {
    if (error instanceof ConfigurationFault) return error.faults
    throw error
  }
  return []
}

async function withFile(document: unknown): Promise<Record<string, string>> {
  const path = join(folder, 'security-info.config.json')
  await writeFile(path, typeof document === 'string' ? document : JSON.stringify(document))
  return { ...complete, SECURITY_INFO_CONFIG: path }
}

describe('Settings', () => {
  it('the example file is right, for the server and for core', () => {
    const settings = settingsFrom(readEnvironment(complete))
    expect(settings).toMatchObject({
      host: '127.0.0.1',
      port: 4000,
      database: { url: complete.DATABASE_URL },
    })
    expect(settings.plugins.map((plugin) => plugin.id)).toEqual([
      'totp',
      'phone',
      'email',
      'webauthn',
      'questions',
      'appPassword',
    ])
    const { plugins, keyRing, publicUrl, config } = settings
    const make = () =>
      createSecurityInfo({ ...config, plugins, keyRing, publicUrl, database: {} as Database, version: '1' })
    expect(make).not.toThrow()
  })

  it('lists everything that is missing at once, each with what to do', () => {
    const faults = faultsOf({ SECURITY_INFO_CONFIG: join(folder, 'nowhere.json') })
    expect(faults.map((fault) => fault.where)).toEqual([
      'DATABASE_URL',
      'SECURITY_INFO_KEYS',
      'SECURITY_INFO_PUBLIC_URL',
      'configuration file',
    ])
    expect(faults.every((fault) => fault.fix.length > 20)).toBe(true)
  })

  it('lists everything that is wrong at once, in the environment and in the file', async () => {
    const env = await withFile({
      organisation: { name: '', nmae: 'x' },
      methods: { totp: { issuer: 'a:b' }, pigeon: {} },
      sesion: {},
      session: { idleSeconds: 'long' },
    })
    const broken = {
      ...env,
      PORT: '99999',
      DATABASE_URL: 'mysql://x:hush@y/z',
      SECURITY_INFO_KEYS: 'a:short',
    }
    const faults = faultsOf({ ...broken, SECURITY_INFO_PUBLIC_URL: 'http://id.example.org' })
    const file = env.SECURITY_INFO_CONFIG
    expect(faults.map((fault) => fault.where)).toEqual([
      'PORT',
      'DATABASE_URL',
      'key ring (SECURITY_INFO_KEYS)',
      'SECURITY_INFO_PUBLIC_URL',
      `${file}: organisation.name`,
      `${file}: organisation.nmae`,
      `${file}: methods.pigeon`,
      `${file}: session.idleSeconds`,
      `${file}: sesion`,
    ])
    expect(faults.find((fault) => fault.where.endsWith('pigeon'))?.fix).toContain(
      'Known methods: totp, phone, email, webauthn, questions, appPassword.',
    )
    expect(JSON.stringify(faults)).not.toContain('hush')
  })

  it('names the option of a method that is wrong', async () => {
    const env = await withFile({
      organisation: { name: 'X' },
      methods: { totp: { issuer: 'a:b', colour: 1 } },
    })
    const faults = faultsOf(env)
    expect(faults.length).toBeGreaterThanOrEqual(1)
    expect(faults.every((fault) => fault.where.includes('totp'))).toBe(true)
  })

  it.each([
    'http://id.example.org',
    'ftp://id.example.org',
    'id.example.org',
    'https://id.example.org/path',
    'https://u:p@id.example.org',
  ])('refuses the public address %s', (address) => {
    const faults = faultsOf({ ...complete, SECURITY_INFO_PUBLIC_URL: address })
    expect(faults.map((fault) => fault.where)).toEqual(['SECURITY_INFO_PUBLIC_URL'])
  })

  it('takes http on loopback, and an empty variable for a missing one', () => {
    expect(faultsOf({ ...complete, SECURITY_INFO_PUBLIC_URL: 'http://localhost:4000', PORT: '' })).toEqual([])
    expect(faultsOf({ ...complete, DATABASE_URL: '' })).toHaveLength(1)
  })

  it('says that a file is not JSON, and why', async () => {
    const [fault] = faultsOf(await withFile('{ "organisation": }'))
    expect(fault?.problem).toMatch(/not JSON: Unexpected token/)
  })

  it('keeps keys out of everything that prints the environment', () => {
    expect(JSON.stringify(readEnvironment(complete))).not.toContain(complete.SECURITY_INFO_KEYS)
  })

  it('are read from the environment at one place, and sockets are opened at one place', async () => {
    const source = join(import.meta.dirname, '..', 'src')
    const files = (await readdir(source, { recursive: true })).filter((file) => file.endsWith('.ts'))
    const holding = async (text: RegExp) => {
      const found = await Promise.all(
        files.map(async (file) => text.test(await readFile(join(source, file), 'utf8'))),
      )
      return files.filter((_, index) => found[index])
    }
    expect(await holding(/process\.env\b(?!`)/)).toEqual([join('config', 'environment.ts')])
    // `node:net` is also where addresses are compared; its sockets are not. Types open none.
    expect(
      await holding(
        /^import (?!type).*from 'node:(http|https|tls|http2)'|createConnection|net\.createServer/m,
      ),
    ).toEqual(['http-server.ts'])
  })

  it('tells people in a numbered list', () => {
    const fault = { where: 'file: organisation', problem: 'it is missing', fix: 'Add it.' }
    expect(explainStartFailure(new ConfigurationFault([fault]))).toBe(
      "Security Info can't run: one thing is missing or wrong.\n\n  1. file: organisation: it is missing.\n     Add it.",
    )
    expect(() => parseConfig({ methods: {} }, 'file')).toThrow('file: organisation: it is missing')
  })
})
