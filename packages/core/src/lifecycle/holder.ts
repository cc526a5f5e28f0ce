import { randomUUID } from 'node:crypto'
import { type SQL, sql } from 'drizzle-orm'
import type { MethodKind } from '../contract/kind.ts'
import type { FlowStart } from '../contract/plugin.ts'
import type { Policy } from '../policy/document.ts'
import type { ActiveSession } from '../session/load.ts'
import { lockSession } from '../session/locks.ts'

/** What holds a begun flow: a session, or an anonymous password reset. A flow is good for nothing without it. */
export interface Holder {
  readonly userId: string
  readonly id: string
  /** Of the session; null for a reset. */
  readonly sessionId: string | null
  /** Database time of its look-up. */
  readonly now: Date
  readonly policy: Policy
  readonly username: string
  readonly displayName: string
  /** The statement part that takes its row lock, if its token is still the one that was authorised. */
  lock(after?: SQL): SQL
}

export function heldBySession(session: ActiveSession): Holder {
  const { userId, identifier, displayName } = session.account
  return {
    userId,
    id: session.id,
    sessionId: session.id,
    now: session.now,
    policy: session.policy,
    username: identifier,
    displayName,
    lock: (after) => lockSession(session, after),
  }
}

/** A flow about to begin, as handlers see it. */
export function startFlow(holder: Holder, kind: MethodKind, way: string): FlowStart<object> {
  const { userId, username, displayName, now } = holder
  const policy = holder.policy.methods[kind.id] ?? {}
  return { flowId: randomUUID(), userId, username, displayName, way, policy, now }
}

/**
 * Whether what holds the flow `f` is still there: codes are sent and read out only as long. A reset that has ended takes its
 * flows with it.
 */
export const stillHeld: SQL = sql`case when f.type = 'reset'
  then exists (select from security_info.password_reset r where r.user_id = f.user_id and r.id = f.session_id)
  else exists (select from security_info.session s where s.user_id = f.user_id and s.id = f.session_id) end`
