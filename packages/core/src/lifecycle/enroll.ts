import { sql } from 'drizzle-orm'
import type { RequestContext } from '../context.ts'
import type { MethodKind } from '../contract/kind.ts'
import type { Way } from '../contract/plugin.ts'
import {
  type DeliveryFailed,
  type FlowEnded,
  type FreshProofRequired,
  type InvalidInput,
  invalidInput,
  type LimitReached,
  limitReached,
  type NotFound,
  notFound,
  type PolicyDenied,
  type ProofRejected,
  policyDenied,
  type RateLimited,
} from '../errors.ts'
import type { Host } from '../host.ts'
import { allowedFor } from '../policy/document.ts'
import { offersOf } from '../policy/interrupt.ts'
import { freshProofProblem, proofProblemToAdd } from '../session/fresh-proof.ts'
import type { ActiveSession, MethodRow } from '../session/load.ts'
import { situationOf } from '../session/state.ts'
import { uuid } from '../storage/sql.ts'
import { readMethods } from './claim.ts'
import { beginFlow, type FlowView } from './flow.ts'
import { heldBySession, startFlow } from './holder.ts'
import { checkFormat, type OneOf, pick } from './input.ts'
import { refusalToBegin } from './refusal.ts'
import { openReadable } from './sealed.ts'

export interface BegunEnrollment {
  readonly type: 'BeginEnrollmentPayload'
  readonly enrollment: FlowView
}

/** Begins to set a method up. Nothing is registered before `confirmEnrollment` has seen a first proof. */
export async function beginEnrollment(
  context: RequestContext,
  session: ActiveSession,
  input: { method: OneOf; way: string | null; replaces: string | null },
): Promise<
  | BegunEnrollment
  | EnrollmentProblem
  | ProofRejected
  | FlowEnded
  | InvalidInput
  | RateLimited
  | DeliveryFailed
> {
  const { host } = context
  const { kind, value } = pick(host, input.method)
  const problem = enrollmentProblem(host, session, kind, input.replaces)
  if (problem) return problem
  const begin = checkFormat(kind.handlers.inputs?.begin, value, ['method', kind.id])
  if ('type' in begin) return begin

  const way = pickWay(session, kind, input.way)
  if ('type' in way) return way
  const holder = heldBySession(session)
  const start = startFlow(holder, kind, way.id)
  const own = await ownMethods(host, session, kind, input.replaces)
  const step = await kind.handlers.begin(start, begin.value, own.kept, own.replaced)
  if ('ok' in step) return refusalToBegin(step, ['method', kind.id])

  const flow = await beginFlow(context, holder, {
    id: start.flowId,
    type: 'enrollment',
    kind,
    way: way.id,
    methodId: input.replaces,
    step,
  })
  return 'code' in flow ? flow : { type: 'BeginEnrollmentPayload', enrollment: flow }
}

/** The way a method is first proven in: the kind's first that policy allows, where none is wished for. */
function pickWay(session: ActiveSession, kind: MethodKind, wanted: string | null): Way | InvalidInput {
  const ways = kind.method.ways.filter((way) => allowedFor(session.policy, kind.id, way).length > 0)
  const way = wanted === null ? ways[0] : ways.find(({ id }) => id === wanted)
  if (way) return way
  const expected = ways.map(({ id }) => id).join(' or ')
  return invalidInput(['way'], `"${wanted}" is no way of ${kind.id}; expected ${expected}.`)
}

/** What the person has of the kind; what is to be replaced apart. */
async function ownMethods(host: Host, session: ActiveSession, kind: MethodKind, replaces: string | null) {
  if (!session.methods.some((method) => method.kind === kind.id)) return { kept: [], replaced: null }
  const { userId } = session.account
  const sealed = await readMethods(host, sql`m.user_id = ${uuid(userId)} and m.kind = ${kind.id}`)
  const all = openReadable(host, kind, userId, sealed)
  return {
    kept: all.filter(({ id }) => id !== replaces),
    replaced: all.find(({ id }) => id === replaces) ?? null,
  }
}

/** Why a kind can't be set up now. */
export type EnrollmentProblem = FreshProofRequired | PolicyDenied | LimitReached | NotFound

/**
 * Why this session may not set this kind up now. Asked when it begins, and again on what it is committed on: then with the way in which it
 * was begun.
 */
export function enrollmentProblem(
  host: Host,
  session: ActiveSession,
  kind: MethodKind,
  replaces: string | null,
  begunIn?: string,
): EnrollmentProblem | undefined {
  const stale = replaces === null ? proofProblemToAdd(host, session) : freshProofProblem(host, session)
  if (stale) return stale
  const ways = kind.method.ways.filter((way) => allowedFor(session.policy, kind.id, way).length > 0)
  if (!ways.some(({ id }) => begunIn === undefined || id === begunIn)) {
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
