import { createHash, timingSafeEqual } from 'node:crypto'
import type { Secret, SecurityInfo } from '@security-info/core'
import type { EdgeRoute } from './routes.ts'

/**
 * `GET /metrics` for Prometheus, with `Authorization: Bearer`. To everybody else there is nothing at this address. Whoever
 * collects numbers calls by address, and names us in no cookie, so the name in `Host` does not matter.
 */
export function metricsRoute(metrics: SecurityInfo['metrics'], token: Secret): EdgeRoute {
  const expected = digest(token.reveal())
  return {
    method: 'GET',
    path: '/metrics',
    anyHost: true,
    only(request) {
      const [scheme, sent] = request.headers.get('authorization')?.split(' ') ?? []
      // Digests have one length, and comparing them tells nothing of what they were made of.
      return scheme?.toLowerCase() === 'bearer' && timingSafeEqual(digest(sent ?? ''), expected)
    },
    handle: async () =>
      new Response(await metrics(), {
        headers: { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' },
      }),
  }
}

function digest(text: string): Uint8Array {
  return createHash('sha256').update(text).digest()
}
