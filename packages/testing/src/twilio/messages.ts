import { inReach, isPhoneNumber, isSender, type MagicNumbers, owns, provoked, type Reach } from './numbers.ts'
import { anything, type Documented, digits, isCallable, truth } from './parameters.ts'
import { type Refusal, refusal } from './refusal.ts'
import { segmentsOf } from './segments.ts'

/** https://www.twilio.com/docs/messaging/api/message-resource#create-a-message */
export const messageParameters: Documented = {
  To: anything,
  From: anything,
  FallbackFrom: anything,
  MessagingServiceSid: /^MG[0-9a-f]{32}$/i,
  Body: anything,
  MediaUrl: anything,
  ContentSid: /^HX[0-9a-f]{32}$/i,
  ContentVariables: anything,
  StatusCallback: anything,
  ApplicationSid: /^AP[0-9a-f]{32}$/i,
  MaxPrice: anything,
  ProvideFeedback: truth,
  Attempt: digits,
  // In seconds, from 1 to 36,000.
  ValidityPeriod: /^([1-9]\d{0,3}|[12]\d{4}|3[0-5]\d{3}|36000)$/,
  ForceDelivery: truth,
  ContentRetention: /^(retain|discard)$/,
  AddressRetention: /^(retain|obfuscate)$/,
  SmartEncoded: truth,
  PersistentAction: anything,
  TrafficType: /^free$/,
  ShortenUrls: truth,
  ScheduleType: /^fixed$/,
  SendAt: anything,
  SendAsMms: truth,
  MessageIntent: anything,
  RiskCheck: /^(enable|disable)$/,
}

/** https://www.twilio.com/docs/iam/test-credentials#test-sms-messages */
const magicReceivers: MagicNumbers = {
  '+15005550001': 21211,
  '+15005550002': 21612,
  '+15005550003': 21408,
  '+15005550004': 21610,
  '+15005550009': 21614,
}
const magicSenders: MagicNumbers = { '+15005550001': 21212, '+15005550007': 21606, '+15005550008': 21611 }

/** Why the API would not take this message; nothing, where it would. */
export function refuseMessage(parameters: URLSearchParams, reach: Reach): Refusal | undefined {
  const value = (name: string) => parameters.get(name) ?? ''
  const [to, from, body] = [value('To'), value('From'), value('Body')]
  const callback = value('StatusCallback')
  if (!to) return refusal(21604)
  if (!from && !value('MessagingServiceSid')) return refusal(21603)
  if (!body && !value('MediaUrl') && !value('ContentSid')) return refusal(21602)
  if (!isPhoneNumber(to)) return refusal(21211, to)
  if (from && !isSender(from)) return refusal(21212, from)
  const provocation = provoked(to, magicReceivers) ?? provoked(from, magicSenders)
  if (provocation) return provocation
  if (from && !owns(from, reach)) return refusal(21606, from)
  if (body.length > 1600) return refusal(21617)
  if (callback && !isCallable(callback)) return refusal(21609, callback)
  if (!inReach(to, reach)) return refusal(21408, to)
  if (reach.optedOut.has(to)) return refusal(21610, to)
  return undefined
}

/** The fields of a new message that no other resource has. A service chooses its sender later. */
export function describeMessage(parameters: URLSearchParams): Readonly<Record<string, unknown>> {
  const service = parameters.get('MessagingServiceSid')
  const body = parameters.get('Body') ?? ''
  return {
    messaging_service_sid: service,
    body,
    status: service ? 'accepted' : 'queued',
    num_segments: service ? '0' : String(segmentsOf(body)),
    num_media: String(parameters.getAll('MediaUrl').length),
    date_sent: null,
    error_code: null,
    error_message: null,
  }
}
