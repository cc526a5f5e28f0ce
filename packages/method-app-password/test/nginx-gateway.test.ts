/** nginx in front of the gateway itself, as `examples/nginx/gateway.conf` has it. Here, because the other examples are run here. */
import { writeFile } from 'node:fs/promises'
import { Agent, type IncomingMessage, request } from 'node:http'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { Secret } from '@security-info/core'
import { type Client, freePort, openTestDatabase } from '@security-info/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { example, folder, nginxAround, program, serveGateway, startServer } from './servers.ts'
import { MAIL_KEY, opened, openWorld, type World } from './world.ts'

const nginx = program('nginx')
const why = nginx ? '' : ' - skipped: nginx is not on this machine (Debian: apt-get install nginx-light)'
const NAME = 'id.example.org'
const metricsToken = 'a-token-that-is-long-enough'

let world: World
let port: number
const agent = new Agent()
const closing: (() => Promise<unknown>)[] = []

interface Sent {
  readonly method?: string
  readonly path?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

/** A request as a browser sends it: by the public name. */
function send({ method = 'GET', path = '/', headers = {}, body = '' }: Sent): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port, method, path, agent, headers: { host: NAME, ...headers } }
    request(options, resolve).on('error', reject).end(body)
  })
}
const ask = (query: string, headers: Readonly<Record<string, string>> = {}) =>
  send({
    method: 'POST',
    path: '/graphql',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query }),
  })
const bearer = ({ token }: Client) => ({ authorization: `Bearer ${token}` })

describe.skipIf(!nginx)(`nginx in front of the gateway${why}`, () => {
  beforeAll(async () => {
    const database = await openTestDatabase('postgres')
    closing.unshift(() => database.close())
    world = await openWorld(database)
    const trust = (address: string) => address === '127.0.0.1'
    const gateway = await serveGateway(world, { trust, metricsToken: new Secret(metricsToken) })
    closing.unshift(gateway.close)
    const files = await folder()
    closing.unshift(files.remove)
    port = await freePort()
    const replaced = {
      '127.0.0.1:4000': `127.0.0.1:${gateway.port}`,
      '127.0.0.1:8080': `127.0.0.1:${port}`,
      // So slow that a busy machine changes nothing: what passes is the burst.
      'rate=20r/s': 'rate=1r/m',
    }
    await writeFile(join(files.path, 'gateway.conf'), await example('nginx/gateway.conf', replaced))
    await writeFile(join(files.path, 'nginx.conf'), nginxAround(files.path, 'gateway.conf'))
    const flags = ['-p', files.path, '-c', 'nginx.conf', '-e', 'stderr']
    const server = await startServer(nginx ?? '', flags, port)
    closing.unshift(server.stop)
  })
  afterAll(async () => {
    agent.destroy()
    for (const close of closing) await close()
  })

  it('passes operations on by the public name alone', async () => {
    const { person, client } = await world.somebody()
    const answer = await ask('{ viewer { username } }', bearer(client))
    expect([answer.statusCode, await text(answer)]).toEqual([
      200,
      JSON.stringify({ data: { viewer: { username: person.identifier } } }),
    ])
    const other = await ask('{ __typename }', { host: 'other.example.org' })
    expect(other.statusCode).toBe(421)
    other.resume()
  })

  it('H20: says where a client is, whatever that says of itself', async () => {
    const person = await world.person()
    const wrong = `mutation { signIn(input: { identifier: "${person.identifier}", password: "wrong" }) { __typename } }`
    for (const forwarded of ['203.0.113.9', '203.0.113.9, 127.0.0.1', '127.0.0.1, 203.0.113.9']) {
      await text(await ask(wrong, { 'x-forwarded-for': forwarded }))
    }
    const failed = (await world.events(person.userId)).filter(({ type }) => type === 'signIn.failed')
    expect(failed.map(({ detail }) => detail.clientAddress)).toEqual(['127.0.0.1', '127.0.0.1', '127.0.0.1'])
  })

  it('passes each event of a subscription on when it happens', async () => {
    const { client } = await world.somebody()
    const { enrollment } = await client.beginEnrollment({ method: { totp: {} } })
    const stream = await ask(`subscription { flowUpdated(id: "${enrollment?.id}") { id } }`, {
      ...bearer(client),
      accept: 'text/event-stream',
    })
    let heard = ''
    for await (const chunk of stream) {
      heard += String(chunk)
      if (heard.includes(String(enrollment?.id))) break
    }
    expect(heard).toContain('event: next')
  })

  it('H19: takes no more than the gateway does', async () => {
    const large = await ask(`{ __typename } # ${'x'.repeat(110_000)}`)
    expect(large.statusCode).toBe(413)
    large.resume()
  })

  it('keeps what is for inside from the outside', async () => {
    const { right } = await opened(world)
    const pair = Buffer.from(`${right.username}:${right.password}`).toString('base64')
    const inside: readonly Sent[] = [
      { path: '/metrics', headers: { authorization: `Bearer ${metricsToken}` } },
      { path: '/readyz' },
      { path: '/livez' },
      {
        path: '/check/basic?scope=imap',
        headers: { authorization: `Basic ${pair}`, 'x-service-key': MAIL_KEY },
      },
      {
        path: '//check/basic?scope=imap',
        headers: { authorization: `Basic ${pair}`, 'x-service-key': MAIL_KEY },
      },
    ]
    for (const one of inside) {
      const answer = await send(one)
      expect([one.path, answer.statusCode]).toEqual([one.path, 404])
      answer.resume()
    }
  })

  it('lets one address ask so often and no oftener', async () => {
    const statuses: unknown[] = []
    for (let times = 0; times < 100; times++) {
      const answer = await ask('{ __typename }')
      statuses.push(answer.statusCode)
      answer.resume()
    }
    expect(statuses[0]).toBe(200)
    // 61, and one more where a minute went by.
    expect(statuses.filter((status) => status === 429).length).toBeGreaterThan(30)
  })
})
