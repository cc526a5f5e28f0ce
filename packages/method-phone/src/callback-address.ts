/** Where Twilio finds us. The paths are those of the routes, below the public address. */
export const STATUS_PATH = '/phone/status'
export const CALL_PATH = '/phone/call'
export const CODE_PATH = '/phone/call/code'

/**
 * An address for Twilio: from the configuration and never from a request (C12), so that a signature over it means
 * something. `search` is taken as it came, for that is what was signed.
 */
export function callbackAddress(publicUrl: URL, path: string, search: URLSearchParams | string): string {
  const base = publicUrl.pathname.replace(/\/$/, '')
  return `${publicUrl.origin}${base}${path}?${String(search).replace(/^\?/, '')}`
}
