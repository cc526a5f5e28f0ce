import type { Secret, SecurityInfo } from '@security-info/core'
import { createYoga } from 'graphql-yoga'
import { type Trust, trustNobody } from './edge/client-address.ts'
import { createDocumentCache, noErrorCache } from './edge/document-cache.ts'
import { createEdgeMetrics } from './edge/edge-metrics.ts'
import { createFrontDoor } from './edge/front-door.ts'
import { LIMITS, type Limits } from './edge/limits.ts'
import { metricsRoute } from './edge/metrics-route.ts'
import { refuseNoAddress } from './edge/node-address.ts'
import { createRouteListener } from './edge/node-routes.ts'
import { checkOperations, type Operations, useOperations } from './edge/operations.ts'
import { UNDO_DOCUMENT } from './edge/own-documents.ts'
import { isLoopback, publicAddress } from './edge/public-address.ts'
import { json } from './edge/refusal.ts'
import type { ServerContext } from './edge/request-state.ts'
import type { EdgeRoute } from './edge/routes.ts'
import { useTracing } from './edge/tracing.ts'
import { useClientErrors } from './edge/use-client-errors.ts'
import { useDocuments } from './edge/use-documents.ts'
import { useExecution } from './edge/use-execution.ts'
import { useFrontDoor } from './edge/use-front-door.ts'
import { type HttpServer, listen } from './http-server.ts'
import type { Log } from './log.ts'
import { undoRoutes } from './undo/routes.ts'

export interface GatewayOptions {
  readonly securityInfo: Pick<SecurityInfo, 'schema' | 'routes' | 'ready' | 'context' | 'metrics'>
  /** The one address of the gateway from outside. */
  readonly publicUrl: URL
  readonly log: Log
  /** Introspection, and errors that list what exists. Off in production (H16). */
  readonly open?: boolean
  /** Routes besides the plugins' own: GraphiQL and what only a sandbox has. */
  readonly routes?: readonly EdgeRoute[]
  /** The proxies whose `X-Forwarded-For` counts; none by default. */
  readonly trust?: Trust
  /** What `GET /metrics` asks for; without it there are none. */
  readonly metricsToken?: Secret
  /** Spans for an OpenTelemetry SDK in this process; none by default. */
  readonly traces?: boolean
  /** What one request may ask for, where it is not the usual. */
  readonly limits?: Partial<Limits>
  /** Documents that clients may name instead of sending them; strict: they may send no others. */
  readonly operations?: Operations
}

export interface Gateway {
  /** What it answers besides `POST /graphql`; for an inventory (C10). */
  readonly routes: readonly Pick<EdgeRoute, 'method' | 'path'>[]
  /** Answers one request without a socket. */
  fetch(request: Request, from?: { readonly clientAddress: string }): Promise<Response>
  listen(at: { readonly host: string; readonly port: number }): Promise<HttpServer>
  /** From now on `/readyz` says no, so that nothing new is sent here, and open streams end. */
  drain(): void
}

/**
 * The GraphQL API of one `SecurityInfo` over HTTP, with everything that stands in front of it.
 * @throws ConfigurationFault that names each registered document that would be refused
 */
export function createGateway(options: GatewayOptions): Gateway {
  const { securityInfo, log, metricsToken, operations, open = false, traces = false } = options
  const limits = { ...LIMITS, ...options.limits }
  const address = publicAddress(options.publicUrl)
  if (!address.secure && !isLoopback(address.url.hostname)) {
    throw new Error(
      `The public address ${address.url.origin} is not https; only a loopback address may be without.`,
    )
  }
  if (operations) checkOperations(operations, securityInfo.schema, limits)
  const draining = new AbortController()
  const metrics = createEdgeMetrics()
  const printMetrics = async () => metrics.print() + (await securityInfo.metrics())
  const own = [
    ...probeRoutes(securityInfo, () => draining.signal.aborted),
    ...(metricsToken ? [metricsRoute(printMetrics, metricsToken)] : []),
    ...undoRoutes(),
  ]
  const door = createFrontDoor({
    address,
    routes: [...own, ...securityInfo.routes, ...(options.routes ?? [])],
    bodyLimit: limits.bodyBytes,
    log,
    metrics,
    traces,
    trust: options.trust ?? trustNobody,
  })
  const serveRoute = createRouteListener(door)
  const documentCache = createDocumentCache()
  const yoga = createYoga<ServerContext>({
    schema: securityInfo.schema,
    graphqlEndpoint: '/graphql',
    logging: false,
    // Every error passes `useClientErrors`, which knows the request; yoga's own masking sees only some of them.
    maskedErrors: false,
    graphiql: false,
    landingPage: false,
    // Yoga answers it before any guard, and it can't be switched off: no address ends with a space.
    healthCheckEndpoint: ' ',
    cors: false,
    multipart: false,
    batching: false,
    maxRequestBodySize: limits.bodyBytes,
    extraParamNames: ['documentId'],
    parserAndValidationCache: { documentCache, errorCache: noErrorCache },
    plugins: [
      useFrontDoor(door),
      ...(operations ? [useOperations(operations, [UNDO_DOCUMENT])] : []),
      useDocuments({ open, limits, cache: documentCache }),
      useExecution({
        schema: securityInfo.schema,
        context: securityInfo.context,
        address,
        open,
        limits,
        metrics,
        ending: draining.signal,
      }),
      ...(traces ? [useTracing()] : []),
      useClientErrors(log, metrics),
    ],
  })
  return {
    routes: door.routes,
    fetch: async (request, from) => yoga.fetch(request, from ?? {}),
    listen: (at) =>
      listen(
        (request, response) =>
          void (
            serveRoute(request, response) ||
            refuseNoAddress(door, request, response) ||
            yoga(request, response)
          ),
        at,
      ),
    drain: () => draining.abort(),
  }
}

/** `/livez`: the process answers. `/readyz`: so does the database, and the gateway is not about to stop. */
function probeRoutes(
  securityInfo: Pick<SecurityInfo, 'ready'>,
  draining: () => boolean,
): readonly EdgeRoute[] {
  return [
    { method: 'GET', path: '/livez', anyHost: true, handle: () => json({ status: 'live' }) },
    {
      method: 'GET',
      path: '/readyz',
      anyHost: true,
      async handle() {
        if (draining()) return json({ status: 'stopping' }, 503)
        try {
          await securityInfo.ready()
          return json({ status: 'ready' })
        } catch {
          return json({ status: 'the database does not answer' }, 503)
        }
      },
    },
  ]
}
