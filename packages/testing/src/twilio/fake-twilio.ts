import { checkAccount, type TwilioAccount } from './account.ts'
import { answer } from './api.ts'
import { type Behaviour, createBehaviours, type Rule } from './behaviour.ts'
import { type AcceptedCall, type AcceptedMessage, openLedger, type Refused } from './ledger.ts'
import { listenOnLoopback } from './loopback.ts'
import { playCall } from './play-call.ts'
import {
  type CallbackOptions,
  type CallStatus,
  type MessageStatus,
  sendStatusCallback,
} from './status-callback.ts'
import { createWebhooks, type Target } from './webhook.ts'

export type { TwilioAccount } from './account.ts'
export type { Behaviour, Rule, TwilioRequest } from './behaviour.ts'
export type { AcceptedCall, AcceptedMessage, Refused } from './ledger.ts'
export { signTwilioRequest } from './signature.ts'
export type { CallbackOptions, CallStatus, MessageStatus } from './status-callback.ts'
export type { Target } from './webhook.ts'

export interface FakeTwilioOptions extends TwilioAccount {
  /** The senders that the account owns (else 21606, 21210); any sender is taken where this is missing. */
  readonly numbers?: readonly string[]
  /** The beginnings of the numbers it may reach, such as `+49` (else 21408, 21215); all where this is missing. */
  readonly regions?: readonly string[]
  /** Who has answered STOP before (21610). */
  readonly optedOut?: readonly string[]
  /** What stands behind the public origins in callback URLs: `{ 'https://id.example.org': 'http://127.0.0.1:4000' }`. */
  readonly targets?: Readonly<Record<string, Target>>
}

/** A server that speaks the part of Twilio's API that sends messages and makes calls. */
export interface FakeTwilio {
  /** Takes the place of `https://api.twilio.com`. */
  readonly baseUrl: string
  /** Every message that was taken, in order; also those whose sender was not told. */
  readonly messages: readonly AcceptedMessage[]
  readonly calls: readonly AcceptedCall[]
  /** Every request that nothing came of. */
  readonly refused: readonly Refused[]
  /** What the real API takes in silence: unknown parameters and values. Expect this to be empty. */
  readonly mistakes: readonly string[]
  /** The first message that matches, of those that are here and those to come. */
  message(matching?: (message: AcceptedMessage) => boolean): Promise<AcceptedMessage>
  call(matching?: (call: AcceptedCall) => boolean): Promise<AcceptedCall>
  /** What happens to the next requests, one each, before any rule is asked. */
  next(...behaviours: readonly Behaviour[]): void
  /** What happens to all others, until another rule is given; without one they are answered as usual. */
  behave(rule?: Rule): void
  /** Somebody answers STOP. */
  optOut(number: string): void
  /** Says, or corrects, what stands behind a public origin: the gateway's port may only be known after this one's. */
  route(publicOrigin: string, target: Target): void
  /**
   * Tells the `StatusCallback` of a message or call of its new status, signed, and gives back the answer.
   *
   * @throws where there is no such message or call, or it was sent without a `StatusCallback`
   */
  callback(sid: string, status: MessageStatus | CallStatus, options?: CallbackOptions): Promise<Response>
  /**
   * Answers a call and presses keys: each `<Gather>` takes what it wants of those that are left. Without keys, what a
   * voice mailbox would record.
   *
   * @returns what was spoken, in order
   * @throws where an address answers with an error, or with something that can't be played
   */
  press(callSid: string, keys?: string): Promise<readonly string[]>
  /** Ends everything that is still waiting. May be called twice. */
  close(): Promise<void>
}

/** Starts a fake on a free port of 127.0.0.1. @throws where a SID of the account is none */
export async function startFakeTwilio(options: FakeTwilioOptions): Promise<FakeTwilio> {
  checkAccount(options)
  const ledger = openLedger()
  const behaviours = createBehaviours()
  const optedOut = new Set(options.optedOut)
  const targets = new Map(Object.entries(options.targets ?? {}))
  const send = createWebhooks(options.authToken, targets)
  const api = { account: options, reach: { ...options, optedOut }, behaviours, ledger }
  const { baseUrl, close } = await listenOnLoopback((request, response) => {
    answer(api, request, response).catch((cause: unknown) => {
      // Somebody left in the middle of a request, or a rule threw: a test should see the second.
      if (!request.errored) ledger.mistakes.push(`The fake failed: ${String(cause)}`)
      response.destroy()
    })
  })
  const find = <T extends { readonly sid: string }>(entries: readonly T[], sid: string): T => {
    const found = entries.find((entry) => entry.sid === sid)
    if (!found) throw new Error(`${sid} is not among the ${entries.length} that were taken.`)
    return found
  }
  return {
    baseUrl,
    messages: ledger.messages.all,
    calls: ledger.calls.all,
    refused: ledger.refused.all,
    mistakes: ledger.mistakes,
    message: ledger.messages.first,
    call: ledger.calls.first,
    next: behaviours.next,
    behave: behaviours.behave,
    optOut: (number) => void optedOut.add(number),
    route: (publicOrigin, target) => void targets.set(new URL(publicOrigin).origin, target),
    async callback(sid, status, callbackOptions = {}) {
      const of = find([...ledger.messages.all, ...ledger.calls.all], sid)
      return sendStatusCallback(options, send, of, status, callbackOptions)
    },
    press: async (callSid, keys = '') => playCall(options, send, find(ledger.calls.all, callSid), keys),
    close,
  }
}
