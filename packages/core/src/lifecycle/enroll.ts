import type { RequestContext } from '../context.ts'
import type { MethodKind } from '../contract/kind.ts'
import {
  type FlowEnded,
  type FreshProofRequired,
  flowEnded,
  type InvalidInput,
  type LimitReached,
  limitReached,
  type NotFound,
  notFound,
  type PolicyDenied,
  type ProofRejected,
  policyDenied,
} from '../errors.ts'
import type { StepShape } from '../graphql/builder.ts'
import type { Host } from '../host.ts'
import { allowedFor } from '../policy/document.ts'
import { offersOf } from '../policy/interrupt.ts'
import { freshProofProblem } from '../session/fresh-proof.ts'
import type { ActiveSession, MethodRow } from '../session/load.ts'
import { situationOf } from '../session/state.ts'
import { type FlowView, insertFlow, startFlow } from './flow.ts'
import { checkFormat, type OneOf, pick } from './input.ts'
import { refusalToError } from './refusal.ts'

export interface BegunEnrollment {
  readonly type: 'BeginEnrollmentPayload'
  readonly enrollment: FlowView
}

/** Begins to set a method up. Nothing is registered before `confirmEnrollment` has seen a first proof. */
export async function beginEnrollment(
  context: RequestContext,
  session: ActiveSession,
  input: { method: OneOf; replaces: string | null },
): Promise<BegunEnrollment | EnrollmentProblem | ProofRejected | FlowEnded | InvalidInput> {
  const { host } = context
  const { kind, value } = pick(host, input.method)
  const problem = enrollmentProblem(host, session, kind, input.replaces)
  if (problem) return problem
  const begin = checkFormat(kind.handlers.inputs?.begin, value, ['method', kind.id])
  if ('type' in begin) return begin

  const way = kind.method.ways[0].id
  const start = startFlow(session, way)
  const step = await kind.handlers.begin(start, begin.value)
  if ('ok' in step) return refusalToError(step, null)

  const flow = await insertFlow(context, session, {
    id: start.flowId,
    type: 'enrollment',
    kind,
    way,
    methodId: input.replaces,
    pending: step.pending,
  })
  if (!flow) return flowEnded
  const view: StepShape = { ...step.view, kind: kind.id, way }
  return { type: 'BeginEnrollmentPayload', enrollment: { ...flow, step: view } }
}

/** Why a kind can't be set up now. */
export type EnrollmentProblem = FreshProofRequired | PolicyDenied | LimitReached | NotFound

/** Why this session may not set this kind up now. Asked when it begins, and again on what it is committed on. */
export function enrollmentProblem(
  host: Host,
  session: ActiveSession,
  kind: MethodKind,
  replaces: string | null,
): EnrollmentProblem | undefined {
  const stale = freshProofProblem(host, session)
  if (stale) return stale
  if (!kind.method.ways.some((way) => allowedFor(session.policy, kind.id, way).length > 0)) {
    return policyDenied(`methods.${kind.id}.allowedFor`, 'policy.kindNotAllowed', { kind: kind.id })
  }
  const owned = session.methods.filter((method) => method.kind === kind.id)
  if (replaces !== null) return replaceable(owned, replaces) ? undefined : notFound
  if (owned.length >= kind.method.limits.methods) return limitReached(kind.method.limits.methods)
  const offers = offersOf(situationOf(host, session), session.interrupt?.missing ?? [])
  return offers.find((offer) => offer.kind === kind.id)?.blocked ?? undefined
}

function replaceable(owned: readonly MethodRow[], id: string): boolean {
  return owned.some((method) => method.id === id)
}
