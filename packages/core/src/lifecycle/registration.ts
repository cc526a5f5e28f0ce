import { sql } from 'drizzle-orm'
import { auditInsert } from '../audit/event.ts'
import type { RequestContext } from '../context.ts'
import type { Purpose } from '../contract/plugin.ts'
import {
  type FlowEnded,
  type FreshProofRequired,
  flowEnded,
  type InvalidInput,
  type NotFound,
  notFound,
  type PolicyDenied,
  policyDenied,
} from '../errors.ts'
import type { Host } from '../host.ts'
import { noticeInsert, noticeOf } from '../notices/notice.ts'
import { missingPurposes } from '../policy/interrupt.ts'
import { type Advanced, advance, writeSession } from '../session/advance.ts'
import { signOut } from '../session/end.ts'
import { freshProofProblem } from '../session/fresh-proof.ts'
import type { ActiveSession } from '../session/load.ts'
import { lockAccount, lockSession } from '../session/locks.ts'
import { situationOf } from '../session/state.ts'
import { isByPass } from '../session/two-factor.ts'
import { maybeRow } from '../storage/database.ts'
import { integer, text, time, uuid } from '../storage/sql.ts'
import { chooseDefault, defaultNotice } from './manage.ts'

export interface Finished extends Advanced {
  readonly type: 'Finished'
  /** The session is over: it was opened with an access pass. */
  readonly ended?: boolean
}

const DAY = 86_400_000

function missingProblem(missing: Purpose | undefined): PolicyDenied | undefined {
  return missing && policyDenied(`registration.required.${missing}`, `registration.missing.${missing}`)
}

/**
 * Why a session may not make yet what opens the account beside its methods: it still owes one (a second factor also while the wizard
 * is put off, or the password alone would be enough), or an access pass opened it, for what the wizard asks and nothing more.
 */
export function methodMissing(host: Host, session: ActiveSession, plugin: string): PolicyDenied | undefined {
  const owed = session.interrupt?.missing ?? []
  const missing = missingPurposes(situationOf(host, session)).find(
    (purpose) => purpose === 'TWO_FACTOR' || owed.includes(purpose),
  )
  if (missing) return missingProblem(missing)
  const asked = session.sections.some((section) => section.plugin === plugin && !section.done)
  return isByPass(session) && !asked ? policyDenied('accessPass', 'accessPass.wizardOnly') : undefined
}

/**
 * "Done": ends the wizard. Refused as long as anything is missing; the review may choose the default method with it.
 * Also how a person confirms that their methods are still right.
 */
export async function finishRegistration(
  context: RequestContext,
  session: ActiveSession,
  input: { defaultMethodId: string | null; defaultWay: string | null },
): Promise<Finished | FreshProofRequired | PolicyDenied | InvalidInput | NotFound | FlowEnded> {
  const { host } = context
  const missing = missingProblem(session.interrupt?.missing[0])
  if (missing) return missing
  const owed = session.sections.find((section) => !section.done)
  if (owed) {
    return policyDenied(`methods.${owed.plugin}`, 'registration.sectionOwed', { section: owed.id })
  }
  if (session.interrupt?.reasons.includes('ACCESS_PASS')) {
    return policyDenied('accessPass', 'reason.ACCESS_PASS')
  }
  let account = session.account
  let notice: ReturnType<typeof defaultNotice> = null
  if (input.defaultMethodId !== null) {
    const stale = freshProofProblem(host, session)
    if (stale) return stale
    const method = session.methods.find((one) => one.id === input.defaultMethodId)
    if (!method) return notFound
    const chosen = chooseDefault(host, session, method, input.defaultWay)
    if ('type' in chosen) return chosen
    account = chosen
    notice = defaultNotice(session.account, chosen, method.kind)
  }
  const next = await advance(host, session, {
    account: { ...account, confirmedAt: session.now },
    registering: false,
  })
  const done = await commit(context, session, next, 'registration.finished', notice)
  if (!done) return flowEnded
  if (!isByPass(session)) return done
  // Its holder signs in now with what they have set up.
  await signOut(context, done.session, false)
  return { ...done, ended: true }
}

/** Puts the wizard off: for this session where only the reset policy asks, else for the days the policy grants. */
export async function snoozeRegistration(
  context: RequestContext,
  session: ActiveSession,
): Promise<Finished | PolicyDenied | FlowEnded> {
  const { host } = context
  const { interrupt, policy, account } = session
  if (!interrupt) return policyDenied('registration', 'registration.nothingToSnooze')
  if (!interrupt.skippable || isByPass(session))
    return policyDenied('registration.snooze', 'registration.notSkippable')
  const counted = interrupt.snoozesLeft !== null
  const until = new Date(session.now.getTime() + policy.registration.snooze.days * DAY)
  const next = await advance(host, session, {
    skipped: true,
    registering: false,
    account: counted ? { ...account, snoozedUntil: until, snoozesUsed: account.snoozesUsed + 1 } : account,
  })
  return (await commit(context, session, next, 'registration.snoozed', null)) ?? flowEnded
}

/** One statement, guarded by the revision: two parallel snoozes cost one. */
async function commit(
  context: RequestContext,
  session: ActiveSession,
  next: Advanced,
  type: 'registration.finished' | 'registration.snoozed',
  notice: ReturnType<typeof defaultNotice>,
): Promise<Finished | undefined> {
  const { userId } = session.account
  const { account } = next.session
  const go = sql`go`
  const row = await maybeRow(
    context.host.db,
    sql`
    with unchanged as (${lockAccount(session)}),
    go as (${lockSession(session, sql`unchanged`)}),
    owned as (
      update security_info.account set revision = revision + 1,
        default_method_id = ${uuid(account.defaultMethodId)}, default_way = ${text(account.defaultWay)},
        confirmed_at = ${time(account.confirmedAt)}, snoozed_until = ${time(account.snoozedUntil)},
        snoozes_used = ${integer(account.snoozesUsed)}
      where user_id = ${uuid(userId)} and exists (select from go)
    ),
    advanced as (${writeSession(next, go)}),
    ${notice ? sql`told as (${noticeInsert(noticeOf(context, userId, notice.type, notice.detail), go)}),` : sql``}
    logged as (${auditInsert(
      { type, userId, sessionId: session.id, requestId: context.request.requestId, detail: {} },
      go,
    )})
    select id from go`,
  )
  return row && { type: 'Finished', ...next }
}
