/**
 * Expected failures are data: members of the result unions, each implementing `UserError { code message }`.
 * The text is looked up by `code` in the person's language when the answer is written; `values` fill its braces.
 */

import type { StepShape } from './graphql/builder.ts'
import type { Values } from './i18n/texts.ts'
import type { ActiveSession, MethodRow } from './session/load.ts'

interface Base<Type extends string> {
  readonly type: Type
  readonly code: string
  readonly values?: Values
}

export interface SignInRejected extends Base<'SignInRejected'> {}
export interface ProofRejected extends Base<'ProofRejected'> {
  readonly attemptsLeft: number
  readonly retryAt: Date | null
  /** A message code that helps the person on. */
  readonly hint: string | null
  /** Which part of the proof was wrong, where the kind says. */
  readonly path: readonly string[]
  /** What is asked from now on, where a wrong answer changed it. */
  readonly step?: StepShape | null
}
export interface FlowEnded extends Base<'FlowEnded'> {}
export interface RateLimited extends Base<'RateLimited'> {
  readonly retryAt: Date
}
export interface FreshProofRequired extends Base<'FreshProofRequired'> {
  readonly maxAgeSeconds: number
  /** Methods that can give the proof; none means the password (`reauthenticate`). */
  readonly options: readonly MethodRow[]
  readonly session: ActiveSession
  /** The one administrative act it has to be given for: goes into `beginChallenge`. */
  readonly act?: string
}
export interface PolicyDenied extends Base<'PolicyDenied'> {
  readonly rule: string
}
export interface LimitReached extends Base<'LimitReached'> {
  readonly limit: number
}
export interface InvalidInput extends Base<'InvalidInput'> {
  readonly path: readonly string[]
  /** What was wrong, where no message code says it better. */
  readonly problem?: string
}
export interface NotFound extends Base<'NotFound'> {}
export interface DeliveryFailed extends Base<'DeliveryFailed'> {
  readonly retryAt: Date
  /** The kind whose channel is down. */
  readonly kind: string
}

/** Why a password reset can't go on, for somebody who has proven something in it. */
export type ResetRefusal =
  | 'DISABLED'
  | 'NOT_IN_GROUP'
  | 'NOT_ENOUGH_METHODS'
  | 'ADMINISTRATOR_NEEDED'
  | 'LOCKED'
  | 'HELD'
export interface ResetRefused extends Base<'ResetRefused'> {
  readonly reason: ResetRefusal
  /** When it is worth another try, where that is known. */
  readonly until: Date | null
}

export type UserError =
  | SignInRejected
  | ProofRejected
  | FlowEnded
  | RateLimited
  | FreshProofRequired
  | PolicyDenied
  | LimitReached
  | InvalidInput
  | NotFound
  | DeliveryFailed
  | ResetRefused

/** Unknown, foreign, expired and spent flows answer alike. */
export const flowEnded: FlowEnded = { type: 'FlowEnded', code: 'flow.ended' }
export const linkEnded: FlowEnded = { type: 'FlowEnded', code: 'link.ended' }
export const notFound: NotFound = { type: 'NotFound', code: 'method.notFound' }
export const rateLimited = (retryAt: Date): RateLimited => ({
  type: 'RateLimited',
  code: 'rate.limited',
  values: { retryAt },
  retryAt,
})
export const limitReached = (limit: number): LimitReached => ({
  type: 'LimitReached',
  code: 'method.limitReached',
  values: { limit },
  limit,
})
export const policyDenied = (
  rule: string,
  code: string,
  values: Readonly<Record<string, string | number>> = {},
): PolicyDenied => ({ type: 'PolicyDenied', code, rule, values })
export const invalidInput = (path: readonly string[], problem: string): InvalidInput => ({
  type: 'InvalidInput',
  code: 'input.invalid',
  path,
  problem,
  values: { path: path.join('.'), problem },
})
/** A channel is down. The other methods and kinds are offered instead. */
export const deliveryFailed = (kind: string, retryAt: Date): DeliveryFailed => ({
  type: 'DeliveryFailed',
  code: 'delivery.channelDown',
  kind,
  retryAt,
})
