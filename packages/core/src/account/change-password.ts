import { sql } from 'drizzle-orm'
import { auditInsert } from '../audit/event.ts'
import type { RequestContext } from '../context.ts'
import type { Secret } from '../crypto/secret.ts'
import {
  type FlowEnded,
  type FreshProofRequired,
  flowEnded,
  type InvalidInput,
  type RateLimited,
  rateLimited,
  type SignInRejected,
} from '../errors.ts'
import { clearLedgers } from '../lifecycle/budget.ts'
import { noticeInsert, noticeOf, tellOfLock } from '../notices/notice.ts'
import { type Advanced, advance, withProof, writeSession } from '../session/advance.ts'
import { freshProofProblem } from '../session/fresh-proof.ts'
import type { ActiveSession } from '../session/load.ts'
import { endAllOf, endTheRest, lockAllOf, lockSession } from '../session/locks.ts'
import { claimPassword, type PasswordClaim, passwordProof } from '../session/password-claim.ts'
import { maybeRow } from '../storage/database.ts'
import { bytes, uuid } from '../storage/sql.ts'
import { newPasswordProblem } from './new-password.ts'
import { passwordMatches, sealPassword } from './password.ts'

export interface PasswordChanged extends Advanced {
  readonly type: 'PasswordChanged'
}

/**
 * Changes the password of somebody who is signed in: they prove the current one and, as for every change, who they are. All
 * other sessions end (ASVS 6.2.2, 7.4.3).
 */
export async function changePassword(
  context: RequestContext,
  session: ActiveSession,
  input: { currentPassword: Secret; newPassword: Secret },
): Promise<PasswordChanged | SignInRejected | RateLimited | FreshProofRequired | InvalidInput | FlowEnded> {
  const { host, request } = context
  const { account } = session
  const { userId } = account
  const stale = freshProofProblem(host, session)
  if (stale) return stale
  const problem = await newPasswordProblem(host, input.newPassword, account, session.policy)
  if (problem) return problem
  return host.slowHash.admit(userId, async () => {
    const claim = await claimPassword(host, { userId }, request.clientAddress)
    return 'retryAt' in claim ? rateLimited(claim.retryAt) : change(context, session, claim, input)
  })
}

async function change(
  context: RequestContext,
  session: ActiveSession,
  claim: PasswordClaim,
  input: { currentPassword: Secret; newPassword: Secret },
): Promise<PasswordChanged | SignInRejected | FlowEnded> {
  const { host, request } = context
  const { account } = session
  const { userId } = account
  const entry = { userId, sessionId: session.id, requestId: request.requestId, detail: {} }
  if (!(await passwordMatches(host, userId, claim.account?.password, input.currentPassword))) {
    const failed = auditInsert({ ...entry, type: 'account.passwordChangeFailed' })
    await host.db.execute(claim.closes ? sql`with ${tellOfLock(context, userId)} ${failed}` : failed)
    return { type: 'SignInRejected', code: 'password.wrong' }
  }
  const sealed = await sealPassword(host, userId, input.newPassword)
  const next = await advance(host, session, {
    now: claim.now,
    account: { ...account, revision: account.revision + 1 },
    proofs: withProof(session.proofs, passwordProof(claim.now)),
  })
  const go = sql`go`
  const done = await host.db.transaction(async (tx) => {
    const row = await maybeRow(
      tx,
      sql`
    with ${lockAllOf(userId, String(account.revision))}, go as (${lockSession(session, sql`ready`)}),
    changed as (
      update security_info.account set password = ${bytes(sealed)}, password_version = password_version + 1,
        revision = revision + 1
      where user_id = ${uuid(userId)} and exists (select from go) returning password_version
    ), ${endAllOf(userId, go, session.id)},
    advanced as (${writeSession(next, go, sql`password_version = (select password_version from changed)`)}),
    cleared as (${clearLedgers(uuid(userId), claim.ledgers, go)}),
    told as (${noticeInsert(noticeOf(context, userId, 'account.passwordChanged', {}), go)}),
    logged as (${auditInsert({ ...entry, type: 'account.passwordChanged' }, go)})
    select id from go`,
    )
    if (row) await endTheRest(tx, userId)
    return row !== undefined
  })
  if (!done) return flowEnded
  host.outbox.nudge()
  return { type: 'PasswordChanged', ...next }
}
