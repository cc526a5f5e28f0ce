import { type SQL, sql } from 'drizzle-orm'
import { auditInsert } from '../audit/event.ts'
import type { RequestContext } from '../context.ts'
import type { Refusal } from '../contract/handlers.ts'
import type { MethodKind } from '../contract/kind.ts'
import { noticeInsert, noticeOf, tellOfLock } from '../notices/notice.ts'
import type { ActiveSession } from '../session/load.ts'
import { integer, json, text, uuid } from '../storage/sql.ts'
import type { Claim } from './claim.ts'

/** NIST SP 800-63B-4 3.2.2: a hundred consecutive failures disable a method; it has to be bound anew. */
const DISABLED_AT = 100

interface Failure {
  readonly kind: MethodKind
  readonly claim: Claim
  readonly refusal: Refusal<string>
  /** The methods the proof was compared with; none for an enrolment. */
  readonly methodIds: readonly string[]
}

/**
 * Audits a wrong proof and counts it against the methods it was compared with. The attempt itself was paid for by the
 * claim. Disabling a method raises the account's revision: it changes what other decisions stand on. The account is locked
 * before the method then, as everywhere.
 */
export async function recordFailure(
  context: RequestContext,
  session: ActiveSession,
  { kind, claim, refusal, methodIds }: Failure,
): Promise<void> {
  const { host, request } = context
  const { userId } = session.account
  const guessable = kind.method.ways.some((way) => way.id === claim.way && way.guessable)
  const counted = guessable && methodIds.length > 0
  const ids = counted ? sql`id in (${sql.join(methodIds.map(uuid), sql`, `)})` : sql`false`
  const failed = auditInsert({
    type: methodIds.length > 0 ? 'challenge.failed' : 'enrollment.failed',
    userId,
    sessionId: session.id,
    requestId: request.requestId,
    detail: { flowId: claim.flowId, kind: kind.id, way: claim.way, reason: refusal.refused },
  })
  await host.db.execute(sql`
    with last as (
      select user_id from security_info.account
      where user_id = ${uuid(userId)} and exists (
        select from security_info.method
        where user_id = ${uuid(userId)} and ${ids} and failures + 1 >= ${integer(DISABLED_AT)})
      for update
    ), counted as (
      update security_info.method set failures = failures + 1,
        state = case when failures + 1 >= ${integer(DISABLED_AT)} then 'DISABLED' else state end
      where user_id = ${uuid(userId)} and ${ids} and state <> 'DISABLED' and (select count(*) from last) >= 0
      returning id, state
    ), disabled as (
      insert into security_info.audit_event (user_id, type, session_id, request_id, detail)
      select ${uuid(userId)}, 'method.disabled', ${uuid(session.id)}, ${text(request.requestId)},
        ${json({ kind: kind.id, reason: 'too-many-failures' })} || jsonb_build_object('methodId', id)
      from counted where state = 'DISABLED' returning id
    ), revised as (
      update security_info.account set revision = revision + 1
      where user_id = ${uuid(userId)} and exists (select from disabled)
    )${tellOf(context, userId, kind.id, claim, refusal)}
    ${failed}`)
}

/** A method that was disabled or may have been copied, a budget that this attempt closed: their owner hears of it. */
function tellOf(
  context: RequestContext,
  userId: string,
  kind: string,
  { closesAt }: Claim,
  { risk }: Refusal<string>,
): SQL {
  const suspect = noticeInsert(noticeOf(context, userId, 'method.suspect', { kind }), sql`(select 1) seen`)
  const disabled = noticeInsert(noticeOf(context, userId, 'method.disabled', { kind }), sql`disabled`)
  return sql`, told as (${disabled})${risk ? sql`, told_of_risk as (${suspect})` : sql``}${closesAt ? sql`, ${tellOfLock(context, userId)}` : sql``}`
}

/**
 * Runs a handler on a claimed attempt. Where it throws, the attempt stays spent and leaves its event, and the error goes on
 * to be masked (C14): a plugin that fails must not be a way to try unseen.
 */
export async function leavingTrace<T>(
  context: RequestContext,
  session: ActiveSession,
  type: 'challenge.failed' | 'enrollment.failed',
  claim: Claim,
  handler: () => Promise<T>,
): Promise<T> {
  try {
    return await handler()
  } catch (error) {
    const { flowId, kind, way, closesAt } = claim
    const { userId } = session.account
    const failed = auditInsert({
      type,
      userId,
      sessionId: session.id,
      requestId: context.request.requestId,
      detail: { flowId, kind, way, reason: 'handler-failed' },
    })
    await context.host.db.execute(closesAt ? sql`with ${tellOfLock(context, userId)} ${failed}` : failed)
    throw error
  }
}
