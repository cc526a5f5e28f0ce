import { createHmac } from 'node:crypto'

/**
 * What Twilio puts into `X-Twilio-Signature`: HMAC-SHA1 with the account's token, in Base64, over the URL as it was
 * given to Twilio, followed by each form parameter, name and value, in the order of the names. A value that comes
 * twice counts once. Source: https://www.twilio.com/docs/usage/security#validating-requests
 */
export function signTwilioRequest(
  authToken: string,
  url: string,
  parameters: Iterable<readonly [name: string, value: string]> = [],
): string {
  const sorted = Array.from(parameters).sort(
    ([name, value], [other, second]) => compare(name, other) || compare(value, second),
  )
  const pairs = sorted.map(([name, value]) => name + value)
  const hmac = createHmac('sha1', authToken).update(url)
  return hmac.update([...new Set(pairs)].join('')).digest('base64')
}

/** By code unit: the order must not depend on a language. */
function compare(left: string, right: string): number {
  if (left === right) return 0
  return left < right ? -1 : 1
}
