import { execFileSync } from 'node:child_process'
import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { freePort, openTestDatabase } from '@security-info/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { made, overview, revoke } from './documents.ts'
import { dial, example, folder, program, serveGateway, startServer } from './servers.ts'
import { MAIL_KEY, opened, openWorld, type World } from './world.ts'

const dovecot = program('dovecot')
const why = dovecot
  ? ''
  : ' - skipped: Dovecot is not on this machine (Debian: apt-get install dovecot-imapd dovecot-auth-lua)'

let world: World
let port: number
let said: () => string
let keyFile: string
const closing: (() => Promise<unknown>)[] = []

/** Logs in as a mail program does. Gives what Dovecot said to that. */
async function logIn({ username, password }: { readonly username: string; readonly password: string }) {
  const socket = await dial(port)
  const lines = createInterface({ input: socket })
  const quoted = (text: string) => `"${text.replace(/["\\]/g, '\\$&')}"`
  try {
    for await (const line of lines) {
      if (line.startsWith('* OK')) socket.write(`a LOGIN ${quoted(username)} ${quoted(password)}\r\n`)
      if (line.startsWith('a ')) return line
    }
    throw new Error('Dovecot hung up.')
  } finally {
    socket.destroy()
  }
}

describe.skipIf(!dovecot)(`Dovecot${why}`, () => {
  beforeAll(async () => {
    const database = await openTestDatabase('postgres')
    closing.unshift(() => database.close())
    world = await openWorld(database)
    const gateway = await serveGateway(world)
    closing.unshift(gateway.close)
    const files = await folder()
    closing.unshift(files.remove)
    port = await freePort()
    const at = (name: string) => join(files.path, name)
    await chmod(files.path, 0o755)
    await mkdir(at('mail'))
    await chmod(at('mail'), 0o777)
    keyFile = at('app-passwords.key')
    await writeFile(keyFile, `${MAIL_KEY}\n`)
    const lua = { '127.0.0.1:4000': `127.0.0.1:${gateway.port}`, '/etc/dovecot': files.path }
    await writeFile(at('app-passwords.lua'), await example('dovecot/app-passwords.lua', lua))
    const conf = await example('dovecot/app-passwords.conf', { 'file=/etc/dovecot': `file=${files.path}` })
    await writeFile(at('app-passwords.conf'), conf)
    await writeFile(at('dovecot.conf'), configuration(files.path))
    const server = await startServer(dovecot ?? '', ['-F', '-c', at('dovecot.conf')], port)
    said = server.said
    closing.unshift(server.stop)
  })
  afterAll(async () => {
    for (const close of closing) await close()
  })

  it('logs in who has a right app password, and shows it to them', async () => {
    const { client, right } = await opened(world)
    expect(await logIn(right)).toMatch(/^a OK .*Logged in/)
    const { lastUsed } = (await overview(client)).list[0] ?? {}
    expect(lastUsed).toMatchObject({ scope: 'imap', client: 'Dovecot imap', address: '127.0.0.1' })
  })

  it('refuses everybody else', async () => {
    const { person, client, right } = await opened(world)
    const { password: files } = await made(client, { scopes: ['dav'] })
    const gone = await made(client)
    await revoke(client, gone.appPassword.id)
    const wrong = [
      { ...right, password: person.password },
      { ...right, password: 'quote " and \\ and ü' },
      { ...right, username: 'nobody@example.test' },
      { ...right, password: files },
      { ...right, password: gone.password },
    ]
    const answers = await Promise.all(wrong.map(logIn))
    for (const answer of answers) expect(answer).toMatch(/^a NO \[AUTHENTICATIONFAILED\]/)
    expect(await logIn(right)).toMatch(/^a OK/)
    // What the README says of the log.
    await expect.poll(said).toContain('the app password is not right')
  })

  it('puts a login off where the gateway refuses Dovecot itself, and logs what it said', async () => {
    const { right } = await opened(world)
    await writeFile(keyFile, 'another-key-that-the-gateway-does-not-know\n')
    expect(await logIn(right)).toMatch(/^a NO \[UNAVAILABLE\]/)
    await expect.poll(said).toMatch(/the gateway answered 403: .+X-Service-Key is missing or is not the key/)
    await writeFile(keyFile, `${MAIL_KEY}\n`)
    expect(await logIn(right)).toMatch(/^a OK/)
  })
})

/** What Debian's configuration has around it, with all files in one folder and one port on this machine. */
function configuration(path: string): string {
  const { username, uid, gid } = userInfo()
  // Who may not change users runs it all as one; who may, may not keep mail as root.
  const root = uid === 0
  const settings = [
    'protocols = imap',
    'listen = 127.0.0.1',
    `base_dir = ${path}/run`,
    `state_dir = ${path}/state`,
    'log_path = /dev/stderr',
    'ssl = no',
    'disable_plaintext_auth = no',
    'auth_failure_delay = 0',
    'auth_verbose = yes',
    'mail_location = maildir:~/mail',
    `!include ${path}/app-passwords.conf`,
    ...(root ? [] : asOne(username)),
  ]
  const owner = root ? 'uid=nobody gid=nogroup' : `uid=${uid} gid=${gid}`
  const chroot = root ? [] : ['chroot =']
  const blocks = [
    block('userdb', 'driver = static', `args = ${owner} home=${path}/mail/%u`),
    // Else each refusal makes the next ones wait, for seconds.
    block('service anvil', ...chroot, block('unix_listener anvil-auth-penalty', 'mode = 0')),
    block(
      'service imap-login',
      ...chroot,
      block('inet_listener imap', `port = ${port}`),
      block('inet_listener imaps', 'port = 0'),
    ),
  ]
  return `${[...settings, ...blocks].join('\n')}\n`
}

function asOne(username: string): readonly string[] {
  const group = execFileSync('id', ['-gn'], { encoding: 'utf8' }).trim()
  return ['internal_user', 'internal_group', 'login_user'].map(
    (who) => `default_${who} = ${who.endsWith('group') ? group : username}`,
  )
}

const block = (name: string, ...lines: readonly string[]) => [`${name} {`, ...lines, '}'].join('\n')
