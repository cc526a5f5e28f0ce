/** Requests to the fake, as a plugin would send them. */
import type { FakeTwilio } from '../src/twilio/fake-twilio.ts'

export type Form = Readonly<Record<string, string>>

export const account = {
  accountSid: `AC${'0'.repeat(32)}`,
  authToken: 'the token',
  apiKey: `SK${'1'.repeat(32)}`,
  apiSecret: 'the secret',
}
export const sms = { To: '+491701234567', From: '+15005550006', Body: 'Your code is 123456' }
export const call = { To: '+491701234567', From: '+15005550006', Url: 'https://id.example.org/twiml' }

export function post(
  twilio: FakeTwilio,
  resource: string,
  form: Form | string[][],
  init: RequestInit = {},
): Promise<Response> {
  return fetch(`${twilio.baseUrl}/2010-04-01/Accounts/${account.accountSid}/${resource}.json`, {
    method: 'POST',
    headers: { authorization: basic(account.accountSid, account.authToken) },
    body: new URLSearchParams(form),
    ...init,
  })
}

export function basic(name: string, password: string): string {
  return `Basic ${btoa(`${name}:${password}`)}`
}

export async function json(response: Response): Promise<Readonly<Record<string, unknown>>> {
  return (await response.json()) as Record<string, unknown>
}
