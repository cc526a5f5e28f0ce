import type { IncomingMessage, ServerResponse } from 'node:http'
import type { FrontDoor } from './front-door.ts'
import { completeHeaders } from './headers.ts'
import { refuse } from './refusal.ts'
import { stateOf } from './request-state.ts'

/**
 * Refuses a request whose host and target make no address (C12), such as `OPTIONS *` or one that is meant for a proxy. The GraphQL
 * server's adapter makes an address of them before any guard is asked, and answers what it can't read with a stack trace (H16).
 * False where all is well.
 */
export function refuseNoAddress(door: FrontDoor, incoming: IncomingMessage, out: ServerResponse): boolean {
  const { url = '', headers } = incoming
  if (url.startsWith('/') && URL.canParse(`http://${headers.host ?? 'localhost'}${url}`)) return false
  const state = stateOf(new Request(door.address.url), { req: incoming }, door.trust)
  const message = `Host header and path of this request make no address; expected ${door.address.url.origin} and a path.`
  const refusal = refuse({ status: 400, message }, state.requestId)
  completeHeaders(refusal.headers, state, door.address)
  // Its body is not read: another request can't follow it.
  refusal.headers.set('connection', 'close')
  void refusal.text().then((text) => out.writeHead(refusal.status, [...refusal.headers].flat()).end(text))
  return true
}
