import { isEventStream } from './event-stream.ts'
import type { PublicAddress } from './public-address.ts'
import type { RequestState } from './request-state.ts'

/** Answers are for one person and one moment; nothing may keep, frame, sniff or embed them (M21). */
const ALWAYS = Object.entries({
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
})

/** The part of `Headers` that completing an answer takes. */
export type AnswerHeaders = Pick<Headers, 'get' | 'has' | 'set' | 'append' | 'delete'>

/** Completes an answer. What a route has set itself stays. */
export function completeHeaders(headers: AnswerHeaders, state: RequestState, address: PublicAddress): void {
  if (isEventStream(headers)) completeStreamHeaders(headers)
  headers.set('x-request-id', state.requestId)
  for (const cookie of state.cookies) headers.append('set-cookie', cookie)
  for (const [name, value] of ALWAYS) if (!headers.has(name)) headers.set(name, value)
  if (!headers.has('content-security-policy')) {
    headers.set(
      'content-security-policy',
      "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    )
  }
  if (address.secure) headers.set('strict-transport-security', 'max-age=63072000')
}

/** Yoga lets caches keep streams, and names an encoding that does not exist. A proxy must not collect events either. */
function completeStreamHeaders(headers: AnswerHeaders): void {
  headers.delete('content-encoding')
  headers.set('cache-control', 'no-store')
  headers.set('x-accel-buffering', 'no')
}
