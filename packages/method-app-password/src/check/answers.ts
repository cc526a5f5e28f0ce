import type { Asked } from './asked.ts'

/** Who was recognised. */
export interface Recognised {
  readonly userId: string
  /** The identifier they sign in with. */
  readonly identifier: string
}

/** Yes: in headers for `auth_request` of nginx, in JSON for who asked with it. */
export function yes(form: Asked['form'], { userId, identifier }: Recognised): Response {
  if (form === 'json') return Response.json({ ok: true, user: identifier, userId })
  return new Response(null, { headers: { 'x-auth-user': headerText(identifier), 'x-auth-user-id': userId } })
}

/** No. Whatever the reason is, it is the same answer. */
export function no(form: Asked['form'], realm: string): Response {
  if (form === 'json') return Response.json({ ok: false })
  return new Response(null, {
    status: 401,
    headers: { 'www-authenticate': `Basic realm="${realm}", charset="UTF-8"` },
  })
}

/** No, and too often. */
export function later(form: Asked['form'], seconds: number): Response {
  const headers = { 'retry-after': String(seconds) }
  if (form === 'json') return Response.json({ ok: false, retryAfter: seconds }, { status: 429, headers })
  return new Response(null, { status: 429, headers })
}

/** A mistake of the server that asks, for its operator. Nothing was looked at. */
export function mistaken(status: 400 | 403 | 415, error: string): Response {
  return Response.json({ error }, { status })
}

/**
 * A name in a header: visible ASCII as it is, all else and the percent sign as the percent-encoded bytes of its UTF-8
 * (RFC 3986 2.1). So no name can end the line or begin another header, and every name can be had back.
 */
export function headerText(name: string): string {
  return name.replace(/[^!-$&-~]+/gu, encodeURIComponent)
}
