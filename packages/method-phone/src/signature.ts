import type { Secret } from '@security-info/core'
import webhooks from 'twilio/lib/webhooks/webhooks.js'
import { callbackAddress } from './callback-address.ts'

/** More than any callback of Twilio's has. */
const LARGEST = 32_768

/**
 * The parameters of a request that Twilio has signed for this path of the public address; `undefined` where it has not. What
 * the request says of its host is not asked (C12, H21). Source: https://www.twilio.com/docs/usage/security
 */
export async function signedParameters(
  request: Request,
  at: { readonly publicUrl: URL; readonly path: string },
  authToken: Secret,
): Promise<URLSearchParams | undefined> {
  const signature = request.headers.get('x-twilio-signature')
  if (!signature || Number(request.headers.get('content-length') ?? 0) > LARGEST) return undefined
  const body = await request.text()
  if (body.length > LARGEST) return undefined
  const parameters = new URLSearchParams(body)
  const url = callbackAddress(at.publicUrl, at.path, new URL(request.url).search)
  const named = [...new Set(parameters.keys())].map((name) => {
    const values = parameters.getAll(name)
    return [name, values.length > 1 ? values : values[0]]
  })
  return webhooks.validateRequest(authToken.reveal(), signature, url, Object.fromEntries(named))
    ? parameters
    : undefined
}
