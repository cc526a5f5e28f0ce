import { sql } from 'drizzle-orm'
import { auditInsert } from '../audit/event.ts'
import type { RequestContext } from '../context.ts'
import { type ActiveSession, loadByHash } from '../session/load.ts'
import { lockAccount, lockSession } from '../session/locks.ts'
import { hasProvenTwoFactor, hasTwoFactor, isByPass } from '../session/two-factor.ts'
import { isUniqueViolation, maybeRow, rows } from '../storage/database.ts'
import { uuid } from '../storage/sql.ts'
import { noticeInsert, noticeOf } from './notice.ts'
import { putBack } from './removed.ts'

/**
 * Puts back the methods whose removal the person has undone, once a session has proven all that they can prove. One that no
 * longer fits (its place is taken, its credential is registered elsewhere) stays removed. Gives the session as it is then.
 */
export async function restoreWanted(context: RequestContext, proven: ActiveSession): Promise<ActiveSession> {
  const { host } = context
  const unproven = isByPass(proven) || (hasTwoFactor(host, proven) && !hasProvenTwoFactor(proven))
  if (!proven.restorable || unproven) return proven
  const { userId } = proven.account
  const wanted = await rows<{ id: string; kind: string }>(
    host.db,
    sql`select id, kind from security_info.removed_method
      where user_id = ${uuid(userId)} and wanted_at is not null order by removed_at`,
  )
  let session = proven
  for (const { id, kind } of wanted) {
    const limit = host.kinds.get(kind)?.method.limits.methods ?? 0
    if (session.methods.filter((method) => method.kind === kind).length >= limit) continue
    await restore(context, session, id, kind)
    session = (await loadByHash(host, userId, session.tokenHash)) ?? session
  }
  return session
}

async function restore(context: RequestContext, session: ActiveSession, id: string, kind: string) {
  const { host, request } = context
  const { userId } = session.account
  try {
    await maybeRow(
      host.db,
      sql`
      with unchanged as (${lockAccount(session)}),
      go as (${lockSession(session, sql`unchanged`)}),
      ${putBack(userId, uuid(id))},
      owned as (
        update security_info.account set revision = revision + 1
        where user_id = ${uuid(userId)} and exists (select from go)
      ), told as (${noticeInsert(noticeOf(context, userId, 'method.restored', { kind, methodId: id }), sql`back`)}),
      logged as (${auditInsert(
        {
          type: 'method.restored',
          userId,
          sessionId: session.id,
          requestId: request.requestId,
          detail: { methodId: id, kind },
        },
        sql`back`,
      )})
      select id from back`,
    )
  } catch (error) {
    if (!isUniqueViolation(error)) throw error
  }
}
