import { type RequestInfo, Secret } from '@security-info/core'
import type { PublicAddress } from './public-address.ts'
import { stateOf } from './request-state.ts'
import { sentDeviceToken, sentToken, setCookie, setDeviceCookie } from './session-token.ts'

/** What core is told of a request. `signal` aborts when its answer is over, where it is a stream. */
export function requestInfo(request: Request, address: PublicAddress, signal?: AbortSignal): RequestInfo {
  const { requestId, clientAddress, cookies } = stateOf(request)
  const device = sentDeviceToken(request.headers, address)
  const client = request.headers.get('user-agent')?.slice(0, 200)
  return {
    requestId,
    clientAddress,
    ...sentToken(request.headers, address),
    ...(client ? { client } : {}),
    ...(device ? { deviceToken: new Secret(device) } : {}),
    ...(signal ? { signal } : {}),
    locales: localesOf(request.headers.get('accept-language')),
    onToken(token, transport) {
      if (transport === 'COOKIE') cookies.push(setCookie(token, address))
    },
    onDeviceToken(token, transport, seconds) {
      if (transport === 'COOKIE') cookies.push(setDeviceCookie(token, seconds, address))
    },
  }
}

/**
 * RFC 9110 12.5.4: best first. A client that names none gets English from core. Without extensions (BCP 47 2.2.6): they are for calendars
 * and digits, and whoever makes a change must not write the time of it in some that its owner can't read.
 */
export function localesOf(header: string | null): readonly string[] {
  return (header ?? '')
    .slice(0, 500)
    .split(',')
    .map((part, index) => {
      const [tag = '', quality] = part.trim().split(/\s*;\s*q=/)
      return { tag, index, weight: quality === undefined ? 1 : Number(quality) || 0 }
    })
    .filter(({ tag, weight }) => /^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$/.test(tag) && weight > 0)
    .sort((a, b) => b.weight - a.weight || a.index - b.index)
    .map(({ tag }) => tag.split(/-[A-Za-z0-9]-/, 1)[0] ?? tag)
}
