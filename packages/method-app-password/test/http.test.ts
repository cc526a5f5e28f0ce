import { eachDatabase, openTestDatabase, type TestDatabase } from '@security-info/testing'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { headerText } from '../src/check/answers.ts'
import { made, overview } from './documents.ts'
import { dial, serveGateway } from './servers.ts'
import { basic, MAIL_KEY, opened, openWorld, type Question, type World } from './world.ts'

const HOST = 'id.example.org'

let database: TestDatabase
let world: World
let gateway: Awaited<ReturnType<typeof serveGateway>>
beforeAll(async () => {
  database = await openTestDatabase('postgres')
  world = await openWorld(database)
  gateway = await serveGateway(world)
})
afterAll(async () => {
  await gateway.close()
  await database.close()
})

/** What a server sends over the wire, and what comes. `fetch` would send another `Host`. */
async function wire(
  lines: readonly string[],
  body = '',
): Promise<{ readonly status: number; readonly head: string; readonly body: string }> {
  const socket = await dial(gateway.port)
  socket.write(`${lines.join('\r\n')}\r\nConnection: close\r\n\r\n${body}`)
  let text = ''
  for await (const chunk of socket.setEncoding('utf8')) text += String(chunk)
  const [head = '', ...rest] = text.split('\r\n\r\n')
  return { status: Number(head.slice(9, 12)), head: head.toLowerCase(), body: rest.join('\r\n\r\n') }
}

function overTheWire(question: Question) {
  const headers = [...basic(question).headers].map(([name, value]) => `${name}: ${value}`)
  return wire(['GET /check/basic?scope=imap HTTP/1.1', `Host: ${HOST}`, ...headers])
}

describe('The check over HTTP', () => {
  it('answers as it does without a socket, under its public name alone', async () => {
    const { right, person } = await opened(world)
    const yes = await overTheWire(right)
    expect([yes.status, yes.body]).toEqual([200, ''])
    expect(yes.head).toContain(`x-auth-user: ${person.identifier}`)
    expect(yes.head).toContain('cache-control: no-store')
    expect(yes.head).toMatch(/x-request-id: [0-9a-f-]{36}/)
    expect((await overTheWire({ ...right, username: 'nobody' })).status).toBe(401)
    const foreign = await wire([
      'GET /check/basic HTTP/1.1',
      'Host: evil.example',
      `X-Service-Key: ${MAIL_KEY}`,
    ])
    expect(foreign.status).toBe(421)
  })

  it('takes JSON, a bounded body, and no other methods', async () => {
    const { right, person } = await opened(world)
    const post = (body: string) =>
      wire(
        [
          'POST /check/basic HTTP/1.1',
          `Host: ${HOST}`,
          `X-Service-Key: ${MAIL_KEY}`,
          'Content-Type: application/json; charset=utf-8',
          `Content-Length: ${Buffer.byteLength(body)}`,
        ],
        body,
      )
    const yes = await post(JSON.stringify({ ...right, scope: 'imap' }))
    expect([yes.status, JSON.parse(yes.body)]).toEqual([
      200,
      { ok: true, user: person.identifier, userId: person.userId },
    ])
    expect((await post(JSON.stringify({ ...right, client: 'x'.repeat(200_000) }))).status).toBe(413)
    const put = await wire(['PUT /check/basic HTTP/1.1', `Host: ${HOST}`, 'Content-Length: 0'])
    expect([put.status, put.head.includes('allow: get, post')]).toEqual([405, true])
    expect(gateway.unexpected).toEqual([])
  })

  it('writes every name so that no header can be broken by it (H9)', async () => {
    expect(headerText('ada@example.org')).toBe('ada@example.org')
    expect(headerText('100%')).toBe('100%25')
    expect(headerText('a\r\nX-Auth-User: root')).toBe('a%0D%0AX-Auth-User:%20root')
    for (const name of ['ádám@példa.hu', '山田', 'a b', '🦜', '\u007f\u0000'])
      expect(decodeURIComponent(headerText(name))).toBe(name)
    const { right, person } = await opened(world)
    await database.db.execute(
      sql`update security_info.account set identifier = ${'Ádám'} where user_id = ${person.userId}::uuid`,
    )
    const { head } = await overTheWire(right)
    expect(head).toContain('x-auth-user: %c3%81d%c3%a1m')
    expect(head).toContain(`x-auth-user-id: ${person.userId}`)
  })
})

eachDatabase('An app password', (open) => {
  it('is no session, no password and no proof: GraphQL knows nothing of it (H24)', async () => {
    const own = await openWorld(await open())
    const { person, client, right } = await opened(own)
    for (const token of [
      right.password,
      right.password.replaceAll('-', ''),
      btoa(`${right.username}:${right.password}`),
    ]) {
      const impostor = own.client({ token })
      expect(await impostor.session()).toBeUndefined()
      await expect(overview(impostor)).rejects.toThrow(/No live session/)
      await expect(made(impostor)).rejects.toThrow(/No live session/)
    }
    const { identifier } = person
    expect(await own.client().signIn({ identifier, password: right.password })).toMatchObject({
      __typename: 'SignInRejected',
    })
    expect((await client.reauthenticate(right.password)).session).toBeUndefined()
  })
})

it('An app password in the Authorization header of a GraphQL request is nobody, also of an administrator (H24)', async () => {
  const { person, right } = await opened(world)
  await database.db.execute(
    sql`update security_info.account set administrator = true where user_id = ${person.userId}::uuid`,
  )
  const query = JSON.stringify({ query: '{ viewer { username } appPasswords { list { id } } }' })
  for (const authorization of [
    `Bearer ${right.password}`,
    `Basic ${btoa(`${right.username}:${right.password}`)}`,
  ]) {
    const answer = await wire(
      [
        'POST /graphql HTTP/1.1',
        `Host: ${HOST}`,
        `Authorization: ${authorization}`,
        'Content-Type: application/json',
        `Content-Length: ${query.length}`,
      ],
      query,
    )
    expect(answer.body).toContain('UNAUTHENTICATED')
    expect(answer.body).not.toContain(person.identifier)
  }
})
