import type { PublicAddress } from './public-address.ts'
import type { Refusal } from './refusal.ts'
import { cookieName, sentToken } from './session-token.ts'

/** RFC 9110 7.2: a name or address, and perhaps a port. */
const HOST = /^([a-z0-9_.-]+|\[[0-9a-f:.]+\])(:\d{1,5})?$/i

/**
 * C12: another name in `Host` is a mistake or an attack, whatever was asked. RFC 9112 3.2: what is no name at all is a bad request;
 * RFC 9110 15.5.20: one that is not ours is misdirected, which tells a browser that shares connections to take another.
 */
export function guardHost(request: Request, address: PublicAddress): Refusal | undefined {
  const host = request.headers.get('host')
  if (address.acceptsHost(host)) return undefined
  const { origin } = address.url
  return HOST.test(host ?? '')
    ? {
        status: 421,
        message: `This gateway is ${origin}; the request came under another name (Host header).`,
      }
    : { status: 400, message: `The Host header is no name; expected that of ${origin}.` }
}

/**
 * H13: a page of another site can make a browser send a form, or a request with "simple" content types, together with the
 * cookie. It can't send `application/json` without asking first, and it can't hide its `Origin`.
 */
export function guardGraphQL(request: Request, address: PublicAddress): Refusal | undefined {
  if (request.method !== 'POST') {
    const message = `GraphQL is asked with POST, so that nothing of it is kept in an address; this was ${request.method}.`
    return { status: 405, message, headers: { allow: 'POST' } }
  }
  return guardContentType(request) ?? guardOrigin(request, address)
}

/** JSON only: every other type is one that forms of another site can send. */
export function guardContentType(request: Request): Refusal | undefined {
  const type = request.headers.get('content-type')
  if (type?.split(';')[0]?.trim().toLowerCase() === 'application/json') return undefined
  const came = type ? `"${type.slice(0, 80)}"` : 'none'
  return { status: 415, message: `Expected the header "Content-Type: application/json", got ${came}.` }
}

/** Whatever says where it comes from has to come from here; what brings the cookie has to say so. */
export function guardOrigin(request: Request, address: PublicAddress): Refusal | undefined {
  const origin = request.headers.get('origin')
  if (origin !== null && !address.acceptsOrigin(origin)) {
    const message = `Requests from pages of ${origin.slice(0, 80)} are not accepted, only from ${address.url.origin}.`
    return { status: 403, message }
  }
  if (origin === null && sentToken(request.headers, address).transport === 'COOKIE') {
    const message = `A request with the cookie "${cookieName(address)}" needs an Origin header, which browsers send. Other clients use "Authorization: Bearer".`
    return { status: 403, message }
  }
  return undefined
}

/**
 * H19: nothing is unpacked: what is a few bytes on the way could be more than there is room for. RFC 9110 15.5.16: the answer says which
 * encodings are taken.
 */
export function guardEncoding(request: Request): Refusal | undefined {
  const encoding = request.headers.get('content-encoding')?.trim().toLowerCase() ?? 'identity'
  if (encoding === 'identity') return undefined
  const message = 'The body is compressed. Send it as it is, without Content-Encoding.'
  return { status: 415, message, headers: { 'accept-encoding': 'identity' } }
}

/** Said to whoever sent more than `limit` bytes. Their connection ends: the rest of the body is not waited for. */
export function tooLarge(limit: number): Refusal {
  const message = `The body is larger than ${limit} bytes. Send less at once.`
  return { status: 413, message, headers: { connection: 'close' } }
}
