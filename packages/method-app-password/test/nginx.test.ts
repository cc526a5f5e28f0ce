import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { freePort, openTestDatabase } from '@security-info/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { made, overview, revoke } from './documents.ts'
import { example, folder, nginxAround, program, serveGateway, startServer } from './servers.ts'
import { FILES_KEY, opened, openWorld, type World } from './world.ts'

const nginx = program('nginx')
const curl = program('curl')
const why = nginx ? '' : ' - skipped: nginx is not on this machine (Debian: apt-get install nginx-light)'

let world: World
let site: string
const closing: (() => Promise<unknown>)[] = []

/** Sent with `auth`, and what came: the server behind says whom nginx named. */
async function visit(
  auth?: { readonly username: string; readonly password: string },
  headers: Readonly<Record<string, string>> = {},
) {
  const pair = auth && Buffer.from(`${auth.username}:${auth.password}`).toString('base64')
  return fetch(`${site}/page`, { headers: { ...(pair && { authorization: `Basic ${pair}` }), ...headers } })
}

describe.skipIf(!nginx)(`nginx in front of a page${why}`, () => {
  beforeAll(async () => {
    const database = await openTestDatabase('postgres')
    closing.unshift(() => database.close())
    world = await openWorld(database)
    const gateway = await serveGateway(world)
    closing.unshift(gateway.close)
    const behind = createServer(({ headers }, response) =>
      response.end(
        JSON.stringify({ user: headers['x-auth-user'], authorization: headers.authorization ?? '' }),
      ),
    )
    await new Promise<void>((resolve) => behind.listen(0, '127.0.0.1', resolve))
    closing.unshift(async () => behind.close())
    const files = await folder()
    closing.unshift(files.remove)
    const port = await freePort()
    const replaced = {
      '127.0.0.1:4000': `127.0.0.1:${gateway.port}`,
      '127.0.0.1:8080': `127.0.0.1:${port}`,
      '127.0.0.1:8081': `127.0.0.1:${(behind.address() as AddressInfo).port}`,
    }
    const key = { 'replace-me-with-openssl-rand-hex-32': FILES_KEY }
    await writeFile(
      join(files.path, 'app-passwords.conf'),
      await example('nginx/app-passwords.conf', replaced),
    )
    await writeFile(join(files.path, 'service-key.conf'), await example('nginx/service-key.conf', key))
    await writeFile(join(files.path, 'nginx.conf'), nginxAround(files.path, 'app-passwords.conf'))
    const server = await startServer(
      nginx ?? '',
      ['-p', files.path, '-c', 'nginx.conf', '-e', 'stderr'],
      port,
    )
    site = `http://127.0.0.1:${port}`
    closing.unshift(server.stop)
  })
  afterAll(async () => {
    for (const close of closing) await close()
  })

  it('lets in who has a right app password, and says who it is', async () => {
    const { person, right } = await opened(world)
    const page = await visit(right, {
      'x-auth-user': 'root',
      'x-auth-scope': 'imap',
      'x-client-address': '10.0.0.1',
    })
    expect([page.status, await page.json()]).toEqual([200, { user: person.identifier, authorization: '' }])
  })

  it('asks everybody else for one', async () => {
    const { person, client, right } = await opened(world)
    const { password: imap } = await made(client, { scopes: ['imap'] })
    const wrong = [
      undefined,
      { ...right, password: person.password },
      { ...right, username: 'nobody@example.test' },
      { ...right, password: imap },
    ]
    for (const auth of wrong) {
      const page = await visit(auth)
      expect([page.status, page.headers.get('www-authenticate')]).toEqual([
        401,
        'Basic realm="App password", charset="UTF-8"',
      ])
    }
  })

  it('stops letting in who is revoked, and shows who came from where', async () => {
    const { client, right, appPassword } = await opened(world)
    expect((await visit(right, { 'user-agent': 'Files 1.0' })).status).toBe(200)
    const { lastUsed } = (await overview(client)).list[0] ?? {}
    expect(lastUsed).toMatchObject({ scope: 'dav', client: 'Files 1.0', address: '127.0.0.1' })
    await revoke(client, appPassword.id)
    expect((await visit(right)).status).toBe(401)
  })

  it('passes "later" on, with when; a right one gets in all the same', async () => {
    const { client, right } = await opened(world)
    const gone = await made(client)
    await revoke(client, gone.appPassword.id)
    const wrong = { ...right, password: gone.password }
    for (let time = 0; time < 10; time++) await visit(wrong)
    const page = await visit(wrong)
    expect(page.status).toBe(429)
    expect(Number(page.headers.get('retry-after'))).toBeGreaterThan(60)
    expect((await visit(right)).status).toBe(200)
  })

  it.skipIf(!curl)(`works with curl${curl ? '' : ' - skipped: curl is not on this machine'}`, async () => {
    const { person, right } = await opened(world)
    const args = ['--silent', '--fail', '--user', `${right.username}:${right.password}`, `${site}/page`]
    const { stdout } = await promisify(execFile)(curl ?? '', args)
    expect(JSON.parse(stdout)).toMatchObject({ user: person.identifier })
  })
})
