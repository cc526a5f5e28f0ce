import { type Attributes, type Span, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import { type ExecutionArgs, getOperationAST } from 'graphql'
import type { Plugin } from 'graphql-yoga'
import { stateOf } from './request-state.ts'

/** Names are the client's; anything but a plain one is left out, so that nobody writes into somebody's traces. */
const PLAIN_NAME = /^\w{1,64}$/

/**
 * Spans for an OpenTelemetry SDK in the process; where there is none, they are nothing. Of a request they hold its type, name, id and
 * the codes of its errors: never variables, messages or addresses, which may hold secrets (H10).
 */
export function useTracing(): Plugin {
  return {
    onExecute({ executeFn, setExecuteFn }) {
      setExecuteFn((args: ExecutionArgs) => inSpan(...describe(args), () => executeFn(args), codesOf))
    },
    // A stream's span ends when it has begun: it may be open for hours.
    onSubscribe({ subscribeFn, setSubscribeFn }) {
      setSubscribeFn((args: ExecutionArgs) => inSpan(...describe(args), () => subscribeFn(args), codesOf))
    },
  }
}

/** The same for a route; `name` is from our own list. */
export function traceRoute(
  name: string,
  requestId: string,
  answer: () => Response | Promise<Response>,
): Promise<Response> {
  return inSpan(name, { 'security_info.request_id': requestId }, answer, (span, response) => {
    span.setAttribute('http.response.status_code', response.status)
    if (response.status >= 500) span.setStatus({ code: SpanStatusCode.ERROR })
  })
}

function describe({ document, operationName, contextValue }: ExecutionArgs): readonly [string, Attributes] {
  const operation = getOperationAST(document, operationName)
  const type = operation?.operation ?? 'query'
  const name = operation?.name?.value ?? ''
  const { requestId } = stateOf((contextValue as { request: Request }).request)
  const known = PLAIN_NAME.test(name)
  return [
    known ? `${type} ${name}` : type,
    {
      'graphql.operation.type': type,
      'security_info.request_id': requestId,
      ...(known && { 'graphql.operation.name': name }),
    },
  ]
}

function codesOf(span: Span, result: unknown): void {
  const { errors = [] } = (result ?? {}) as { errors?: readonly { extensions?: { code?: unknown } }[] }
  if (errors.length === 0) return
  const codes = errors.map(({ extensions }) => extensions?.code)
  span.setAttribute('security_info.error_codes', [
    ...new Set(codes.map((code) => (typeof code === 'string' ? code : 'INTERNAL'))),
  ])
  span.setStatus({ code: SpanStatusCode.ERROR })
}

async function inSpan<T>(
  name: string,
  attributes: Attributes,
  work: () => T | Promise<T>,
  note: (span: Span, result: T) => void,
): Promise<T> {
  const tracer = trace.getTracer('security-info')
  return tracer.startActiveSpan(name, { kind: SpanKind.SERVER, attributes }, async (span) => {
    try {
      const result = await work()
      note(span, result)
      return result
    } catch (error) {
      // What went wrong is in the log under the request's id.
      span.setStatus({ code: SpanStatusCode.ERROR })
      throw error
    } finally {
      span.end()
    }
  })
}
