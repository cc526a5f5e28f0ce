import { sql } from 'drizzle-orm'
import { auditInsert } from '../audit/event.ts'
import type { RequestContext } from '../context.ts'
import type { Refusal, Registered, Verdict } from '../contract/handlers.ts'
import type { MethodKind } from '../contract/kind.ts'
import type { Secret } from '../crypto/secret.ts'
import { rememberDevice } from '../devices/device.ts'
import {
  type FlowEnded,
  flowEnded,
  type InvalidInput,
  type ProofRejected,
  type RateLimited,
} from '../errors.ts'
import type { Host } from '../host.ts'
import { restoreWanted } from '../notices/restore.ts'
import { type Advanced, advance, withProof, writeSession } from '../session/advance.ts'
import type { ActiveSession } from '../session/load.ts'
import { keepAccount, lockFlow, lockSession } from '../session/locks.ts'
import { isByPass, twoFactorOptions } from '../session/two-factor.ts'
import { maybeRow } from '../storage/database.ts'
import { bigint, bytes, now, uuid } from '../storage/sql.ts'
import { clearLedgers, GUESS_LEDGER, reopenReset } from './budget.ts'
import { type Claim, claimAttempt } from './claim.ts'
import { leavingTrace, recordFailure } from './failure.ts'
import { heldBySession } from './holder.ts'
import { checkFormat, type OneOf, pick } from './input.ts'
import { refusalToError } from './refusal.ts'
import { codeCameBack, openAttempt, openReadable, sealStored } from './sealed.ts'
import { spendFlow } from './spend.ts'

export interface Proven extends Advanced {
  readonly type: 'Proven'
  /** Of the device, where it is remembered from now on. */
  readonly deviceToken: Secret | null
}
type Accepted = Extract<Verdict<string, object>, { ok: true }>

/**
 * Compares a proof. The order is the safety: check the form (free), claim the attempt (committed), compare, then commit
 * everything that follows in one statement that changes nothing where a race was lost.
 */
export async function verifyChallenge(
  context: RequestContext,
  session: ActiveSession,
  input: { challengeId: string; proof: OneOf; rememberDevice?: boolean },
): Promise<Proven | ProofRejected | FlowEnded | RateLimited | InvalidInput> {
  const { host } = context
  const { kind, value } = pick(host, input.proof)
  const proof = checkFormat(kind.handlers.inputs?.proof, value, ['proof', kind.id])
  if ('type' in proof) return proof

  const holder = heldBySession(session)
  // What was begun before policy changed is no way around it (H32), and what nobody can answer any more costs no attempt.
  const offered = twoFactorOptions(host, session).filter(({ method }) => method.kind === kind.id)
  const [first] = offered
  if (!first) return flowEnded
  const claim = await claimAttempt(host, holder, 'challenge', input.challengeId, kind.id, {
    methodIds: offered.map(({ method }) => method.id),
    ways: first.ways.map(({ id }) => id),
  })
  if ('type' in claim) return claim
  const of = candidates(host, session, kind, claim)
  if (of.length === 0) return flowEnded

  const attempt = openAttempt(host, holder, claim, kind.method.challenging, proof.value)
  const verdict = await leavingTrace(context, session, 'challenge.failed', claim, () =>
    kind.handlers.verify(attempt, of, proof.value),
  )
  if (verdict.ok !== true) return rejected(context, session, kind, claim, of, verdict)
  if (!of.some((method) => method.id === verdict.methodId)) {
    throw new Error(`Plugin "${kind.id}" accepted a proof of a method that was not asked for.`)
  }
  return (await commit(context, session, kind, claim, verdict, input.rememberDevice ?? false)) ?? flowEnded
}

/** The methods that may answer: the chosen one, or every one of the kind where the kind says so. */
function candidates(host: Host, session: ActiveSession, kind: MethodKind, claim: Claim) {
  const rows =
    kind.method.answeredBy === 'any'
      ? claim.methods
      : claim.methods.filter((method) => method.id === claim.methodId)
  return openReadable(host, kind, session.account.userId, rows)
}

async function rejected(
  context: RequestContext,
  session: ActiveSession,
  kind: MethodKind,
  claim: Claim,
  of: readonly Registered<object>[],
  refusal: Refusal<string>,
): Promise<ProofRejected> {
  await recordFailure(context, session, { kind, claim, refusal, methodIds: of.map((method) => method.id) })
  return refusalToError(refusal, claim)
}

async function commit(
  context: RequestContext,
  session: ActiveSession,
  kind: MethodKind,
  claim: Claim,
  verdict: Accepted,
  remembers: boolean,
): Promise<Proven | undefined> {
  const { host, request } = context
  const device =
    remembers && claim.act === null && !isByPass(session)
      ? rememberDevice(context, session, verdict.methodId)
      : undefined
  const { userId } = session.account
  const way = kind.method.ways.find((one) => one.id === claim.way)
  if (!way) throw new Error(`Plugin "${kind.id}" no longer has the way "${claim.way}".`)
  const next = await advance(host, session, {
    now: claim.now,
    proofs: withProof(session.proofs, {
      kind: kind.id,
      way: way.id,
      methodId: verdict.methodId,
      purposes: ['TWO_FACTOR'],
      factors: verdict.factors === 2 ? 2 : 1,
      ...(claim.act !== null && { act: claim.act }),
      at: claim.now.toISOString(),
    }),
    methods: session.methods.map((method) =>
      method.id === verdict.methodId ? { ...method, state: 'ACTIVE', lastUsedAt: claim.now } : method,
    ),
  })
  const counter = bigint(verdict.counter ?? null)
  const stored = verdict.stored ? sealStored(host, kind, userId, verdict.methodId, verdict.stored) : null
  // What replaces `stored` was computed from what the claim read; where another proof replaced it first, this one is void.
  const read = claim.methods.find((method) => method.id === verdict.methodId)?.stored ?? null
  const go = sql`go`
  const row = await maybeRow(
    host.db,
    sql`
    with unspent as (${lockFlow({ userId, id: session.id }, claim.flowId)}),
    same as (${keepAccount(session, sql`unspent`)}),
    entitled as (${lockSession(session, sql`same`)}),
    go as (
      select id from security_info.method
      where user_id = ${uuid(userId)} and id = ${uuid(verdict.methodId)} and state <> 'DISABLED'
        and (${counter} is null or counter is null or counter < ${counter})
        and (${bytes(stored)} is null or stored = ${bytes(read)}) and exists (select from entitled)
      for update
    ),
    used as (
      update security_info.method set counter = coalesce(${counter}, counter), stored = coalesce(${bytes(stored)}, stored),
        state = 'ACTIVE', failures = 0, last_used_at = ${now}
      where user_id = ${uuid(userId)} and id = ${uuid(verdict.methodId)} and exists (select from go)
    ),
    spent as (${spendFlow(userId, claim.flowId, go)}),
    cleared as (${clearLedgers(uuid(userId), [GUESS_LEDGER], go)}),
    reopened as (${reopenReset(uuid(userId), kind.id, go)}),
    advanced as (${writeSession(next, go)}),
    ${device ? sql`${device.parts(go)},` : sql.empty()}
    logged as (${auditInsert(
      {
        type: 'challenge.succeeded',
        userId,
        sessionId: session.id,
        requestId: request.requestId,
        detail: { flowId: claim.flowId, kind: kind.id, way: way.id, methodId: verdict.methodId },
      },
      go,
    )})
    select id from go`,
  )
  if (!row) return undefined
  await codeCameBack(host, userId, claim)
  const restored = await restoreWanted(context, next.session)
  return { type: 'Proven', token: next.token, session: restored, deviceToken: device?.token ?? null }
}
