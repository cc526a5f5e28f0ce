import type { IncomingMessage, ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { isAuthentic, type TwilioAccount } from './account.ts'
import type { Behaviours } from './behaviour.ts'
import type { Ledger, ResourceName } from './ledger.ts'
import type { Reach } from './numbers.ts'
import { mistakesIn } from './parameters.ts'
import { perform, reply } from './perform.ts'
import { type Refusal, refusal } from './refusal.ts'
import { type Attempt, refuse, resources, take } from './take.ts'

export interface Api {
  readonly account: TwilioAccount
  readonly reach: Reach
  readonly behaviours: Behaviours
  readonly ledger: Ledger
}

/** Answers one request: is it from the account, is it a form for a resource, and then whatever was asked for. */
export async function answer(api: Api, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { account, reach, behaviours, ledger } = api
  const path = new URL(request.url ?? '/', 'http://localhost').pathname
  const isForm = /^application\/x-www-form-urlencoded\b/i.test(request.headers['content-type'] ?? '')
  const body = await text(request)
  const parameters = new URLSearchParams(isForm ? body : '')
  const seen = { path, at: new Date(), parameters }
  const resource = resourceAt(account, path)
  const refused = refuseRequest(account, request, isForm)
  if (refused || !resource) {
    return reply(response, refuse(ledger, { ...seen, behaviour: 'answer' }, refused ?? refusal(20404, path)))
  }
  for (const mistake of mistakesIn(parameters, resources[resource].documented)) {
    ledger.mistakes.push(`${resource}: ${mistake}`)
  }
  const behaviour = behaviours.of({ resource, parameters })
  const attempt: Attempt = { ...seen, behaviour: behaviour.does }
  await perform(behaviour, response, {
    take: () => take(account, reach, ledger, resource, attempt),
    refuse: (failure) => refuse(ledger, attempt, failure),
    ignore: () => ledger.refused.add(attempt),
  })
}

function resourceAt({ accountSid }: TwilioAccount, path: string): ResourceName | undefined {
  const prefix = `/2010-04-01/Accounts/${accountSid}`
  return (['Messages', 'Calls'] as const).find((name) => path === `${prefix}/${name}.json`)
}

function refuseRequest(
  account: TwilioAccount,
  { headers, method }: IncomingMessage,
  isForm: boolean,
): Refusal | undefined {
  if (!isAuthentic(account, headers.authorization)) return refusal(20003)
  if (method !== 'POST') return refusal(20004)
  return isForm ? undefined : refusal(20415)
}
