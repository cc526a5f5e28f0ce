/** The sandbox as people start it: real processes in a folder of their own. */

import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '@security-info/testing'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { endAll, start } from './support/process.ts'

let folder: string
let port: number
let origin: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'security-info-sandbox-'))
  port = await freePort()
  origin = `http://localhost:${port}`
})
afterAll(() => rm(folder, { recursive: true }))
afterEach(endAll)

const READY = 'Stop: Ctrl+C'
const sandbox = (...args: string[]) => start('sandbox', { cwd: folder, args, env: { PORT: String(port) } })
const passwordIn = (output: string) => /Password {3}(\S+)/.exec(output)?.[1] ?? ''
const curlIn = (output: string) =>
  /curl -i -u (\S+) -H "X-Service-Key: (\S+)" "(\S+)"/.exec(output)?.slice(1) ?? []
const administratorsIn = (output: string) => /Helpdesk [^\n]+\n {2}Password {3}(\S+)/.exec(output)?.[1] ?? ''
const post = (path: string, body: object, headers: Record<string, string> = {}) =>
  fetch(`${origin}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
/** Gives the state of the new session, or what the answer is instead of one. */
const stateOf = async (identifier: string, password: string) => {
  const query = `mutation ($input: SignInInput!) {
    signIn(input: $input) { __typename ... on SignInPayload { session { state } } } }`
  const answer = await post('/graphql', { query, variables: { input: { identifier, password } } })
  const { data } = (await answer.json()) as {
    data: { signIn: { __typename: string; session?: { state: string } } }
  }
  return data.signIn.session?.state ?? data.signIn.__typename
}
const ROBIN = 'robin@larkspur.example'
const DANA = 'dana@larkspur.example'

describe('pnpm start', () => {
  let password: string
  let administrators: string
  let curl: readonly string[]

  it('serves a demo person, says where and how, and stops with exit code 0', async () => {
    const first = sandbox()
    await first.printed(READY)
    password = passwordIn(first.output())
    expect(first.output()).toContain(`${origin}/graphql`)
    expect(first.output()).toContain(ROBIN)
    expect(first.output()).toContain(DANA)
    expect(first.output()).toContain(`${origin}/dev/inbox`)
    expect(first.output()).toContain(`${origin}/dev/security-key`)
    expect((await fetch(`${origin}/dev/security-key/page.js`)).status).toBe(200)
    expect((await fetch(`${origin}/dev/inbox`)).headers.get('content-type')).toContain('text/html')
    expect(first.output()).not.toMatch(/warning/i)
    expect(await stateOf(ROBIN, password)).toBe('SECURITY_INFO_REQUIRED')
    administrators = administratorsIn(first.output())
    // The one who helps has a phone from the beginning.
    expect(await stateOf(DANA, administrators)).toBe('SECOND_FACTOR_REQUIRED')
    // A mail server may ask from the beginning: with the key that is printed, and with no other.
    curl = curlIn(first.output())
    const [who = '', key = '', address = ''] = curl
    expect([who, address]).toEqual([ROBIN, `${origin}/check/basic?scope=imap`])
    const asked = async (headers: Record<string, string>) => (await fetch(address, { headers })).status
    expect([await asked({ 'x-service-key': key }), await asked({})]).toEqual([401, 403])
    for (const file of ['sandbox.json', 'database.lock']) {
      expect((await stat(join(folder, '.data', file))).mode & 0o777).toBe(0o600)
    }
    first.signal('SIGINT')
    expect(await first.exit()).toBe(0)
    expect(first.output()).toContain('Stopped.')
  })

  it('a second start keeps people and password; a second process is refused; a demo plays against it', async () => {
    const again = sandbox()
    await again.printed(READY)
    expect(passwordIn(again.output())).toBe(password)
    expect(administratorsIn(again.output())).toBe(administrators)
    expect(curlIn(again.output())).toEqual(curl)
    expect(await stateOf(ROBIN, password)).toBe('SECURITY_INFO_REQUIRED')
    expect(await stateOf(DANA, administrators)).toBe('SECOND_FACTOR_REQUIRED')

    // It finds the sandbox by the same variable. It waits for codes now and then, and the others are refused meanwhile.
    const demo = start('demo', { cwd: folder, env: { PORT: String(port) } })
    const second = start('sandbox', { cwd: folder, env: { PORT: String(await freePort()) } })
    const command = start('cli', { cwd: folder, args: ['user', 'create', 'x@larkspur.example'] })
    const afresh = sandbox('--fresh')
    for (const refused of [second, command, afresh]) expect(await refused.exit()).toBe(1)
    expect(second.output()).toContain(`already open: process ${again.pid}`)
    expect(command.output()).toContain('Stop that one first')
    expect(afresh.output()).toContain(`already open: process ${again.pid}`)
    expect(JSON.parse(await readFile(join(folder, '.data', 'sandbox.json'), 'utf8'))).toBeTruthy()

    expect(await demo.exit()).toBe(0)
    for (const words of [
      'the account stays closed',
      'not right. Attempts left: 4.',
      'The app works and is registered',
      'The session is a full one',
      'Refused: This code was used already.',
      'Signed in with two factors.',
      'method 2 of 2, Phone',
      'The phone is registered: for texts and for calls',
      'rings, and reads the code out',
      'The address is registered.',
      '"Demo app" (totp), the default, last used 20',
      '"Demo phone" (phone), last used 20',
      'Email was added',
      '200: the program is in.',
      '401. A slip is told by the checksum',
      '401: it is deleted, and works nowhere',
      'The method was removed again',
      'The session that made the change is dead.',
      'and then HELD: What is left of your methods was added or changed too recently',
      'Answer 1 is one of those that are tried first',
      'It worked: you could reset your password with these methods.',
      'The same answer to both',
      'Refused: This password is among the first that are guessed.',
      'Your new password holds',
      'Your administrators are told',
      'asks for help to get in',
      'Confirm that you want to do exactly this',
      'A pass, shown this once',
      'Done ends the session.',
    ]) {
      expect(demo.output()).toContain(words)
    }

    // It makes people for whoever is on this machine and of this origin, and nobody else.
    const made = await post('/dev/person', {})
    const person = (await made.json()) as { identifier: string; password: string; contactEmail: string }
    expect(person.contactEmail).toMatch(/@home\.example$/)
    expect(await stateOf(person.identifier, person.password)).toBe('SECURITY_INFO_REQUIRED')
    expect((await post('/dev/person', {}, { origin: 'https://evil.example' })).status).toBe(403)
    expect((await post('/dev/person', {}, { 'content-type': 'text/plain' })).status).toBe(415)
    expect((await fetch(`${origin}/dev/person`)).status).toBe(405)
  })

  it('goes on with what an older one has kept, which knew no administrator and no mail server', async () => {
    const file = join(folder, '.data', 'sandbox.json')
    const {
      administratorPassword: _,
      serviceKey: __,
      ...old
    } = JSON.parse(await readFile(file, 'utf8')) as Record<string, string>
    await writeFile(file, JSON.stringify(old))
    const later = sandbox()
    await later.printed(READY)
    expect(passwordIn(later.output())).toBe(password)
    // Here she is there already, with another password, and keeps it.
    expect(administratorsIn(later.output())).not.toBe(administrators)
    expect(later.output()).toContain("The administrator's phone is not set up")
    expect(await stateOf(DANA, administrators)).toBe('SECOND_FACTOR_REQUIRED')
    const kept = JSON.parse(await readFile(file, 'utf8')) as Record<string, string>
    expect(kept).toHaveProperty('administratorPassword')
    expect(curlIn(later.output())[1]).toBe(kept.serviceKey)
    expect(kept.serviceKey).not.toBe(curl[1])
  })

  it('starts afresh with a new password and none of the people', async () => {
    const afresh = sandbox('--fresh')
    await afresh.printed(READY)
    const next = passwordIn(afresh.output())
    expect(next).not.toBe(password)
    expect(await stateOf(ROBIN, password)).toBe('SignInRejected')
    expect(await stateOf(ROBIN, next)).toBe('SECURITY_INFO_REQUIRED')
  })

  it('serves this machine only', async () => {
    const envs = [{ HOST: '0.0.0.0' }, { SECURITY_INFO_PUBLIC_URL: 'https://id.example.org' }]
    for (const open of envs.map((env) => start('sandbox', { cwd: folder, env }))) {
      expect(await open.exit()).toBe(1)
      expect(open.output()).toContain('serves this machine only')
    }
  })
})

describe('pnpm demo', () => {
  it('says how to start a gateway where there is none, and that it needs a sandbox', async () => {
    const demo = start('demo', { cwd: folder, args: ['--url', `http://localhost:${await freePort()}`] })
    expect(await demo.exit()).toBe(1)
    expect(demo.output()).toContain('Start a sandbox in another terminal (npx -y pnpm@10 start)')
  })
})
