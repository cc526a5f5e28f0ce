import { tooLarge } from './guard.ts'
import type { Refusal } from './refusal.ts'

/** What the gateway answers at one method and path besides GraphQL. */
export interface EdgeRoute {
  readonly method: 'GET' | 'POST'
  readonly path: string
  /** Where only some requests are meant: a page for browsers at the address of an API. */
  readonly only?: (request: Request) => boolean
  /** True where the name the request came under does not matter: probes call by address. */
  readonly anyHost?: boolean
  handle(request: Request, at: { readonly clientAddress: string }): Promise<Response> | Response
}

/** The route of a request among those at its path, or why there is none. */
export function findRoute(routes: readonly EdgeRoute[], request: Request): EdgeRoute | Refusal {
  const here = routes.filter((route) => route.only?.(request) ?? true)
  const { method } = request
  const asked = method === 'HEAD' ? 'GET' : method
  const route = here.find((route) => route.method === asked)
  if (route) return route
  if (here.length === 0)
    return { status: 404, message: 'There is nothing at this address. GraphQL is at /graphql.' }
  const allow = here.map((route) => route.method).join(', ')
  return {
    status: 405,
    message: `This address is asked with ${allow}; this was ${method}.`,
    headers: { allow },
  }
}

/**
 * The request with its whole body, at most `limit` bytes. Routes get a standard `Request`, whatever carried it here, and
 * need no limit of their own.
 */
export async function boundedRequest(request: Request, limit: number): Promise<Request | Refusal> {
  if (!request.body && request instanceof Request) return request
  const init = { method: request.method, headers: [...request.headers] as [string, string][] }
  if (!request.body) return new Request(request.url, init)
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of request.body as unknown as AsyncIterable<Uint8Array>) {
    size += chunk.byteLength
    if (size > limit) return tooLarge(limit)
    chunks.push(chunk)
  }
  return new Request(request.url, { ...init, body: Buffer.concat(chunks) })
}
