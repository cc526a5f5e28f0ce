import type { TokenTransport } from '@security-info/core'
import type { PublicAddress } from './public-address.ts'

/** The session token of a request and how it came. */
export interface SentToken {
  readonly token?: string
  readonly transport: TokenTransport
}

/** Browsers tie a `__Host-` cookie to this very host over TLS. It can't be had on plain http, which only loopback may use. */
export function cookieName(address: PublicAddress): string {
  return address.secure ? '__Host-security-info' : 'security-info'
}

/** An explicit `Authorization` header wins: another site can make a browser send the cookie, but not the header. */
export function sentToken(headers: Headers, address: PublicAddress): SentToken {
  const [scheme, bearer] = headers.get('authorization')?.split(' ') ?? []
  if (scheme?.toLowerCase() === 'bearer' && bearer) return { token: bearer, transport: 'BEARER' }
  const cookie = cookies(headers).find(([name]) => name === cookieName(address))?.[1]
  return cookie ? { token: cookie, transport: 'COOKIE' } : { transport: 'BEARER' }
}

/** `Set-Cookie` for a new token, or one that clears the cookie where the session ended. */
export function setCookie(token: string | undefined, address: PublicAddress): string {
  const value = `${cookieName(address)}=${token ?? ''}; Path=/; HttpOnly; SameSite=Lax`
  return `${value}${address.secure ? '; Secure' : ''}${token === undefined ? '; Max-Age=0' : ''}`
}

/** The cookie of a remembered device: it outlives the session, and the browser. */
function deviceCookieName(address: PublicAddress): string {
  return `${cookieName(address)}-device`
}

/** The token of a remembered device that the browser keeps. */
export function sentDeviceToken(headers: Headers, address: PublicAddress): string | undefined {
  return cookies(headers).find(([name]) => name === deviceCookieName(address))?.[1]
}

/** `Set-Cookie` for a device that is remembered for so many seconds. */
export function setDeviceCookie(token: string, seconds: number, address: PublicAddress): string {
  const value = `${deviceCookieName(address)}=${token}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${seconds}`
  return `${value}${address.secure ? '; Secure' : ''}`
}

function cookies(headers: Headers): readonly (readonly [string, string])[] {
  return (headers.get('cookie') ?? '').split(';').map((pair) => {
    const at = pair.indexOf('=')
    return [pair.slice(0, at).trim(), pair.slice(at + 1).trim()]
  })
}
