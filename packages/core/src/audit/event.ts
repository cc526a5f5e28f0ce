import { type SQL, sql } from 'drizzle-orm'
import { json, text, uuid } from '../storage/sql.ts'

/** Everything that is audited. */
export type AuditType =
  | 'account.created'
  | 'account.passwordSet'
  | 'signIn.succeeded'
  | 'signIn.failed'
  | 'session.ended'
  | 'reauthentication.succeeded'
  | 'reauthentication.failed'
  | 'enrollment.begun'
  | 'enrollment.failed'
  | 'method.enrolled'
  | 'method.updated'
  | 'method.removed'
  | 'method.disabled'
  | 'challenge.begun'
  | 'challenge.failed'
  | 'challenge.succeeded'
  | 'reset.begun'
  | 'reset.gateBegun'
  | 'reset.gateFailed'
  | 'reset.gateProven'
  | 'reset.completed'
  | 'reset.unlocked'
  | 'reset.rehearsed'
  | 'reset.helpAsked'
  | 'help.settled'
  | 'accessPass.issued'
  | 'accessPass.revoked'
  | 'account.passwordChanged'
  | 'account.passwordChangeFailed'
  | 'account.disabled'
  | 'account.enabled'
  | 'account.unlocked'
  | 'account.changed'
  | 'code.resent'
  | 'notice.undone'
  | 'method.restored'
  | 'registration.finished'
  | 'registration.snoozed'
  | 'device.remembered'
  | 'device.forgotten'
  | 'policy.changed'
  | 'keys.rotated'
  | 'pepper.rotated'
  | 'audit.pruned'
  | 'epoch.begun'

/** The facts an event may carry: a fixed list, so that a secret has no name to travel under. */
export interface AuditDetail {
  readonly kind?: string
  readonly way?: string
  readonly methodId?: string
  readonly replacedMethodId?: string
  readonly flowId?: string
  readonly reason?: string
  readonly endedSessionId?: string
  readonly clientAddress?: string
  /** The administrator who did it. */
  readonly actorId?: string
  readonly scope?: string
  /** Of a reset, an access pass, or a row of a plugin's. */
  readonly subjectId?: string
  /** Of the policy, whose versions are all kept, or of the pepper. */
  readonly version?: number
  /** The name of a key, in a ring. */
  readonly keyId?: string
  /** How many values or events it concerned. */
  readonly count?: number
}

export interface AuditEntry {
  /** Core's own, or `<plugin>.<event>`. */
  readonly type: AuditType | `${string}.${string}`
  readonly userId: string
  readonly sessionId: string | null
  readonly requestId: string
  readonly detail: AuditDetail
}

/** The statement part that writes an event with the change it tells of; `guard` names the part the change depends on. */
export function auditInsert(entry: AuditEntry, guard?: SQL): SQL {
  return sql`
    insert into security_info.audit_event (user_id, type, session_id, request_id, detail)
    select ${uuid(entry.userId)}, ${text(entry.type)}, ${uuid(entry.sessionId)}, ${text(entry.requestId)}, ${json(entry.detail)}
    ${guard ? sql`where exists (select from ${guard})` : sql.empty()}`
}
