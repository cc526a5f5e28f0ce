/** The peer: `node:http` and postgres.js, the same look-up and hash, and nothing else. Told where by its parent. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import postgres from 'postgres'
import { bareHash } from './bare-hash.ts'

interface Row {
  readonly user_id: string
  readonly identifier: string
  readonly active: boolean
  readonly bare_hash: string
  readonly scopes: readonly string[]
  readonly expires_at: Date | null
}

const sql = postgres(process.env.BENCH_DATABASE ?? '', { max: 10, onnotice: () => undefined })

const server = createServer((request, response) => void answer(request, response))

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    const token = request.headers.authorization?.slice('Basic '.length) ?? ''
    const [username = '', password = ''] = Buffer.from(token, 'base64').toString('utf8').split(':')
    const characters = password.replaceAll('-', '').toLowerCase().slice(4)
    const [row] = await sql<Row[]>`
      select p.user_id, p.identifier, p.active, a.bare_hash, a.scopes, a.expires_at
      from security_info.person p
      join security_info.app_password_entry a on a.user_id = p.user_id and a.selector = ${characters.slice(0, 4)}
      where p.canonical = ${username.toLowerCase()}`
    const right =
      row?.active &&
      row.bare_hash === bareHash(row.user_id, characters) &&
      row.scopes.includes('imap') &&
      !(row.expires_at && row.expires_at < new Date())
    if (right) response.writeHead(200, { 'x-auth-user': row.identifier })
    else response.writeHead(401, { 'www-authenticate': 'Basic realm="bare"' })
    response.end()
  } catch (error) {
    response.writeHead(500).end(String(error))
  }
}

server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port))
