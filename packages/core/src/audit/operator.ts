import type { SQL } from 'drizzle-orm'
import { type AuditDetail, type AuditType, auditInsert } from './event.ts'

/** In place of a person, where an event concerns everybody. */
const NOBODY = '00000000-0000-0000-0000-000000000000'

/**
 * The statement part that writes down what the operator did to the gateway itself, at the command line: whoever reads the trail has
 * to find that rules or keys were others from then on. `guard` as in `auditInsert`.
 */
export function operatorInsert(type: AuditType, detail: AuditDetail, guard?: SQL): SQL {
  return auditInsert({ type, userId: NOBODY, sessionId: null, requestId: 'operator', detail }, guard)
}
