import { randomUUID } from 'node:crypto'
import { sql } from 'drizzle-orm'
import { auditInsert } from '../audit.ts'
import type { RequestContext } from '../context.ts'
import type { MethodKind } from '../contract/kind.ts'
import type { FlowStart } from '../contract/plugin.ts'
import type { StepShape } from '../graphql/builder.ts'
import type { ActiveSession } from '../session/load.ts'
import { lockSession } from '../session/locks.ts'
import { maybeRow } from '../storage/database.ts'
import { bytes, date, integer, maybeDate, ms, now, seconds, text, uuid } from '../storage/sql.ts'
import type { FlowType } from '../storage/tables.ts'
import { sealPending } from './sealed.ts'

/** A begun enrolment or challenge as its owner sees it. */
export interface FlowView {
  readonly id: string
  readonly type: FlowType
  readonly kind: string
  readonly way: string
  readonly methodId: string | null
  readonly attemptsLeft: number
  readonly createdAt: Date
  readonly expiresAt: Date
  readonly state: 'OPEN' | 'SIGNALLED' | 'ENDED'
  /** Only in the answer that began it: it may hold what is shown once. */
  readonly step: StepShape | null
}

interface NewFlow {
  readonly id: string
  readonly type: FlowType
  readonly kind: MethodKind
  readonly way: string
  readonly methodId: string | null
  readonly pending: object
}

/** A flow about to begin, as handlers see it. */
export function startFlow(session: ActiveSession, way: string): FlowStart {
  const { userId, identifier, displayName } = session.account
  return { flowId: randomUUID(), userId, username: identifier, displayName, way, now: session.now }
}

/**
 * Keeps a begun flow, sealed, if the session's token is still good; `undefined` where it is not. One statement, with its
 * audit event.
 */
export async function insertFlow(
  context: RequestContext,
  session: ActiveSession,
  flow: NewFlow,
): Promise<FlowView | undefined> {
  const { host, request } = context
  const { id } = flow
  const { userId } = session.account
  const { attempts, ttlSeconds } = flow.kind.method.limits
  const shape = flow.type === 'enrollment' ? flow.kind.method.enrolling : flow.kind.method.challenging
  const row = await maybeRow<{ created_at: number; expires_at: number }>(
    host.db,
    sql`
    with go as (${lockSession(session)}), begun as (
      insert into security_info.flow
        (user_id, id, type, session_id, kind, way, method_id, pending, attempts, attempts_left, expires_at)
      select ${uuid(userId)}, ${uuid(id)}, ${text(flow.type)}, ${uuid(session.id)}, ${text(flow.kind.id)},
        ${text(flow.way)}, ${uuid(flow.methodId)}, ${bytes(sealPending(host, shape, userId, id, flow.pending))},
        ${integer(attempts)}, ${integer(attempts)}, ${now} + ${seconds(ttlSeconds)}
      from go returning created_at, expires_at
    ), logged as (${auditInsert(
      {
        type: `${flow.type}.begun`,
        userId,
        sessionId: session.id,
        requestId: request.requestId,
        detail: { flowId: id, kind: flow.kind.id, way: flow.way },
      },
      sql`begun`,
    )})
    select ${ms(sql`created_at`)} as created_at, ${ms(sql`expires_at`)} as expires_at from begun`,
  )
  if (!row) return undefined
  return {
    id,
    type: flow.type,
    kind: flow.kind.id,
    way: flow.way,
    methodId: flow.methodId,
    attemptsLeft: attempts,
    createdAt: date(row.created_at),
    expiresAt: date(row.expires_at),
    state: 'OPEN',
    step: null,
  }
}

/** Reads a flow of this session again, for a client that polls. */
export async function readFlow(
  context: RequestContext,
  session: ActiveSession,
  type: FlowType,
  id: string,
): Promise<FlowView | null> {
  const row = await maybeRow<{
    kind: string
    way: string
    method_id: string | null
    attempts_left: number
    created_at: number
    expires_at: number
    consumed_at: number | null
    signalled: boolean
  }>(
    context.host.db,
    sql`select kind, way, method_id, attempts_left, ${ms(sql`created_at`)} as created_at,
      ${ms(sql`expires_at`)} as expires_at, ${ms(sql`consumed_at`)} as consumed_at, signal is not null as signalled
    from security_info.flow
    where user_id = ${uuid(session.account.userId)} and id = ${uuid(id)} and type = ${text(type)}
      and session_id = ${uuid(session.id)}`,
  )
  if (!row) return null
  const ended =
    maybeDate(row.consumed_at) !== null || row.attempts_left === 0 || date(row.expires_at) <= session.now
  return {
    id,
    type,
    kind: row.kind,
    way: row.way,
    methodId: row.method_id,
    attemptsLeft: row.attempts_left,
    createdAt: date(row.created_at),
    expiresAt: date(row.expires_at),
    state: ended ? 'ENDED' : row.signalled ? 'SIGNALLED' : 'OPEN',
    step: null,
  }
}
