import type { Delivery } from '@security-info/core'
import { problemOf } from './problems.ts'

/** What is known of a request that failed: of the SDK's exceptions, and of those of its HTTP client. */
interface Failure {
  readonly status?: unknown
  /** Twilio's number, or Node's name for what happened to a connection. */
  readonly code?: unknown
  readonly afterSeconds?: number
}

/** No byte of the request has left: nobody was reached, or nobody who could prove to be Twilio. */
const NEVER_SENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ENETUNREACH',
  'EHOSTUNREACH',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
])

/**
 * What a failure says about the message: it surely was not taken, never will be, or may have been (M10). The error itself
 * goes no further: it holds the request, and with it code and credentials (H10).
 */
export function outcomeOf(error: unknown): Delivery {
  const { status, code, afterSeconds } = (error ?? {}) as Failure
  if (typeof status !== 'number') {
    const reason = typeof code === 'string' ? code : 'no answer'
    return { outcome: NEVER_SENT.has(reason) ? 'retry' : 'unknown', reason }
  }
  // Too many requests, or too many messages a day (63038): was not processed.
  const reason = `HTTP ${status}${typeof code === 'number' ? `, code ${code}` : ''}`
  if (status === 429)
    return { outcome: 'retry', reason, ...(afterSeconds === undefined ? {} : { afterSeconds }) }
  if (status < 400 || status === 408 || status >= 500) return { outcome: 'unknown', reason }
  const problem = typeof code === 'number' ? problemOf(code) : undefined
  if (problem) return { outcome: 'rejected', problem }
  // Wrong credentials, account or address: every message will fail, so that the breaker should see it.
  if (status === 401 || status === 403 || status === 404) return { outcome: 'retry', reason }
  return { outcome: 'rejected', problem: 'refused' }
}
