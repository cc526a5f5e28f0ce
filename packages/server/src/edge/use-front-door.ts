import type { Plugin } from 'graphql-yoga'
import type { Log } from '../log.ts'
import type { Trust } from './client-address.ts'
import { guardGraphQL, guardHost } from './guard.ts'
import { completeHeaders } from './headers.ts'
import type { PublicAddress } from './public-address.ts'
import { type Refusal, refuse } from './refusal.ts'
import { type ServerContext, stateOf } from './request-state.ts'
import { boundedRequest, type EdgeRoute, findRoute } from './routes.ts'

export interface FrontDoor {
  readonly address: PublicAddress
  readonly routes: readonly EdgeRoute[]
  readonly bodyLimit: number
  readonly log: Log
  /** The proxies whose word about the client's address counts. */
  readonly trust: Trust
}

/** Every request comes in here, whatever it asks: guards, then its route or GraphQL, and the headers of the answer. */
export function useFrontDoor({
  address,
  routes,
  bodyLimit,
  log,
  trust,
}: FrontDoor): Plugin<object, ServerContext> {
  const serveRoute = async (request: Request, context: ServerContext): Promise<Response | undefined> => {
    const { requestId, clientAddress } = stateOf(request, context)
    const refused = (why: Refusal) => refuse(why, requestId)
    const path = pathOf(request)
    const found = findRoute(routes, request, path)
    const known = 'handle' in found ? found : undefined

    const badHost = known?.anyHost ? undefined : guardHost(request, address)
    if (badHost) return refused(badHost)
    if (known) {
      const bounded = await boundedRequest(request, bodyLimit)
      return 'message' in bounded ? refused(bounded) : known.handle(bounded, { clientAddress })
    }
    if (path !== '/graphql') return refused(found as Refusal)
    const refusal = guardGraphQL(request, address)
    return refusal && refused(refusal)
  }

  return {
    async onRequest({ request, serverContext, requestHandler, setRequestHandler, endResponse }) {
      const state = stateOf(request, serverContext, trust)
      const failed = (error: unknown) => {
        log({ level: 'error', message: 'A request failed unexpectedly.', requestId: state.requestId, error })
        return refuse({ status: 500, message: 'Something went wrong on our side.' }, state.requestId)
      }
      try {
        const response = await serveRoute(request, serverContext)
        if (response) endResponse(response)
      } catch (error) {
        endResponse(failed(error))
      }
      // The adapter would answer what slips through GraphQL's own gate with a stack trace.
      setRequestHandler(async (...args) => {
        try {
          return await requestHandler(...args)
        } catch (error) {
          return failed(error)
        }
      })
    },
    onResponse({ request, response, serverContext, setResponse }) {
      const state = stateOf(request, serverContext)
      try {
        completeHeaders(response.headers, state, address)
      } catch {
        // `Response.redirect()` and answers of `fetch` have headers that can't be changed.
        const headers = new Headers([...response.headers])
        completeHeaders(headers, state, address)
        setResponse(new Response(response.body, { status: response.status, headers }))
      }
    },
  }
}

/** Without `new URL`, which throws on a nonsensical host: that is for the guard to refuse. */
function pathOf(request: Request): string {
  const afterHost = request.url.replace(/^[a-z]+:\/\/[^/?#]*/i, '')
  return afterHost.replace(/[?#].*$/s, '') || '/'
}
