import { type ASTNode, GraphQLError } from 'graphql'
import type { Log } from '../log.ts'

/** What `extensions.code` of a top-level error can be. Everything a person can cause and mend is data, not one of these. */
export type ErrorCode =
  | 'UNAUTHENTICATED'
  | 'FORBIDDEN'
  | 'BAD_USER_INPUT'
  | 'TOO_COMPLEX'
  | 'OVERLOADED'
  | 'INTERNAL'

const OUTWARD: ReadonlySet<unknown> = new Set([
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'BAD_USER_INPUT',
  'TOO_COMPLEX',
  'OVERLOADED',
] satisfies ErrorCode[])

/**
 * A fault in what the client sent, found by the edge itself. A client that asks for `application/json` gets 200 with the error, as GraphQL
 * over HTTP has it; `always` 400 where there was no document to speak of.
 */
export function badInput(
  message: string,
  nodes: readonly ASTNode[] | null = null,
  status: 'spec' | 'always' = 'spec',
): GraphQLError {
  const http = { status: 400, ...(status === 'spec' && { spec: true }) }
  return new GraphQLError(message, { nodes, extensions: { code: 'BAD_USER_INPUT', http } })
}

/**
 * The one gate through which every error leaves. Errors that were meant for the client pass with their code; anything
 * else is a fault of ours: the client gets a request id, and the log gets the error.
 */
export function clientError(error: GraphQLError, requestId: string, log: Log): GraphQLError {
  const { nodes = null, source = null, positions = null, path = null } = error
  const leave = (message: string, code: ErrorCode, more: Record<string, unknown> = {}) =>
    new GraphQLError(message, { nodes, source, positions, path, extensions: { ...more, code, requestId } })
  const http = error.extensions.http
  const busy = overloadIn(error)

  if (busy) return leave(busy.message, 'OVERLOADED', busy.extensions)
  if (isMeant(error)) return leave(error.message, error.extensions.code as ErrorCode, error.extensions)
  if (isRefusedByHttp(error)) {
    // What is left of a body that was too large is not waited for.
    if ((http as { status: number }).status !== 413)
      return leave(withoutTokens(error.message), 'BAD_USER_INPUT', { http })
    // What is left of the body is not waited for.
    const closing = { status: 413, headers: { connection: 'close' } }
    const message = 'The body of this request is too large. Send less at once.'
    return leave(message, 'BAD_USER_INPUT', { limit: 'bodyBytes', http: closing })
  }
  if (isMisfit(error)) return leave('A value in the request does not fit where it is used.', 'BAD_USER_INPUT')

  log({
    level: 'error',
    message: 'A request failed unexpectedly.',
    requestId,
    error: error.originalError ?? error,
  })
  // `unexpected` makes it a 500 where there is no data; yoga takes it out of what is sent.
  return leave(
    `Something went wrong on our side, and nothing of it is shown here. Whoever runs this gateway finds it in the log under request ${requestId}.`,
    'INTERNAL',
    { unexpected: true },
  )
}

function isMeant(error: GraphQLError): boolean {
  return OUTWARD.has(error.extensions.code) && rootOf(error) instanceof GraphQLError
}

/** Refusals by yoga and graphql-js before anything was executed: bad JSON, wrong method, syntax, validation. */
function isRefusedByHttp(error: GraphQLError): boolean {
  const http = error.extensions.http as { status?: unknown } | undefined
  const status = typeof http?.status === 'number' ? http.status : 0
  return error.path === undefined && rootOf(error) instanceof GraphQLError && status >= 400 && status < 500
}

/** graphql-js found, only while executing, that an argument does not fit (a null variable where a default was). */
function isMisfit(error: GraphQLError): boolean {
  const root = rootOf(error)
  const kind = root instanceof GraphQLError && root !== error ? root.nodes?.[0]?.kind : undefined
  return kind !== undefined && (kind === 'Argument' || kind === 'Variable' || kind.endsWith('Value'))
}

/** That there is too much to do, however it was wrapped on its way here: by graphql-js, and by drizzle where a statement found no connection. */
export function overloadIn(error: unknown): GraphQLError | undefined {
  for (let at = error, depth = 0; at instanceof Error && depth < 5; depth++) {
    if (at instanceof GraphQLError && at.extensions.code === 'OVERLOADED') return at
    at = (at instanceof GraphQLError ? at.originalError : undefined) ?? at.cause
  }
  return undefined
}

function rootOf(error: GraphQLError): Error {
  let root: Error = error
  while (root instanceof GraphQLError && root.originalError) root = root.originalError
  return root
}

/** A syntax error quotes what it stumbled over, which may be part of a password. Line and column say where it is. */
function withoutTokens(message: string): string {
  return message.replace(/\b(Name|Int|Float|String|BlockString) ".*"/su, '$1')
}
