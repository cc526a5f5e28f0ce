import type { Channel, Delivery, OutgoingMessage } from '@security-info/core'
import type { z } from 'zod'
import { CALL_PATH, callbackAddress, STATUS_PATH } from './callback-address.ts'
import { guarded } from './guard.ts'
import { limitsFor } from './limits.ts'
import { callerOf, type options, type TwilioSettings } from './options.ts'
import { textOf } from './text-message.ts'
import { createProvider, type Provider } from './twilio.ts'

/** The two channels. Without Twilio, or without a sender of its own, a channel can't deliver. */
export function createChannels({
  twilio,
  limits: caps,
  region,
  risk,
}: z.infer<typeof options>): readonly [sms: Channel, voice: Channel] {
  const limits = limitsFor(caps)
  const provider = twilio && createProvider(twilio)
  const text = twilio && provider && texter(provider, twilio)
  const call = twilio && provider && caller(provider, twilio)
  return [
    {
      id: 'sms',
      option: 'twilio',
      limits,
      ...(text && { deliver: guarded({ way: 'text', region, risk }, text) }),
    },
    {
      id: 'voice',
      option: 'twilio',
      limits,
      ...(call && { deliver: guarded({ way: 'call', region, risk }, call) }),
    },
  ]
}

type Deliver = NonNullable<Channel['deliver']>

/** As long as a flow lives. */
const CODE_SECONDS = 300

function texter(provider: Provider, { messagingServiceSid, from }: TwilioSettings): Deliver | undefined {
  if (!messagingServiceSid && !from) return undefined
  const sender = messagingServiceSid ? { messagingServiceSid } : { from: from ?? '' }
  return (message) =>
    provider.text({
      ...sender,
      to: message.to,
      body: textOf(message),
      statusCallback: statusAddress(message),
      // A name with a typographic apostrophe would make two segments of one.
      smartEncoded: true,
      // What waits in a queue for longer than this brings a code that no longer works.
      ...(message.code ? { validityPeriod: CODE_SECONDS } : {}),
    })
}

const RING_SECONDS = 30
/** A call is over long before; nobody should be able to keep the line. */
const CALL_SECONDS = 120

function caller(provider: Provider, twilio: TwilioSettings): Deliver | undefined {
  const from = callerOf(twilio)
  if (from === undefined) return undefined
  return async (message): Promise<Delivery> => {
    // What is read out goes to whoever picks up: codes only, and those only after a key.
    if (!message.code) return { outcome: 'rejected', problem: 'refused' }
    const { to, ref, locale, publicUrl } = message
    return provider.call({
      from,
      to,
      url: callbackAddress(publicUrl, CALL_PATH, new URLSearchParams({ ref, locale })),
      method: 'POST',
      statusCallback: statusAddress(message),
      statusCallbackMethod: 'POST',
      statusCallbackEvent: ['completed'],
      timeout: RING_SECONDS,
      timeLimit: CALL_SECONDS,
    })
  }
}

function statusAddress({ ref, publicUrl }: OutgoingMessage): string {
  return callbackAddress(publicUrl, STATUS_PATH, new URLSearchParams({ ref }))
}
