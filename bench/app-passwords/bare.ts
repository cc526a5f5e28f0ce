/** The peer: `node:http` and postgres.js, the same look-up and hash, and nothing else. Told where by its parent. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import postgres from 'postgres'
import { bareHash } from './bare-hash.ts'

interface Row {
  readonly now: number
  readonly user_id: string | null
  readonly identifier: string
  readonly active: boolean
  readonly bare_hash: string | null
  readonly in_scope: boolean
  readonly expires_at: number | null
}

const sql = postgres(process.env.BENCH_DATABASE ?? '', { max: 10, onnotice: () => undefined })

const server = createServer((request, response) => void answer(request, response))

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    const token = request.headers.authorization?.slice('Basic '.length) ?? ''
    const [username = '', password = ''] = Buffer.from(token, 'base64').toString('utf8').split(':')
    const characters = password.replaceAll('-', '').toLowerCase().slice(4)
    // Word for word the look-up of the gateway, but for the hash under a key that this server has.
    const [row] = await sql<Row[]>`
      select date_part('epoch', security_info.now()) * 1000 as now,
        (select max(version) from security_info.policy_version) as policy_version,
        p.user_id, p.identifier, p.active, e.id, e.bare_hash, 'imap' = any(e.scopes) as in_scope,
        date_part('epoch', e.created_at) * 1000 as created_at,
        date_part('epoch', e.expires_at) * 1000 as expires_at,
        date_part('epoch', e.last_used_at) * 1000 as last_used_at, e.last_used_by, e.clients
      from (select 1) one
      left join security_info.person p on p.canonical = ${username.toLowerCase()}
      left join security_info.app_password_entry e on e.user_id = p.user_id and e.selector = ${characters.slice(0, 4)}`
    const right =
      row?.active &&
      row.bare_hash === bareHash(String(row.user_id), characters) &&
      row.in_scope &&
      !(row.expires_at && row.expires_at <= row.now)
    if (right) response.writeHead(200, { 'x-auth-user': row.identifier })
    else response.writeHead(401, { 'www-authenticate': 'Basic realm="bare"' })
    response.end()
  } catch (error) {
    response.writeHead(500).end(String(error))
  }
}

server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port))
