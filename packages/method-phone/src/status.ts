import type { DeliveryReport } from '@security-info/core'
import { problemOf } from './problems.ts'

/**
 * What a status callback says, of a text or a call; nothing, where it says nothing new (`queued`, `sending`, `ringing`).
 * https://www.twilio.com/docs/messaging/guides/track-outbound-message-status, …/voice/api/call-resource#statuscallback
 */
export function reportOf(parameters: URLSearchParams): DeliveryReport | undefined {
  const value = (name: string) => parameters.get(name) ?? ''
  const code = Number(value('ErrorCode'))
  const callSid = value('CallSid')
  if (callSid) return callReport(callSid, value('CallStatus'), code)
  const messageSid = value('MessageSid')
  return messageSid ? textReport(messageSid, value('MessageStatus'), code) : undefined
}

function textReport(providerId: string, status: string, code: number): DeliveryReport | undefined {
  switch (status) {
    case 'sent':
      return { providerId, state: 'sent' }
    case 'delivered':
    case 'read':
      return { providerId, state: 'delivered' }
    case 'undelivered':
    case 'failed':
    case 'canceled':
      return { providerId, state: 'failed', problem: problemOf(code) ?? 'refused' }
    default:
      return undefined
  }
}

function callReport(providerId: string, status: string, code: number): DeliveryReport | undefined {
  switch (status) {
    // A call is delivered when its code was spoken, which has been reported then and is not taken back. Where it has not,
    // somebody or something picked up and pressed no key.
    case 'completed':
    case 'no-answer':
    case 'busy':
    case 'canceled':
      return { providerId, state: 'failed', problem: 'noAnswer' }
    case 'failed':
      return { providerId, state: 'failed', problem: problemOf(code) ?? 'unreachable' }
    default:
      return undefined
  }
}
