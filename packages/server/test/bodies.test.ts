/** H19: bodies that are more than they say, over real sockets. */
import { connect, type Socket } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { HttpServer } from '../src/http-server.ts'
import { signInDocument, type TestGateway, testGateway } from './support/gateway.ts'
import { troublePlugin } from './support/trouble.ts'

const MEGABYTE = 1_000_000

let at: TestGateway
let server: HttpServer
beforeAll(async () => {
  at = await testGateway({ publicUrl: 'http://127.0.0.1:4999', plugins: [troublePlugin()] })
  server = await at.gateway.listen({ host: '127.0.0.1', port: 0 })
})
afterAll(async () => {
  await server.close(0)
  await at.close()
})

/** Sends a head, and then pieces as long as they are taken; gives the answer, and how much was sent before it was over. */
async function send(path: string, headers: readonly string[], piece = Buffer.alloc(0), most = 0) {
  const socket = connect(server.port, '127.0.0.1')
  let answer = ''
  const over = new Promise<void>((resolve) => {
    socket.on('data', (data) => {
      answer += data.toString()
    })
    // Who goes on sending to somebody who has hung up is told so.
    socket.on('error', () => resolve())
    socket.on('close', () => resolve())
  })
  const head = [`POST ${path} HTTP/1.1`, 'Host: 127.0.0.1:4999', 'Content-Type: application/json', ...headers]
  socket.write(`${head.join('\r\n')}\r\n\r\n`)
  const sent = await pour(socket, piece, most)
  await over
  socket.destroy()
  return { status: Number(answer.split(' ')[1]), answer, sent }
}

async function pour(socket: Socket, piece: Buffer, most: number): Promise<number> {
  let sent = 0
  while (sent < most && !socket.destroyed) {
    const taken = socket.write(piece)
    sent += piece.length
    if (!taken) {
      await new Promise<void>((resolve) => {
        socket.once('drain', resolve)
        socket.once('close', resolve)
      })
    }
  }
  return sent
}

const asChunk = (content: Buffer) =>
  Buffer.concat([Buffer.from(`${content.length.toString(16)}\r\n`), content, Buffer.from('\r\n')])

describe.each(['/graphql', '/trouble/echo'])('H19: %s', (path) => {
  it('H19: 100 MB are refused with 413 by their length, and not taken', async () => {
    const piece = Buffer.alloc(MEGABYTE, ' ')
    const { status, sent } = await send(path, [`Content-Length: ${100 * MEGABYTE}`], piece, 100 * MEGABYTE)
    expect(status).toBe(413)
    // What the system's own buffers hold in between.
    expect(sent).toBeLessThan(30 * MEGABYTE)
  })

  it('H19: so are 100 MB in chunks, which do not say how many they are', async () => {
    const chunk = asChunk(Buffer.alloc(MEGABYTE, ' '))
    const { status, sent } = await send(path, ['Transfer-Encoding: chunked'], chunk, 100 * MEGABYTE)
    expect(status).toBe(413)
    expect(sent).toBeLessThan(30 * MEGABYTE)
  })

  it('H19: 100 MB that pretend to be 10 bytes are 10 bytes', async () => {
    const piece = Buffer.alloc(MEGABYTE, ' ')
    const { status, sent } = await send(
      path,
      ['Content-Length: 10', 'Connection: close'],
      piece,
      100 * MEGABYTE,
    )
    expect([200, 400]).toContain(status)
    expect(sent).toBeLessThan(30 * MEGABYTE)
  })
})

describe('H19: a packed body', () => {
  it.each(['gzip', 'deflate', 'br', 'zstd', 'GZIP', 'gzip, identity'])(
    'H19: that is %s is refused and never unpacked, at any address',
    async (encoding) => {
      const body = gzipSync(Buffer.alloc(50 * MEGABYTE, ' '))
      expect(body.length).toBeLessThan(100_000)
      for (const path of ['/graphql', '/trouble/echo']) {
        const headers = { 'content-type': 'application/json', 'content-encoding': encoding }
        const answer = await at.fetch(path, { method: 'POST', headers, body })
        expect([answer.status, answer.headers.get('accept-encoding')]).toEqual([415, 'identity'])
        expect(answer.errors[0]?.message).toContain('without Content-Encoding')
      }
    },
  )

  it('H19: over a socket as well; what is not packed may say so', async () => {
    const small = gzipSync('{"query":"{ __typename }"}')
    const length = `Content-Length: ${small.length}`
    const packed = await send(
      '/graphql',
      [length, 'Content-Encoding: gzip', 'Connection: close'],
      small,
      small.length,
    )
    expect(packed.status).toBe(415)
    const headers = { 'content-encoding': 'identity' }
    expect((await at.ask('{ __typename }', {}, headers)).data).toEqual({ __typename: 'Query' })
  })
})

describe('H20: who rotates X-Forwarded-For', () => {
  const attempt = (gateway: TestGateway, index: number, forwarded: string) =>
    gateway.ask(
      signInDocument,
      { input: { identifier: `nobody-${index}@example.org`, password: 'a guess that is long' } },
      { 'x-forwarded-for': forwarded },
    )
  const address = (index: number) => `203.0.113.${index}`

  it('H20: is limited all the same, where nobody is trusted', async () => {
    await at.database.clock.toWindow(600)
    for (let index = 0; index < 60; index++) {
      const { data } = await attempt(at, index, address(index))
      expect(data.signIn.__typename).toBe('SignInRejected')
    }
    expect((await attempt(at, 61, address(61))).data.signIn.__typename).toBe('RateLimited')
  })

  it('H20: is limited behind a proxy that is, by what that proxy says; others are not', async () => {
    const behind = await testGateway({ trust: (one) => one === '127.0.0.1' })
    await behind.database.clock.toWindow(600)
    for (let index = 0; index < 60; index++) {
      await attempt(behind, index, `${address(index)}, 198.51.100.7`)
    }
    const last = await attempt(behind, 61, `${address(61)}, 198.51.100.7`)
    expect(last.data.signIn.__typename).toBe('RateLimited')
    const other = await attempt(behind, 62, '198.51.100.7, 198.51.100.8')
    expect(other.data.signIn.__typename).toBe('SignInRejected')
    await behind.close()
  })

  it('H20: the operator is told once of a proxy that names no client', async () => {
    const behind = await testGateway({ trust: (one) => one === '127.0.0.1' })
    await behind.fetch('/livez')
    await attempt(behind, 1, '198.51.100.7')
    expect(behind.logged).toEqual([])
    await attempt(behind, 2, 'unknown')
    await attempt(behind, 3, '')
    expect(behind.logged).toMatchObject([{ message: expect.stringContaining('The trusted proxy 127.0.0.1') }])
    await behind.close()
  })
})
