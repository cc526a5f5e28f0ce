import { sql } from 'drizzle-orm'
import { auditInsert } from '../audit/event.ts'
import type { RequestContext } from '../context.ts'
import type { Verdict } from '../contract/handlers.ts'
import type { MethodKind } from '../contract/kind.ts'
import type { Secret } from '../crypto/secret.ts'
import { newResetToken } from '../crypto/token.ts'
import {
  type FlowEnded,
  flowEnded,
  type InvalidInput,
  type ProofRejected,
  type RateLimited,
} from '../errors.ts'
import { clearLedgers, resetLedger } from '../lifecycle/budget.ts'
import { type Claim, claimAttempt } from '../lifecycle/claim.ts'
import { checkFormat, type OneOf, pick } from '../lifecycle/input.ts'
import { refusalToError } from '../lifecycle/refusal.ts'
import { codeCameBack, openAttempt, sealPending, sealStored } from '../lifecycle/sealed.ts'
import { spendFlow } from '../lifecycle/spend.ts'
import { noticeInsert, noticeOf } from '../notices/notice.ts'
import { lockFlow } from '../session/locks.ts'
import { maybeRow } from '../storage/database.ts'
import { bigint, bytes, json, now, uuid } from '../storage/sql.ts'
import { type ActiveReset, loadReset, loadResetByHash } from './load.ts'
import { openEligible } from './methods.ts'
import { trusted } from './standing.ts'
import type { HeldReset } from './start.ts'

export interface ProvenGate extends HeldReset {
  readonly type: 'VerifyResetGatePayload'
}
type AnyVerdict = Verdict<string, object, object, object>
type Accepted = Extract<AnyVerdict, { ok: true }>
type Refused = Exclude<AnyVerdict, Accepted>

/**
 * Compares the proof of a gate. As in a challenge the attempt is paid for first; it comes out of a budget that only resets
 * have, so that a stranger who burns it closes nobody's sign-in (H1). A decoy walks the same way and is never right.
 */
export async function verifyResetGate(
  context: RequestContext,
  input: { token: Secret; gateId: string; proof: OneOf },
): Promise<ProvenGate | ProofRejected | FlowEnded | RateLimited | InvalidInput> {
  const { host } = context
  const { kind, value } = pick(host, input.proof)
  const proof = checkFormat(kind.handlers.inputs?.proof, value, ['proof', kind.id])
  if ('type' in proof) return proof
  const reset = await loadReset(host, input.token.reveal())
  if (!reset) return flowEnded
  const claim = await claimAttempt(host, reset, 'reset', input.gateId, kind.id)
  if ('type' in claim) return claim

  const eligible = openEligible(host, reset, kind, claim.methods)
  const of = claim.methodId === null ? eligible : eligible.filter(({ id }) => id === claim.methodId)
  const attempt = openAttempt(host, reset, claim, kind.method.challenging, proof.value)
  let verdict: AnyVerdict
  try {
    verdict = await kind.handlers.verify(attempt, of, proof.value)
  } catch (error) {
    await recordFailure(context, reset, kind, claim, { ok: false, refused: 'wrong-proof' }, 'handler-failed')
    throw error
  }
  if (verdict.ok !== true) {
    await recordFailure(context, reset, kind, claim, verdict, verdict.refused)
    return rejection(kind, claim, verdict, trusted(host, reset))
  }
  const { methodId } = verdict
  if (!of.some(({ id }) => id === methodId)) {
    throw new Error(`Plugin "${kind.id}" accepted a proof of a method that was not asked for.`)
  }
  return (await commit(context, reset, kind, claim, verdict)) ?? flowEnded
}

/** A stranger hears that it was wrong, and no more: a reason would only fit somebody who has such a method. */
function rejection(
  kind: MethodKind,
  claim: Claim,
  { next, ...refusal }: Refused,
  isTrusted: boolean,
): ProofRejected {
  const error = refusalToError(isTrusted ? refusal : { ok: false, refused: 'wrong-proof' }, claim)
  // Questions are asked once in a reset: at the end there is nothing to answer any more.
  if (error.attemptsLeft === 0 && kind.method.knowledgeBased) return { ...error, hint: 'reset.alreadyAsked' }
  return { ...error, step: next ? { ...next.view, kind: kind.id, way: claim.way } : null }
}

/** Audits a wrong proof, keeps what is asked from now on, and tells the owner of a budget that this one closed. */
async function recordFailure(
  context: RequestContext,
  reset: ActiveReset,
  kind: MethodKind,
  claim: Claim,
  { next }: Refused,
  reason: string,
): Promise<void> {
  const { host, request } = context
  const { userId } = reset
  const pending = next ? sealPending(host, kind.method.challenging, userId, claim.flowId, next.pending) : null
  const account = sql`(select from security_info.account where user_id = ${uuid(userId)}) known`
  const told = noticeInsert(noticeOf(context, userId, 'reset.locked', { kind: kind.id }), account)
  await host.db.execute(sql`
    with redrawn as (
      update security_info.flow set pending = coalesce(${bytes(pending)}, pending)
      where user_id = ${uuid(userId)} and id = ${uuid(claim.flowId)} and consumed_at is null
    )${claim.closesAt ? sql`, told as (${told})` : sql``}
    ${auditInsert({
      type: 'reset.gateFailed',
      userId,
      sessionId: reset.sessionId,
      requestId: request.requestId,
      detail: {
        flowId: claim.flowId,
        kind: kind.id,
        way: claim.way,
        reason,
        subjectId: reset.id,
        clientAddress: request.clientAddress,
      },
    })}`)
  if (claim.closesAt) host.outbox.nudge()
}

/** One statement: the gate is passed, once, and the reset has a new token; the old one is dead (C19). */
async function commit(
  context: RequestContext,
  reset: ActiveReset,
  kind: MethodKind,
  claim: Claim,
  verdict: Accepted,
): Promise<ProvenGate | undefined> {
  const { host, request } = context
  const { userId } = reset
  const { methodId } = verdict
  const { token, hash } = newResetToken(userId)
  const proofs = [...reset.proofs, { kind: kind.id, way: claim.way, methodId, at: claim.now.toISOString() }]
  const counter = bigint(verdict.counter ?? null)
  const stored = verdict.stored ? sealStored(host, kind, userId, methodId, verdict.stored) : null
  const read = claim.methods.find(({ id }) => id === methodId)?.stored ?? null
  const go = sql`go`
  const row = await maybeRow(
    host.db,
    sql`
    with unspent as (${lockFlow(reset, claim.flowId)}),
    entitled as (${reset.lock(sql`unspent`)}),
    go as (
      select id from security_info.method
      where user_id = ${uuid(userId)} and id = ${uuid(methodId)} and state = 'ACTIVE'
        and (${counter} is null or counter is null or counter < ${counter})
        and (${bytes(stored)} is null or stored = ${bytes(read)}) and exists (select from entitled)
      for update
    ),
    used as (
      update security_info.method set counter = coalesce(${counter}, counter), stored = coalesce(${bytes(stored)}, stored),
        last_used_at = ${now}
      where user_id = ${uuid(userId)} and id = ${uuid(methodId)} and exists (select from go)
    ),
    spent as (${spendFlow(userId, claim.flowId, go)}),
    cleared as (${clearLedgers(uuid(userId), [resetLedger(kind.id)], go)}),
    advanced as (
      update security_info.password_reset set proofs = ${json(proofs)}, token_hash = ${bytes(hash)}
      where user_id = ${uuid(userId)} and id = ${uuid(reset.id)} and exists (select from go)
    ),
    logged as (${auditInsert(
      {
        type: 'reset.gateProven',
        userId,
        sessionId: reset.sessionId,
        requestId: request.requestId,
        detail: {
          flowId: claim.flowId,
          kind: kind.id,
          way: claim.way,
          methodId,
          subjectId: reset.id,
          clientAddress: request.clientAddress,
        },
      },
      go,
    )})
    select id from go`,
  )
  if (!row) return undefined
  await codeCameBack(host, userId, claim)
  const next = await loadResetByHash(host, userId, hash)
  return next && { type: 'VerifyResetGatePayload', token, reset: next }
}
