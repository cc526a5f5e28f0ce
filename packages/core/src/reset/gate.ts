import { sql } from 'drizzle-orm'
import type { RequestContext } from '../context.ts'
import type { Registered, Step } from '../contract/handlers.ts'
import type { MethodKind } from '../contract/kind.ts'
import type { ChallengeStart, Way } from '../contract/plugin.ts'
import type { Secret } from '../crypto/secret.ts'
import {
  type DeliveryFailed,
  type FlowEnded,
  flowEnded,
  type InvalidInput,
  invalidInput,
  type PolicyDenied,
  type ProofRejected,
  policyDenied,
  type RateLimited,
  type ResetRefused,
  rateLimited,
} from '../errors.ts'
import type { Host } from '../host.ts'
import { spendAddress } from '../lifecycle/address.ts'
import { beginFlow, type FlowView } from '../lifecycle/flow.ts'
import { startFlow } from '../lifecycle/holder.ts'
import { checkFormat, type OneOf, pick } from '../lifecycle/input.ts'
import { refusalToBegin } from '../lifecycle/refusal.ts'
import { resend } from '../lifecycle/resend.ts'
import { codeSentStep } from '../outbox/send.ts'
import { maybeRow } from '../storage/database.ts'
import { text, uuid } from '../storage/sql.ts'
import { type ActiveReset, loadReset } from './load.ts'
import { readEligible } from './methods.ts'
import { kindRefused, mayFollow, resetWays, standingOf, trusted } from './standing.ts'

export interface BegunGate {
  readonly type: 'BeginResetGatePayload'
  readonly gate: FlowView
}
type GateProblem = FlowEnded | RateLimited | PolicyDenied | InvalidInput | DeliveryFailed | ResetRefused

/** No method has it: what a decoy was begun for. */
const NOBODYS = '00000000-0000-0000-0000-000000000000'

/**
 * Begins a gate of a reset: the person picks a kind and, where it is a number or address, types that again. Whether the account,
 * the method or the match exists, the answer and the work are the same; only who has proven something already is told more.
 */
export async function beginResetGate(
  context: RequestContext,
  input: { token: Secret; method: OneOf; way: string | null },
): Promise<BegunGate | GateProblem | ProofRejected> {
  const { host } = context
  const { kind, value } = pick(host, input.method)
  const typed = checkFormat(kind.handlers.inputs?.retyped, value, ['method', kind.id])
  if ('type' in typed) return typed
  const reset = await loadReset(host, input.token.reveal())
  if (!reset) return flowEnded
  const way = wayOf(host, reset, kind, input.way)
  if ('type' in way) return way

  const start: ChallengeStart<object> = { ...startFlow(reset, kind, way.id), purpose: 'PASSWORD_RESET' }
  const own = await readEligible(host, reset, kind)
  if (own.length === 0 && trusted(host, reset)) {
    return standingOf(host, reset).refusal ?? kindRefused(host, reset, kind)
  }
  if (kind.method.knowledgeBased && !(await askOnce(host, reset, kind))) {
    return policyDenied('passwordReset.gates', 'reset.alreadyAsked')
  }
  const target = await aim(kind, start, own, typed.value)
  if ('ok' in target) return refusalToBegin(target, ['method', kind.id])
  const limited = target.step.deliver && (await spendCode(context))
  if (limited) return limited
  const gate = await beginFlow(context, reset, {
    id: start.flowId,
    type: 'reset',
    kind,
    way: way.id,
    ...target,
  })
  return 'code' in gate ? gate : { type: 'BeginResetGatePayload', gate }
}

/** Sends the code of a gate anew, also the one that is never sent. */
export async function resendResetCode(
  context: RequestContext,
  input: { token: Secret; gateId: string; way: string | null },
): Promise<BegunGate | FlowEnded | RateLimited | InvalidInput | DeliveryFailed> {
  const { host } = context
  const reset = await loadReset(host, input.token.reveal())
  if (!reset) return flowEnded
  const limited = await spendCode(context)
  if (limited) return limited
  const sent = await resend(context, reset, { type: 'reset', id: input.gateId, way: input.way }, (kind) =>
    resetWays(kind, reset.policy),
  )
  if ('type' in sent) return sent
  const { kind, way, code, sends, flow } = sent
  const step = codeSentStep(kind.id, way, code, { sends, sentAt: reset.now, state: null, problem: null })
  return { type: 'BeginResetGatePayload', gate: { ...flow, step } }
}

/** Counts a code at the address it is asked from. */
async function spendCode({ host, request }: RequestContext): Promise<RateLimited | undefined> {
  const spent = await spendAddress(host, 'resetCode', request.clientAddress)
  return 'retryAt' in spent ? rateLimited(spent.retryAt) : undefined
}

/** The way that was asked for, if this kind may be proven now: decided by the policy and the proofs alone. */
function wayOf(
  host: Host,
  reset: ActiveReset,
  kind: MethodKind,
  wanted: string | null,
): Way | PolicyDenied | InvalidInput | RateLimited | ResetRefused {
  const { refusal, ready } = standingOf(host, reset)
  if (refusal) return refusal
  if (ready) {
    return policyDenied('passwordReset.gates', reset.rehearsal ? 'reset.rehearsalReady' : 'reset.ready')
  }
  const ways = resetWays(kind, reset.policy)
  if (ways.length === 0) return policyDenied(`methods.${kind.id}.allowedFor`, 'reset.kindNotAllowed')
  if (!mayFollow(host, reset, kind)) return policyDenied(`methods.${kind.id}`, 'reset.notFirst')
  const way = wanted === null ? ways[0] : ways.find(({ id }) => id === wanted)
  if (!way) {
    return invalidInput(
      ['way'],
      `"${wanted}" is no way of ${kind.id}; expected ${ways.map(({ id }) => id).join(' or ')}.`,
    )
  }
  const closed = way.guessable ? reset.closed.get(kind.id) : undefined
  return closed ? rateLimited(closed) : way
}

/** Questions are drawn once in a reset: whoever could begin again at will would wait for those they know the answers to. */
async function askOnce({ db }: Host, reset: ActiveReset, { id }: MethodKind): Promise<boolean> {
  const row = await maybeRow(
    db,
    sql`update security_info.password_reset set asked = array_append(asked, ${text(id)})
      where user_id = ${uuid(reset.userId)} and id = ${uuid(reset.id)} and not ${text(id)} = any(asked) returning id`,
  )
  return row !== undefined
}

interface Target {
  readonly step: Step<object, object>
  readonly methodId: string | null
  readonly decoy: boolean
  readonly countedAs?: string
}

/**
 * What is asked, and of which method. A code goes to the number or address that was typed again, or nowhere. A handler that
 * refuses a registered method would say that there is one: it is as if there were none.
 */
async function aim(
  kind: MethodKind,
  start: ChallengeStart<object>,
  own: readonly Registered<object>[],
  typed: object,
) {
  const { handlers, method } = kind
  if (!handlers.retyped) {
    const any = method.answeredBy === 'any'
    return ask(kind, start, any ? own : own.slice(0, 1), any ? null : (own[0]?.id ?? NOBODYS))
  }
  const found = handlers.retyped(start, own, typed)
  if ('ok' in found) return found
  const matching = own.filter(({ id }) => id === found.methodId)
  const { countedAs, view } = found
  const target = await ask(kind, start, matching, found.methodId ?? NOBODYS)
  const deliver = (target.decoy ? undefined : target.step.deliver) ?? { to: countedAs }
  return { ...target, countedAs, step: { ...target.step, view, deliver } }
}

async function ask(
  kind: MethodKind,
  start: ChallengeStart<object>,
  of: readonly Registered<object>[],
  methodId: string | null,
): Promise<Target> {
  const step = await kind.handlers.challenge(start, of, {})
  if (!('ok' in step)) return { step, methodId: of.length > 0 ? methodId : NOBODYS, decoy: of.length === 0 }
  if (of.length === 0) throw new Error(`Plugin "${kind.id}" refused a decoy: ${step.refused}.`)
  return ask(kind, start, [], NOBODYS)
}
