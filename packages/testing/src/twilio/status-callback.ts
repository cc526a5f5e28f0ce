import type { TwilioAccount } from './account.ts'
import type { AcceptedCall, AcceptedMessage } from './ledger.ts'
import type { SendWebhook } from './webhook.ts'

export type MessageStatus =
  | 'queued'
  | 'sending'
  | 'sent'
  | 'delivered'
  | 'undelivered'
  | 'failed'
  | 'read'
  | 'canceled'
export type CallStatus =
  | 'initiated'
  | 'ringing'
  | 'in-progress'
  | 'completed'
  | 'busy'
  | 'no-answer'
  | 'failed'
  | 'canceled'

export interface CallbackOptions {
  /** Such as 30003 (unreachable) or 30006 (landline), with `undelivered` and `failed`. */
  readonly errorCode?: number
  /** Another token than the account's, to send a forged callback. */
  readonly signWith?: string
}

/** What every request about a message or call begins with. */
export function identification(
  account: TwilioAccount,
  { to, from = '' }: AcceptedMessage | AcceptedCall,
): readonly [string, string][] {
  return [
    ['AccountSid', account.accountSid],
    ['ApiVersion', '2010-04-01'],
    ['From', from],
    ['To', to],
  ]
}

/** https://www.twilio.com/docs/messaging/guides/track-outbound-message-status and …/voice/api/call-resource#statuscallback */
export async function sendStatusCallback(
  account: TwilioAccount,
  send: SendWebhook,
  of: AcceptedMessage | AcceptedCall,
  status: MessageStatus | CallStatus,
  { errorCode, signWith }: CallbackOptions,
): Promise<Response> {
  const url = of.parameters.get('StatusCallback')
  if (!url) throw new Error(`${of.sid} was sent without a StatusCallback.`)
  const own = 'body' in of ? aboutMessage(of, status) : aboutCall(of, status)
  const parameters = new URLSearchParams([...identification(account, of), ...own])
  if (errorCode !== undefined) parameters.append('ErrorCode', String(errorCode))
  const method = of.parameters.get('StatusCallbackMethod') ?? 'POST'
  return send({ url, method, parameters, ...(signWith === undefined ? {} : { signWith }) })
}

function aboutMessage({ sid, parameters }: AcceptedMessage, status: string): readonly [string, string][] {
  const service = parameters.get('MessagingServiceSid')
  return [
    ['MessageSid', sid],
    ['MessageStatus', status],
    ['SmsSid', sid],
    ['SmsStatus', status],
    ...(service ? [['MessagingServiceSid', service] as [string, string]] : []),
  ]
}

function aboutCall({ sid }: AcceptedCall, status: string): readonly [string, string][] {
  return [
    ['CallSid', sid],
    ['CallStatus', status],
    ['Direction', 'outbound-api'],
    ['CallbackSource', 'call-progress-events'],
    ['SequenceNumber', '0'],
    ['Timestamp', new Date().toUTCString().replace('GMT', '+0000')],
    ...(status === 'completed' ? [['CallDuration', '12'] as [string, string]] : []),
  ]
}
