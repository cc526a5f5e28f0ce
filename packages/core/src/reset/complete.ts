import { type SQL, sql } from 'drizzle-orm'
import { newPasswordProblem } from '../account/new-password.ts'
import { sealPassword } from '../account/password.ts'
import { type AuditType, auditInsert } from '../audit/event.ts'
import type { RequestContext } from '../context.ts'
import type { Secret } from '../crypto/secret.ts'
import {
  type FlowEnded,
  flowEnded,
  type InvalidInput,
  type PolicyDenied,
  policyDenied,
  type ResetRefused,
} from '../errors.ts'
import { clearBudgets, GUESS_LEDGER, PASSWORD_LEDGER, resetLedger } from '../lifecycle/budget.ts'
import { type CoreNotice, noticeInsert, noticeOf } from '../notices/notice.ts'
import type { ActiveSession } from '../session/load.ts'
import { endAllOf, endTheRest, lockAllOf } from '../session/locks.ts'
import { type Db, maybeRow } from '../storage/database.ts'
import { bytes, now, uuid } from '../storage/sql.ts'
import { type ActiveReset, loadReset, type ResetAccount } from './load.ts'
import { provenMethods, standingOf } from './standing.ts'
import { tellPlugins } from './within.ts'

export interface Completed {
  readonly type: 'CompletePasswordResetPayload' | 'UnlockAccountPayload' | 'FinishRehearsalPayload'
  /** What plugins want said besides: codes of their texts. */
  readonly said?: readonly string[]
}
type Problem = FlowEnded | PolicyDenied | ResetRefused

/** Somebody who has passed every gate that the policy demands now. */
interface ReadyReset extends ActiveReset {
  readonly account: ResetAccount
}

/**
 * Sets the new password of somebody who has passed all gates. One transaction: what was open ends, what was closed by wrong
 * attempts opens, and everybody concerned is told. The second factor is asked for at the next sign-in as always (C11).
 */
export async function completePasswordReset(
  context: RequestContext,
  input: { token: Secret; newPassword: Secret },
): Promise<Completed | Problem | InvalidInput> {
  const { host } = context
  const reset = await ready(context, input.token, 'reset')
  if ('code' in reset) return reset
  const problem = await newPasswordProblem(host, input.newPassword, reset.account, reset.policy)
  if (problem) return problem
  const { userId } = reset
  // One proof is less than a second factor: who has a mailbox must not get as many guesses at that as they reset passwords (C2).
  const [proven, ...more] = provenMethods(host, reset)
  const spared =
    proven && more.length === 0
      ? sql`and ledger <> ${GUESS_LEDGER} and (ledger not like ${resetLedger('%')} or ledger = ${resetLedger(proven.kind)})`
      : sql.empty()
  const sealed = await sealPassword(host, userId, input.newPassword)
  const done = await host.db.transaction(async (tx) => {
    const written = await finish(context, tx, reset, {
      audit: 'reset.completed',
      notice: 'account.passwordReset',
      parts: sql`${settleHelp(userId)}, changed as (
          update security_info.account set password = ${bytes(sealed)}, password_version = password_version + 1,
            revision = revision + 1
          where user_id = ${uuid(userId)} and exists (select from go)
        ), ${endAllOf(userId, sql`go`)}, cleared as (
          ${clearBudgets(sql`user_id = ${uuid(userId)} and exists (select from go) ${spared}`)}
        ),`,
    })
    if (!written) return undefined
    await endTheRest(tx, userId)
    return await tellPlugins(host, tx, { type: 'reset', userId }, reset.policy)
  })
  if (!done) return flowEnded
  host.outbox.nudge()
  return { type: 'CompletePasswordResetPayload', said: done }
}

/** Opens what wrong passwords have closed, for somebody who knows theirs after all. Nothing else changes. */
export async function unlockAccount(
  context: RequestContext,
  input: { token: Secret },
): Promise<Completed | Problem> {
  const { host } = context
  const reset = await ready(context, input.token, 'reset')
  if ('code' in reset) return reset
  const done = await finish(context, host.db, reset, {
    audit: 'reset.unlocked',
    notice: 'account.unlocked',
    parts: sql`${settleHelp(reset.userId)}, cleared as (
        ${clearBudgets(sql`user_id = ${uuid(reset.userId)} and exists (select from go)
          and (ledger = ${PASSWORD_LEDGER} or ledger like ${`${PASSWORD_LEDGER}@%`} or ledger like ${`${PASSWORD_LEDGER}#%`})`)}
      ),`,
  })
  if (!done) return flowEnded
  host.outbox.nudge()
  return { type: 'UnlockAccountPayload' }
}

/** Ends a rehearsal: a reset would have worked, so the methods are confirmed as right. */
export async function finishRehearsal(
  context: RequestContext,
  session: ActiveSession,
  input: { token: Secret },
): Promise<Completed | Problem> {
  const reset = await ready(context, input.token, 'rehearsal')
  if ('code' in reset) return reset
  if (reset.userId !== session.account.userId || reset.sessionId !== session.id) return flowEnded
  const done = await finish(context, context.host.db, reset, {
    audit: 'reset.rehearsed',
    notice: null,
    parts: sql`confirmed as (
        update security_info.account set confirmed_at = ${now}, revision = revision + 1
        where user_id = ${uuid(reset.userId)} and exists (select from go)
      ),`,
  })
  return done ? { type: 'FinishRehearsalPayload' } : flowEnded
}

/** Whoever has helped themselves waits for no administrator. */
const settleHelp = (userId: string) => sql`settled as (
  update security_info.help_request set settled_at = ${now}
  where user_id = ${uuid(userId)} and settled_at is null and exists (select from go))`

async function ready(
  { host }: RequestContext,
  token: Secret,
  purpose: 'reset' | 'rehearsal',
): Promise<ReadyReset | Problem> {
  const reset = await loadReset(host, token.reveal())
  if (!reset) return flowEnded
  if (reset.rehearsal !== (purpose === 'rehearsal')) {
    return { type: 'FlowEnded', code: reset.rehearsal ? 'reset.isRehearsal' : 'reset.isNoRehearsal' }
  }
  const { refusal, required, proven, ready: isReady } = standingOf(host, reset)
  if (refusal) return refusal
  const { account } = reset
  if (!isReady || !account) {
    return policyDenied('passwordReset.gates', 'reset.gatesMissing', { left: required - proven })
  }
  return { ...reset, account }
}

/**
 * Spends the reset and writes what it was for, if the account is as it was when that was decided: no method was removed, the
 * account not disabled, the password not set meanwhile. Locks as everybody does: flows, account, sessions, and then the reset.
 */
async function finish(
  context: RequestContext,
  db: Db,
  reset: ReadyReset,
  change: { readonly audit: AuditType; readonly notice: CoreNotice | null; readonly parts: SQL },
): Promise<boolean> {
  const { userId, account } = reset
  const { requestId, clientAddress } = context.request
  const told = change.notice && noticeInsert(noticeOf(context, userId, change.notice, {}), sql`go`)
  const row = await maybeRow(
    db,
    sql`
    with ${lockAllOf(userId, String(account.revision))}, locked as (${reset.lock(sql`ready`)}),
    go as (
      delete from security_info.password_reset
      where user_id = ${uuid(userId)} and id = ${uuid(reset.id)} and exists (select from locked) returning id
    ), ${change.parts}
    ${told ? sql`told as (${told}),` : sql``}
    logged as (${auditInsert(
      {
        type: change.audit,
        userId,
        sessionId: reset.sessionId,
        requestId,
        detail: { subjectId: reset.id, clientAddress },
      },
      sql`go`,
    )})
    select id from go`,
  )
  return row !== undefined
}
