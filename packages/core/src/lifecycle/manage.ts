import { type SQL, sql } from 'drizzle-orm'
import { type AuditDetail, type AuditType, auditInsert } from '../audit/event.ts'
import type { RequestContext } from '../context.ts'
import { PURPOSES } from '../contract/plugin.ts'
import {
  type FlowEnded,
  type FreshProofRequired,
  flowEnded,
  type InvalidInput,
  invalidInput,
  type NotFound,
  notFound,
  type PolicyDenied,
  policyDenied,
} from '../errors.ts'
import type { Host } from '../host.ts'
import { type NoticeDetail, type NoticeType, noticeInsert, noticeOf } from '../notices/notice.ts'
import { removeKeeping } from '../notices/removed.ts'
import { coverage } from '../policy/coverage.ts'
import { requiredFor } from '../policy/document.ts'
import { freshProofProblem } from '../session/fresh-proof.ts'
import { type AccountRow, type ActiveSession, loadByHash, type MethodRow } from '../session/load.ts'
import { lockAccount, lockSession } from '../session/locks.ts'
import { decideState } from '../session/state.ts'
import { maybeRow } from '../storage/database.ts'
import { text, uuid } from '../storage/sql.ts'
import { defaultAfter, defaultOf, defaultWays } from './default-method.ts'
import { cleanLabel } from './label.ts'

export interface Managed {
  readonly type: 'Managed'
  readonly session: ActiveSession
  readonly methodId: string
}

/** Why a method can't be changed now. */
type ManageProblem = FreshProofRequired | PolicyDenied | InvalidInput | NotFound | FlowEnded

/** A change of an account's methods, decided on one revision of them. */
interface Decision {
  readonly account: AccountRow
  readonly methods: readonly MethodRow[]
  /** The statement parts that write it; each has to depend on `go`. */
  readonly write: SQL
  readonly audit: { readonly type: AuditType; readonly detail: AuditDetail }
  readonly notice: { readonly type: NoticeType; readonly detail: NoticeDetail } | null
}

const MAX_RACES = 20

/** Renames a method, makes it the default, or both. */
export async function updateMethod(
  context: RequestContext,
  session: ActiveSession,
  input: { methodId: string; label: string | null; makeDefault: boolean; defaultWay: string | null },
): Promise<Managed | ManageProblem> {
  const label = input.label === null ? null : cleanLabel(input.label, ['label'])
  if (label !== null && typeof label !== 'string') return label
  const { host } = context
  const movesDefault = input.makeDefault || input.defaultWay !== null
  return change(context, session, input.methodId, (current, method) => {
    // A name protects nothing, so a new one needs no fresh proof.
    const stale = movesDefault ? freshProofProblem(host, current) : undefined
    if (stale) return stale
    const chosen = movesDefault ? chooseDefault(host, current, method, input.defaultWay) : current.account
    if ('type' in chosen) return chosen
    const name = label ?? method.label
    return {
      account: chosen,
      methods: current.methods.map((one) => (one.id === method.id ? { ...one, label: name } : one)),
      write: sql`changed as (
        update security_info.method set label = ${text(name)}
        where user_id = ${uuid(current.account.userId)} and id = ${uuid(method.id)} and exists (select from go)
      )`,
      audit: { type: 'method.updated', detail: { kind: method.kind, methodId: method.id } },
      notice: defaultNotice(current.account, chosen, method.kind),
    }
  })
}

/** Removes a method, unless policy needs it. Removing the default moves the default to the next strongest. */
export async function removeMethod(
  context: RequestContext,
  session: ActiveSession,
  input: { methodId: string },
): Promise<Managed | ManageProblem> {
  const { host } = context
  return change(context, session, input.methodId, (current, method) => {
    const stale = freshProofProblem(host, current)
    if (stale) return stale
    const methods = current.methods.filter((one) => one.id !== method.id)
    const needed = stillNeeded(host, current, methods)
    if (needed) return needed
    return {
      account: defaultAfter(host, current.policy, current.account, methods, { prefer: null }),
      methods,
      write: removeKeeping(current.account.userId, uuid(method.id)),
      audit: { type: 'method.removed', detail: { kind: method.kind, methodId: method.id } },
      notice: { type: 'method.removed', detail: { kind: method.kind, methodId: method.id } },
    }
  })
}

/** What tells of a new default, where it is another one. */
export function defaultNotice(before: AccountRow, after: AccountRow, kind: string) {
  const same = before.defaultMethodId === after.defaultMethodId && before.defaultWay === after.defaultWay
  return same
    ? null
    : ({ type: 'default.changed', detail: { kind, defaultBefore: defaultOf(before) } } as const)
}

/** The last method that policy requires stays; the refusal says what to add first. */
function stillNeeded(
  host: Host,
  session: ActiveSession,
  after: readonly MethodRow[],
): PolicyDenied | undefined {
  const purpose = PURPOSES.find((one) => {
    const left = coverage(host.kinds, session.policy, after, one)
    const had = coverage(host.kinds, session.policy, session.methods, one)
    return left < had && left < requiredFor(session.policy, one)
  })
  return purpose && policyDenied(`registration.required.${purpose}`, `policy.lastMethod.${purpose}`)
}

export function chooseDefault(
  host: Host,
  session: ActiveSession,
  method: MethodRow,
  wanted: string | null,
): AccountRow | PolicyDenied | InvalidInput {
  const kind = host.kinds.get(method.kind)
  const ways = kind ? defaultWays(session.policy, kind) : []
  if (method.state !== 'ACTIVE' || ways.length === 0) {
    return policyDenied(`methods.${method.kind}.allowedFor`, 'policy.notDefault', { kind: method.kind })
  }
  const way = wanted === null ? ways[0] : ways.find((one) => one.id === wanted)
  if (!way) {
    const expected = ways.map((one) => one.id).join(' or ')
    return invalidInput(['defaultWay'], `"${wanted}" can't be the default way; expected ${expected}.`)
  }
  return { ...session.account, defaultMethodId: method.id, defaultWay: way.id }
}

/**
 * Decides on what the session sees, and commits it if the account's revision is still the one it was decided on; else
 * looks and decides again. So two parallel removals can't both take "not the last one" (H26).
 */
async function change(
  context: RequestContext,
  first: ActiveSession,
  methodId: string,
  decide: (
    session: ActiveSession,
    method: MethodRow,
  ) => Decision | FreshProofRequired | PolicyDenied | InvalidInput,
): Promise<Managed | ManageProblem> {
  const { host } = context
  let session: ActiveSession | undefined = first
  for (let race = 0; race < MAX_RACES; race++) {
    const method: MethodRow | undefined = session.methods.find((one) => one.id === methodId)
    if (!method) return notFound
    const decision = decide(session, method)
    if ('type' in decision) return decision
    if (await commit(context, session, decision)) {
      const revision = session.account.revision + 1
      const next: ActiveSession = {
        ...session,
        methods: decision.methods,
        account: { ...decision.account, revision },
      }
      return { type: 'Managed', methodId, session: { ...next, ...(await decideState(host, next)) } }
    }
    session = await loadByHash(host, first.account.userId, first.tokenHash)
    if (!session || session.state === 'SECOND_FACTOR_REQUIRED') return flowEnded
  }
  return flowEnded
}

async function commit(context: RequestContext, session: ActiveSession, decision: Decision): Promise<boolean> {
  const { userId } = session.account
  const { account, notice } = decision
  const row = await maybeRow(
    context.host.db,
    sql`
    with unchanged as (${lockAccount(session)}),
    go as (${lockSession(session, sql`unchanged`)}),
    ${decision.write},
    owned as (
      update security_info.account set revision = revision + 1,
        default_method_id = ${uuid(account.defaultMethodId)}, default_way = ${text(account.defaultWay)}
      where user_id = ${uuid(userId)} and exists (select from go)
    ),
    ${notice ? sql`told as (${noticeInsert(noticeOf(context, userId, notice.type, notice.detail), sql`go`)}),` : sql``}
    logged as (${auditInsert(
      { ...decision.audit, userId, sessionId: session.id, requestId: context.request.requestId },
      sql`go`,
    )})
    select id from go`,
  )
  return row !== undefined
}
