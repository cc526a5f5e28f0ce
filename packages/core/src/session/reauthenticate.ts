import { sql } from 'drizzle-orm'
import { passwordMatches } from '../account/password.ts'
import { auditInsert } from '../audit/event.ts'
import type { RequestContext } from '../context.ts'
import type { Secret } from '../crypto/secret.ts'
import {
  type FlowEnded,
  type FreshProofRequired,
  flowEnded,
  type RateLimited,
  rateLimited,
  type SignInRejected,
} from '../errors.ts'
import { clearLedgers } from '../lifecycle/budget.ts'
import { tellOfLock } from '../notices/notice.ts'
import { maybeRow } from '../storage/database.ts'
import { uuid } from '../storage/sql.ts'
import { type Advanced, advance, withProof, writeSession } from './advance.ts'
import { freshProofProblem } from './fresh-proof.ts'
import type { ActiveSession } from './load.ts'
import { lockSession } from './locks.ts'
import { claimPassword, type PasswordClaim, passwordProof } from './password-claim.ts'
import { hasTwoFactor } from './two-factor.ts'

export interface Reauthenticated extends Advanced {
  readonly type: 'Reauthenticated'
}

/** A fresh proof by the password, for people who have no second factor; everybody else uses a challenge. */
export async function reauthenticate(
  context: RequestContext,
  session: ActiveSession,
  input: { password: Secret },
): Promise<Reauthenticated | SignInRejected | RateLimited | FreshProofRequired | FlowEnded> {
  const { host, request } = context
  const { userId } = session.account
  if (hasTwoFactor(host, session)) {
    const stale = freshProofProblem(host, session)
    if (stale) return stale
  }
  return host.slowHash.admit(userId, async () => {
    const claim = await claimPassword(host, { userId }, request.clientAddress)
    return 'retryAt' in claim ? rateLimited(claim.retryAt) : compare(context, session, claim, input.password)
  })
}

async function compare(
  context: RequestContext,
  session: ActiveSession,
  claim: PasswordClaim,
  password: Secret,
): Promise<Reauthenticated | SignInRejected | FlowEnded> {
  const { host, request } = context
  const { userId } = session.account
  const entry = { userId, sessionId: session.id, requestId: request.requestId, detail: {} }
  if (!(await passwordMatches(host, userId, claim.account?.password, password))) {
    const failed = auditInsert({ ...entry, type: 'reauthentication.failed' })
    await host.db.execute(claim.closes ? sql`with ${tellOfLock(context, userId)} ${failed}` : failed)
    return { type: 'SignInRejected', code: 'password.wrong' }
  }
  const next = await advance(host, session, {
    now: claim.now,
    proofs: withProof(session.proofs, passwordProof(claim.now)),
  })
  const go = sql`go`
  const row = await maybeRow(
    host.db,
    sql`
    with go as (${lockSession(session)}),
    cleared as (${clearLedgers(uuid(userId), claim.ledgers, go)}),
    advanced as (${writeSession(next, go)}),
    logged as (${auditInsert({ ...entry, type: 'reauthentication.succeeded' }, go)})
    select id from go`,
  )
  return row ? { type: 'Reauthenticated', ...next } : flowEnded
}
