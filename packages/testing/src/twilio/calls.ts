import { inReach, isPhoneNumber, type MagicNumbers, owns, provoked, type Reach } from './numbers.ts'
import { anything, type Documented, digits, isCallable, truth, verb } from './parameters.ts'
import { type Refusal, refusal } from './refusal.ts'

/** https://www.twilio.com/docs/voice/api/call-resource#create-a-call */
export const callParameters: Documented = {
  To: anything,
  From: anything,
  Url: anything,
  Method: verb,
  Twiml: /^.{1,4000}$/s,
  ApplicationSid: /^AP[0-9a-f]{32}$/i,
  FallbackUrl: anything,
  FallbackMethod: verb,
  StatusCallback: anything,
  StatusCallbackEvent: /^(initiated|ringing|answered|completed)$/,
  StatusCallbackMethod: verb,
  SendDigits: /^[0-9A-DwW#*]{1,32}$/,
  // In seconds, 600 at most.
  Timeout: /^([1-9]\d?|[1-5]\d\d|600)$/,
  TimeLimit: digits,
  Record: truth,
  RecordingChannels: /^(mono|dual)$/,
  RecordingTrack: /^(inbound|outbound|both)$/,
  RecordingStatusCallback: anything,
  RecordingStatusCallbackMethod: verb,
  RecordingStatusCallbackEvent: /^(in-progress|completed|absent)( (in-progress|completed|absent))*$/,
  RecordingConfigurationId: anything,
  Trim: /^(trim-silence|do-not-trim)$/,
  SipAuthUsername: anything,
  SipAuthPassword: anything,
  MachineDetection: /^(Enable|DetectMessageEnd)$/,
  MachineDetectionTimeout: digits,
  MachineDetectionSpeechThreshold: digits,
  MachineDetectionSpeechEndThreshold: digits,
  MachineDetectionSilenceTimeout: digits,
  AsyncAmd: truth,
  AsyncAmdStatusCallback: anything,
  AsyncAmdStatusCallbackMethod: verb,
  Passports: anything,
  Byoc: anything,
  CallerId: anything,
  CallReason: anything,
  CallToken: anything,
  ClientNotificationUrl: anything,
}

/** https://www.twilio.com/docs/iam/test-credentials#test-calls */
const magicReceivers: MagicNumbers = {
  '+15005550001': 21217,
  '+15005550002': 21214,
  '+15005550003': 21215,
  '+15005550004': 21216,
}
const magicSenders: MagicNumbers = { '+15005550001': 21212 }

/** Why the API would not make this call; nothing, where it would. */
export function refuseCall(parameters: URLSearchParams, reach: Reach): Refusal | undefined {
  const value = (name: string) => parameters.get(name) ?? ''
  const [to, from, url] = [value('To'), value('From'), value('Url')]
  const callback = value('StatusCallback')
  if (!to) return refusal(21201)
  if (!from) return refusal(21213)
  if (!url && !value('Twiml') && !value('ApplicationSid')) return refusal(21205)
  if (url && !isCallable(url)) return refusal(21205, url)
  if (callback && !isCallable(callback)) return refusal(21609, callback)
  if (!isPhoneNumber(to)) return refusal(21211, to)
  if (!isPhoneNumber(from)) return refusal(21212, from)
  const provocation = provoked(to, magicReceivers) ?? provoked(from, magicSenders)
  if (provocation) return provocation
  if (!owns(from, reach)) return refusal(21210, from)
  if (!inReach(to, reach)) return refusal(21215, to)
  return undefined
}

/** The fields of a new call that no other resource has. */
export function describeCall(parameters: URLSearchParams): Readonly<Record<string, unknown>> {
  return {
    status: 'queued',
    to_formatted: parameters.get('To'),
    from_formatted: parameters.get('From'),
    parent_call_sid: null,
    phone_number_sid: null,
    start_time: null,
    end_time: null,
    duration: null,
    answered_by: null,
    forwarded_from: null,
    group_sid: null,
    caller_name: null,
    queue_time: '0',
    trunk_sid: null,
  }
}
