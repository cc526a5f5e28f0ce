import type { Delivery } from '@security-info/core'
import type { Twilio } from 'twilio'
import type { CallListInstanceCreateOptions } from 'twilio/lib/rest/api/v2010/account/call.js'
import type { MessageListInstanceCreateOptions } from 'twilio/lib/rest/api/v2010/account/message.js'
import type { TwilioSettings } from './options.ts'
import { outcomeOf } from './outcome.ts'

/** The two requests that are ever made. */
export interface Provider {
  text(message: MessageListInstanceCreateOptions): Promise<Delivery>
  call(call: CallListInstanceCreateOptions): Promise<Delivery>
}

/** Twilio's API. The SDK is big, so it is loaded with the first message. */
export function createProvider(settings: TwilioSettings): Provider {
  let client: Promise<Twilio> | undefined
  const attempt = async (
    create: (client: Twilio) => Promise<{ readonly sid: string }>,
  ): Promise<Delivery> => {
    client ??= connect(settings)
    try {
      const { sid } = await create(await client)
      return { outcome: 'accepted', providerId: sid }
    } catch (error) {
      return outcomeOf(error)
    }
  }
  return {
    text: (message) => attempt((client) => client.messages.create(message)),
    call: (call) => attempt((client) => client.calls.create(call)),
  }
}

async function connect(settings: TwilioSettings): Promise<Twilio> {
  const { default: twilio } = await import('twilio')
  const { accountSid, authToken, apiKeySid, apiKeySecret, baseUrl } = settings
  // Core decides when a message may go out again, and which never may (H22).
  const httpClient = new twilio.RequestClient({ timeout: settings.timeoutMs, autoRetry: false })
  const send = httpClient.request.bind(httpClient)
  httpClient.request = async (request) => {
    const response = await send(request)
    // The SDK's exceptions forget the headers.
    if (response.statusCode === 429) throw throttled(response.headers?.['retry-after'])
    return response
  }
  const client = twilio(apiKeySid ?? accountSid, (apiKeySecret ?? authToken).reveal(), {
    accountSid,
    httpClient,
    // Left out, each of these would come from the environment; and in its log there would be codes (H10).
    edge: settings.edge ?? '',
    region: settings.region ?? '',
    logLevel: '',
  })
  if (baseUrl !== undefined) client.api.baseUrl = baseUrl
  return client
}

function throttled(retryAfter: unknown): Error {
  const seconds = /^\d{1,5}$/.test(String(retryAfter)) ? Number(retryAfter) : undefined
  return Object.assign(new Error('Too many requests.'), { status: 429, afterSeconds: seconds })
}
