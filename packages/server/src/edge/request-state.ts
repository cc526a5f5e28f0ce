import { randomUUID } from 'node:crypto'

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

/** The state of a request; made at the first call. */
export function stateOf(request: Request, context: ServerContext = {}): RequestState {
  const known = states.get(request)
  if (known) return known
  const state = { requestId: randomUUID(), clientAddress: addressOf(context), cookies: [] }
  states.set(request, state)
  return state
}

function addressOf({ req, clientAddress }: ServerContext): string {
  const address = req?.socket.remoteAddress ?? clientAddress ?? 'unknown'
  // A dual-stack socket shows IPv4 clients as IPv6; one client must not have two addresses.
  return address.startsWith('::ffff:') ? address.slice('::ffff:'.length) : address
}
