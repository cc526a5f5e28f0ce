import { randomUUID } from 'node:crypto'
import { signTwilioRequest } from './signature.ts'

/** What stands behind a public origin: another origin (`http://127.0.0.1:4000`), or a handler in this process. */
export type Target = string | ((request: Request) => Response | Promise<Response>)

interface Webhook {
  readonly url: string
  readonly method?: string
  readonly parameters: URLSearchParams
  /** Signs with this instead of the account's token, to forge a request. */
  readonly signWith?: string
}

/** Sends a signed request the way Twilio does, and gives back the answer. */
export type SendWebhook = (webhook: Webhook) => Promise<Response>

/**
 * Signatures are made over the public URL. The request goes where `targets` says that its origin really is, as a proxy
 * would send it on; a handler sees the public URL.
 */
export function createWebhooks(authToken: string, targets: ReadonlyMap<string, Target>): SendWebhook {
  return async ({ url, method = 'POST', parameters, signWith = authToken }) => {
    const get = method.toUpperCase() === 'GET'
    const full = get ? `${url}${url.includes('?') ? '&' : '?'}${parameters}` : url
    const request = new Request(full, {
      method: get ? 'GET' : 'POST',
      headers: {
        'user-agent': 'TwilioProxy/1.1',
        'x-twilio-signature': signTwilioRequest(signWith, full, get ? [] : parameters),
        'i-twilio-idempotency-token': randomUUID(),
      },
      body: get ? null : parameters,
      redirect: 'manual',
      // As long as Twilio waits.
      signal: AbortSignal.timeout(15_000),
    })
    const target = targets.get(new URL(full).origin)
    if (typeof target === 'function') return target(request)
    return fetch(target === undefined ? request : new Request(at(target, full), request))
  }
}

function at(origin: string, url: string): string {
  const { pathname, search } = new URL(url)
  return new URL(`${pathname}${search}`, origin).href
}
