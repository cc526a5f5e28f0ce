import { sql } from 'drizzle-orm'
import type { RequestContext } from '../context.ts'
import type { MethodKind } from '../contract/kind.ts'
import type { Way } from '../contract/plugin.ts'
import {
  type DeliveryFailed,
  type FlowEnded,
  type InvalidInput,
  invalidInput,
  type NotFound,
  notFound,
  type PolicyDenied,
  type ProofRejected,
  policyDenied,
  type RateLimited,
  rateLimited,
} from '../errors.ts'
import type { Host } from '../host.ts'
import type { ActiveSession, MethodRow } from '../session/load.ts'
import { twoFactorOptions } from '../session/two-factor.ts'
import { maybeRow } from '../storage/database.ts'
import { date, uuid } from '../storage/sql.ts'
import { GUESS_LEDGER, lockedUntil } from './budget.ts'
import { type SealedMethodJson, sealedMethods, unpackMethod } from './claim.ts'
import { beginFlow, type FlowView } from './flow.ts'
import { heldBySession, startFlow } from './holder.ts'
import { checkFormat, type OneOf } from './input.ts'
import { refusalToBegin } from './refusal.ts'
import { openReadable } from './sealed.ts'

/** Longer ones are asked for by nothing. */
const LONGEST_ACT = 400

export interface BegunChallenge {
  readonly type: 'BeginChallengePayload'
  readonly challenge: FlowView
}

/**
 * Begins a challenge: at sign-in, or for a fresh proof. Without a method the default one is meant. Where any method of the
 * kind may answer (apps, keys), picking one of them picks them all.
 */
export async function beginChallenge(
  context: RequestContext,
  session: ActiveSession,
  input: { methodId: string | null; way: string | null; ask: OneOf | null; act?: string | null },
): Promise<
  | BegunChallenge
  | ProofRejected
  | FlowEnded
  | RateLimited
  | PolicyDenied
  | InvalidInput
  | NotFound
  | DeliveryFailed
> {
  const { host } = context
  if (input.act && (input.act.length > LONGEST_ACT || /\p{Cc}/u.test(input.act))) {
    return invalidInput(['act'], 'It is no act that a mutation has asked for.')
  }
  const picked = pickMethod(host, session, input)
  if ('type' in picked) return picked
  const { kind, method, way } = picked
  const ask = checkFormat(kind.handlers.inputs?.ask, (input.ask?.[kind.id] ?? {}) as object, ['ask', kind.id])
  if ('type' in ask) return ask

  const sealed = await readCandidates(host, session, kind, method)
  if (sealed.lockedUntil !== null && way.guessable) return rateLimited(date(sealed.lockedUntil))
  const of = openReadable(host, kind, session.account.userId, sealed.methods)
  if (of.length === 0) return notFound
  const holder = heldBySession(session)
  const start = { ...startFlow(holder, kind, way.id), purpose: 'TWO_FACTOR' } as const
  const step = await kind.handlers.challenge(start, of, ask.value)
  if ('ok' in step) return refusalToBegin(step, ['ask', kind.id])

  const flow = await beginFlow(context, holder, {
    id: start.flowId,
    type: 'challenge',
    kind,
    way: way.id,
    act: input.act ?? null,
    methodId: method.id,
    step,
  })
  return 'code' in flow ? flow : { type: 'BeginChallengePayload', challenge: flow }
}

function pickMethod(
  host: Host,
  session: ActiveSession,
  input: { methodId: string | null; way: string | null },
): { kind: MethodKind; method: MethodRow; way: Way } | PolicyDenied | InvalidInput | NotFound {
  const options = twoFactorOptions(host, session)
  if (options.length === 0) return noneUsable(session)
  const { defaultMethodId, defaultWay } = session.account
  const find = (id: string | null) => options.find(({ method }) => method.id === id)
  const option = input.methodId === null ? (find(defaultMethodId) ?? options[0]) : find(input.methodId)
  const kind = option && host.kinds.get(option.method.kind)
  if (!kind) return notFound
  const { method, ways } = option
  const preferred = method.id === defaultMethodId ? ways.find(({ id }) => id === defaultWay) : undefined
  const wanted = input.way
  const way = wanted === null ? (preferred ?? ways[0]) : ways.find(({ id }) => id === wanted)
  if (way) return { kind, method, way }
  const known = kind.method.ways.some(({ id }) => id === wanted)
  if (known && wanted) {
    return policyDenied(`methods.${kind.id}.allowedFor`, 'policy.wayNotAllowed', { way: wanted })
  }
  const expected = kind.method.ways.map(({ id }) => id).join(' or ')
  return invalidInput(['way'], `"${wanted}" is no way of ${kind.id}; expected ${expected}.`)
}

/** All methods were disabled after too many wrong proofs, or there are none: only somebody else can help. */
function noneUsable(session: ActiveSession): PolicyDenied {
  return session.methods.some((method) => method.state === 'DISABLED')
    ? policyDenied('methods.disabled', 'challenge.allDisabled')
    : policyDenied('methods.none', 'challenge.noMethod')
}

async function readCandidates(host: Host, session: ActiveSession, kind: MethodKind, method: MethodRow) {
  const chosen = kind.method.answeredBy === 'any' ? sql`` : sql`and m.id = ${uuid(method.id)}`
  const owner = uuid(session.account.userId)
  const row = await maybeRow<{ methods: readonly SealedMethodJson[]; locked_until: number | null }>(
    host.db,
    sql`select ${sealedMethods(sql`m.user_id = ${owner} and m.kind = ${kind.id} and m.state <> 'DISABLED' ${chosen}`)} as methods,
      ${lockedUntil(owner, [GUESS_LEDGER])} as locked_until`,
  )
  return { methods: (row?.methods ?? []).map(unpackMethod), lockedUntil: row?.locked_until ?? null }
}
