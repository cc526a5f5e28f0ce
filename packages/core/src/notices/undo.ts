import { type SQL, sql } from 'drizzle-orm'
import { auditInsert } from '../audit/event.ts'
import type { RequestContext } from '../context.ts'
import type { Secret } from '../crypto/secret.ts'
import { readUndoToken } from '../crypto/token.ts'
import { type FlowEnded, linkEnded } from '../errors.ts'
import { inTransaction } from '../lifecycle/patience.ts'
import { endAllOf, endTheRest, lockAllOf } from '../session/locks.ts'
import { isUniqueViolation, maybeRow } from '../storage/database.ts'
import { bytes, now, text, uuid } from '../storage/sql.ts'
import {
  type NoticeDetail,
  type NoticeType,
  noticeDetail,
  noticeInsert,
  noticeOf,
  pluginOf,
  UNDO_HOURS,
} from './notice.ts'
import { putBack, removeForGood } from './removed.ts'

export interface Undone {
  readonly type: 'UndoChangePayload'
  readonly undone: NoticeType
}

interface Row {
  readonly type: NoticeType
  readonly detail: unknown
  /** The account's, on which it is decided what there is to take back. */
  readonly revision: string
}

/** What lost a race looks again at what the winner left; more than this many in a row is something else. */
const MAX_RACES = 20

const alive = (hash: Uint8Array, userId: string) => sql`
  user_id = ${uuid(userId)} and undo_hash = ${bytes(hash)} and undone_at is null
    and created_at > ${now} - make_interval(hours => ${UNDO_HOURS})`

/**
 * "This wasn't me": takes back what a notice told of. Whoever made the change had a session, so all of them end, and with
 * them what was begun; the administrators are told. The link works once.
 *
 * An added method goes, a replaced one comes back. A removed one comes back at the next sign-in that proves all the person
 * can prove: a mailbox alone must not bring a stolen phone back into use.
 */
export async function undoChange(
  context: RequestContext,
  input: { token: Secret },
): Promise<Undone | FlowEnded> {
  const { host } = context
  const token = readUndoToken(input.token.reveal())
  if (!token) return linkEnded
  const { userId, hash } = token
  for (let race = 0; race < MAX_RACES; race++) {
    const notice = await maybeRow<Row>(
      host.db,
      sql`select type, detail, (select revision::text from security_info.account where user_id = ${uuid(userId)}) as revision
        from security_info.notice where ${alive(hash, userId)}`,
    )
    if (!notice) return linkEnded
    if (await revertOnce(context, userId, hash, notice)) {
      return { type: 'UndoChangePayload', undone: notice.type }
    }
  }
  return linkEnded
}

async function revertOnce(
  context: RequestContext,
  userId: string,
  hash: Uint8Array,
  { type, detail: json, revision }: Row,
): Promise<boolean> {
  const detail = noticeDetail.parse(json)
  const { host } = context
  const owner = pluginOf(host, type)
  const write = async (revert: Revert) => {
    const statement = statementOf(context, { userId, hash, type, detail, revision, revert })
    return host.db.transaction(async (tx) => {
      if (!(await maybeRow(tx, statement))) return false
      await endTheRest(tx, userId)
      if (owner) {
        await inTransaction(owner.id, () => owner.undo?.(tx, { type, userId, subjectId: detail.subjectId }))
      }
      return true
    })
  }
  try {
    return await write(revertOf(userId, type, detail))
  } catch (error) {
    if (!isUniqueViolation(error)) throw error
    // What was replaced is registered elsewhere by now: the rest is undone all the same.
    return write({
      parts: sql`${removeForGood(userId, uuid(detail.methodId ?? null))},`,
      defaultBefore: { methodId: null, way: null },
    })
  }
}

/** What a kind of notice takes back. */
interface Revert {
  /** Statement parts that depend on `go`, each followed by a comma. */
  readonly parts: SQL
  /** The default method and way as they were, where the notice says. */
  readonly defaultBefore: NoticeDetail['defaultBefore']
}
const NOTHING: Revert = { parts: sql``, defaultBefore: undefined }

function revertOf(userId: string, type: NoticeType, detail: NoticeDetail): Revert {
  const method = uuid(detail.methodId ?? null)
  const { defaultBefore } = detail
  switch (type) {
    case 'method.enrolled':
    case 'method.restored':
      return { parts: sql`${removeForGood(userId, method)}, ${wantSince(userId)},`, defaultBefore }
    case 'method.replaced': {
      const parts = sql`${removeForGood(userId, method)}, ${putBack(userId, uuid(detail.replacedMethodId ?? null))},`
      return { parts, defaultBefore }
    }
    case 'method.removed': {
      const parts = sql`wanted as (
        update security_info.removed_method set wanted_at = ${now}
        where user_id = ${uuid(userId)} and id = ${method} and exists (select from go)
      ),`
      return { parts, defaultBefore: undefined }
    }
    case 'default.changed':
      return { parts: sql``, defaultBefore }
    default:
      return NOTHING
  }
}

/**
 * What was removed since the notice is wanted back: whoever added a method may have removed the owner's, and until that one is
 * back, the password alone would open the account.
 */
function wantSince(userId: string): SQL {
  return sql`wanted as (
      update security_info.removed_method r set wanted_at = ${now}
      where r.user_id = ${uuid(userId)} and r.id not in (select id from line)
        and r.removed_at >= (select created_at from security_info.notice where id = (select id from go) and user_id = ${uuid(userId)})
        and exists (select from go)
    )`
}

/**
 * The default as it was, as far as its method is there; where a method goes, only if that is the default now. Else the
 * strongest is asked for.
 */
function defaultBack(
  owner: SQL,
  { type, detail, revert }: { type: NoticeType; detail: NoticeDetail; revert: Revert },
): SQL {
  const before = revert.defaultBefore
  if (!before) return sql``
  const { methodId, way } = before
  const from = methodId === detail.replacedMethodId ? 'removed_method' : 'method'
  const there = sql`exists (
    select from security_info.${sql.identifier(from)} where user_id = ${owner} and id = ${uuid(methodId)})`
  const moves = type === 'default.changed' ? sql`true` : sql`default_method_id in (select id from line)`
  return sql`,
    default_method_id = case when ${moves} then case when ${there} then ${uuid(methodId)} end else default_method_id end,
    default_way = case when ${moves} then case when ${there} then ${text(way)} end else default_way end`
}

/**
 * Flows, account and sessions are locked as everywhere, in this order, and then the notice: neither two links at once nor a
 * proof that is under way can cross it. The revision says that what this statement sees of the methods is still so.
 */
function statementOf(
  context: RequestContext,
  undo: {
    userId: string
    hash: Uint8Array
    type: NoticeType
    detail: NoticeDetail
    revision: string
    revert: Revert
  },
): SQL {
  const { userId, hash, type, detail, revision, revert } = undo
  const owner = uuid(userId)
  const { requestId, clientAddress } = context.request
  return sql`
    with recursive ${lockAllOf(userId, revision)}, go as (
      update security_info.notice set undone_at = ${now}
      where ${alive(hash, userId)} and exists (select from ready) returning id
    ), ${revert.parts}
    owned as (
      update security_info.account set revision = revision + 1, password_version = password_version + 1
        ${defaultBack(owner, undo)}
      where user_id = ${owner} and exists (select from go)
    ), ${endAllOf(userId, sql`go`)}, told as (${noticeInsert(
      noticeOf(context, userId, 'notice.undone', detail.kind === undefined ? {} : { kind: detail.kind }),
      sql`go`,
    )}), logged as (${auditInsert(
      {
        type: 'notice.undone',
        userId,
        sessionId: null,
        requestId,
        detail: { reason: type, clientAddress, ...(detail.methodId && { methodId: detail.methodId }) },
      },
      sql`go`,
    )})
    select id from go`
}
