import { randomUUID } from 'node:crypto'
import { clientAddress, type Trust, trustNobody } from './client-address.ts'

/** What the edge keeps of a request while it is under way. */
export interface RequestState {
  /** Made here, never taken from the client: it names the request in answers, logs and audit. */
  readonly requestId: string
  readonly clientAddress: string
  /** `Set-Cookie` values for the answer. */
  readonly cookies: string[]
}

/** What a request comes with besides itself: Node's own request, or the address that a test gives. */
export interface ServerContext {
  readonly req?: { readonly socket: { readonly remoteAddress?: string | undefined } }
  readonly clientAddress?: string
}

const states = new WeakMap<Request, RequestState>()

/** The state of a request; made at the first call, by the front door, which knows the proxies. */
export function stateOf(
  request: Request,
  context: ServerContext = {},
  trust: Trust = trustNobody,
): RequestState {
  const known = states.get(request)
  if (known) return known
  const socket = context.req?.socket.remoteAddress ?? context.clientAddress ?? 'unknown'
  const state = {
    requestId: randomUUID(),
    clientAddress: clientAddress(socket, request.headers.get('x-forwarded-for'), trust),
    cookies: [],
  }
  states.set(request, state)
  return state
}
