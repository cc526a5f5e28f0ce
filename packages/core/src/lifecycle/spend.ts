import { type SQL, sql } from 'drizzle-orm'
import type { ActiveSession } from '../session/load.ts'
import { now, uuid } from '../storage/sql.ts'

/** The statement part that takes the row lock of a flow, if it is alive and unspent. The first lock of every commit. */
export function lockFlow(session: ActiveSession, flowId: string): SQL {
  return sql`
    select id from security_info.flow
    where user_id = ${uuid(session.account.userId)} and id = ${uuid(flowId)} and session_id = ${uuid(session.id)}
      and consumed_at is null and expires_at > ${now}
    for update`
}

/** The statement part that spends a flow, if `guard` has a row. */
export function spendFlow(session: ActiveSession, flowId: string, guard: SQL): SQL {
  return sql`
    update security_info.flow set consumed_at = ${now}
    where user_id = ${uuid(session.account.userId)} and id = ${uuid(flowId)} and exists (select from ${guard})`
}
