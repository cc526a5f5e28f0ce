import type { Log } from '../log.ts'
import type { Trust } from './client-address.ts'
import { overloadIn } from './client-errors.ts'
import type { EdgeMetrics } from './edge-metrics.ts'
import { guardEncoding, guardGraphQL, guardHost } from './guard.ts'
import type { PublicAddress } from './public-address.ts'
import { type Refusal, refuse } from './refusal.ts'
import type { RequestState } from './request-state.ts'
import { boundedRequest, type EdgeRoute, findRoute } from './routes.ts'
import { traceRoute } from './tracing.ts'

export interface FrontDoorOptions {
  readonly address: PublicAddress
  readonly routes: readonly EdgeRoute[]
  readonly bodyLimit: number
  readonly log: Log
  readonly metrics: EdgeMetrics
  /** Whether routes have spans. */
  readonly traces: boolean
  /** The proxies whose word about the client's address counts. */
  readonly trust: Trust
}

/** What every request passes, whatever carried it here: its host, and its route where it has one. */
export interface FrontDoor extends FrontDoorOptions {
  /** The answer of a route, or a refusal; `undefined` where GraphQL is to answer. */
  answer(request: Request, state: RequestState): Promise<Response | undefined>
  /** Logs what nobody expected, and hides it. */
  failed(error: unknown, state: RequestState): Response
}

export function createFrontDoor(options: FrontDoorOptions): FrontDoor {
  const { address, bodyLimit, log, metrics, traces } = options
  const routesAt = new Map<string, EdgeRoute[]>()
  for (const route of options.routes) routesAt.set(route.path, [...(routesAt.get(route.path) ?? []), route])
  const noteUnnamed = tellOfUnnamed(options)
  const door: FrontDoor = {
    ...options,
    async answer(request, state) {
      try {
        const path = pathOf(request.url)
        const found = findRoute(routesAt.get(path) ?? [], request)
        const known = 'handle' in found ? found : undefined
        const badHost = known?.anyHost ? undefined : guardHost(request, address)
        const refused =
          badHost ??
          (known ? undefined : path === '/graphql' ? guardGraphQL(request, address) : (found as Refusal)) ??
          guardEncoding(request)
        if (refused) return refuse(refused, state.requestId)
        if (!known) {
          noteUnnamed(state)
          return undefined
        }
        const bounded = await boundedRequest(request, bodyLimit)
        if ('message' in bounded) {
          metrics.refused('bodyBytes')
          return refuse(bounded, state.requestId)
        }
        const answer = () => known.handle(bounded, { clientAddress: state.clientAddress })
        return await (traces
          ? traceRoute(`${known.method} ${known.path}`, state.requestId, answer)
          : answer())
      } catch (error) {
        return door.failed(error, state)
      }
    },
    failed(error, { requestId }) {
      const busy = overloadIn(error)
      if (busy) {
        metrics.overloaded()
        return refuse({ status: 503, message: busy.message, headers: { 'retry-after': '2' } }, requestId)
      }
      log({ level: 'error', message: 'A request failed unexpectedly.', requestId, error })
      return refuse({ status: 500, message: 'Something went wrong on our side.' }, requestId)
    },
  }
  return door
}

const MOST_TOLD = 100

/** Tells the operator, once for each, of proxies that don't say whose requests they pass on: all limits by address are void then (H20). */
function tellOfUnnamed({ trust, log }: FrontDoorOptions): (state: RequestState) => void {
  const told = new Set<string>()
  return ({ clientAddress, requestId }) => {
    if (!trust(clientAddress) || told.has(clientAddress) || told.size >= MOST_TOLD) return
    told.add(clientAddress)
    const message = `The trusted proxy ${clientAddress} passed a request on without a client's address in X-Forwarded-For, or with one that can't be read. Let it set that header: until then all its clients share the limits of one.`
    log({ level: 'error', message, requestId })
  }
}

/** Without `new URL`, which throws on a nonsensical host: that is for the guard to refuse. */
function pathOf(url: string): string {
  const afterHost = url.replace(/^[a-z]+:\/\/[^/?#]*/i, '')
  return afterHost.replace(/[?#].*$/s, '') || '/'
}
