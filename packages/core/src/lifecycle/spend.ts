import { type SQL, sql } from 'drizzle-orm'
import { now, uuid } from '../storage/sql.ts'

/** The statement part that spends a flow, if `guard` has a row. */
export function spendFlow(userId: string, flowId: string, guard: SQL): SQL {
  return sql`
    update security_info.flow set consumed_at = ${now}, delivery = null
    where user_id = ${uuid(userId)} and id = ${uuid(flowId)} and exists (select from ${guard})`
}
