import { randomBytes } from 'node:crypto'
import type { TwilioAccount } from './account.ts'
import type { Behaviour } from './behaviour.ts'
import { callParameters, describeCall, refuseCall } from './calls.ts'
import type { Accepted, Ledger, ResourceName } from './ledger.ts'
import { describeMessage, messageParameters, refuseMessage } from './messages.ts'
import type { Reach } from './numbers.ts'
import type { Refusal } from './refusal.ts'

export const resources = {
  Messages: { prefix: 'SM', documented: messageParameters, refuse: refuseMessage, describe: describeMessage },
  Calls: { prefix: 'CA', documented: callParameters, refuse: refuseCall, describe: describeCall },
} as const

/** A request as the log will tell of it. */
export interface Attempt {
  readonly path: string
  readonly at: Date
  readonly parameters: URLSearchParams
  readonly behaviour: Behaviour['does']
}

/** What the API has to say, if it gets to say it. */
export interface Reply {
  readonly status: number
  readonly body: object
}

/** Takes the message or call, or refuses it for what is in it; either way it is in the log from now on. */
export function take(
  account: TwilioAccount,
  reach: Reach,
  ledger: Ledger,
  name: ResourceName,
  attempt: Attempt,
): Reply {
  const { at, parameters, behaviour } = attempt
  const { prefix, refuse: check, describe } = resources[name]
  const refused = check(parameters, reach)
  if (refused) return refuse(ledger, attempt, refused)
  const from = parameters.get('From')
  const url = parameters.get('Url')
  const accepted: Accepted = {
    sid: prefix + randomBytes(16).toString('hex'),
    at,
    to: parameters.get('To') ?? '',
    ...(from ? { from } : {}),
    parameters,
    behaviour,
  }
  if (name === 'Messages') ledger.messages.add({ ...accepted, body: parameters.get('Body') ?? '' })
  else ledger.calls.add({ ...accepted, ...(url ? { url } : {}) })
  return { status: 201, body: { ...describeAny(account, name, accepted), ...describe(parameters) } }
}

export function refuse(ledger: Ledger, attempt: Attempt, refused: Refusal): Reply {
  const { status, code } = refused
  ledger.refused.add({ ...attempt, status, code })
  return { status, body: refused }
}

/** The fields that messages and calls have in common. */
function describeAny({ accountSid }: TwilioAccount, name: ResourceName, { sid, at, to, from }: Accepted) {
  const uri = `/2010-04-01/Accounts/${accountSid}/${name}/${sid}`
  // RFC 2822, always in GMT.
  const date = at.toUTCString().replace('GMT', '+0000')
  return {
    sid,
    account_sid: accountSid,
    api_version: '2010-04-01',
    date_created: date,
    date_updated: date,
    to,
    from: from ?? null,
    direction: 'outbound-api',
    price: null,
    price_unit: 'USD',
    uri: `${uri}.json`,
    subresource_uris: name === 'Messages' ? { media: `${uri}/Media.json` } : { events: `${uri}/Events.json` },
  }
}
