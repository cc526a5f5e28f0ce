import type { ErrorCode } from './client-errors.ts'

/** A request that is not served, and why. */
export interface Refusal {
  readonly status: number
  readonly message: string
  readonly headers?: Readonly<Record<string, string>>
}

const CODES: Readonly<Record<number, ErrorCode>> = { 403: 'FORBIDDEN', 500: 'INTERNAL', 503: 'OVERLOADED' }

/** A refusal in the shape of a GraphQL error, so that a client has one way to read them. */
export function refuse({ status, message, headers }: Refusal, requestId: string): Response {
  const code = CODES[status] ?? 'BAD_USER_INPUT'
  return json({ errors: [{ message, extensions: { code, requestId } }] }, status, headers)
}

/** An answer in JSON. */
export function json(body: unknown, status = 200, headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
  })
}
