import { type SQL, sql } from 'drizzle-orm'
import { type AuditDetail, auditInsert } from '../audit/event.ts'
import type { RequestContext } from '../context.ts'
import { rows } from '../storage/database.ts'
import { ms, now, seconds, uuid } from '../storage/sql.ts'
import type { ActiveSession } from './load.ts'

/** A session as its owner sees it in the list. */
export interface SessionSummary {
  readonly id: string
  readonly client: string | null
  readonly createdAt: Date
  readonly lastSeenAt: Date
  readonly expiresAt: Date
  readonly current: boolean
}

/** The person's live sessions, newest first. */
export async function listSessions(
  { host }: RequestContext,
  session: ActiveSession,
): Promise<readonly SessionSummary[]> {
  const found = await rows<{
    id: string
    client: string | null
    created_at: number
    last_seen_at: number
    expires_at: number
  }>(
    host.db,
    sql`select id, client, ${ms(sql`created_at`)} as created_at, ${ms(sql`last_seen_at`)} as last_seen_at,
      ${ms(sql`expires_at`)} as expires_at
    from security_info.session
    where user_id = ${uuid(session.account.userId)} and expires_at > ${now}
      and last_seen_at > ${now} - ${seconds(host.lifetimes.idleSeconds)}
    order by created_at desc limit 100`,
  )
  return found.map((row) => ({
    id: row.id,
    client: row.client,
    createdAt: new Date(row.created_at),
    lastSeenAt: new Date(row.last_seen_at),
    expiresAt: new Date(row.expires_at),
    current: row.id === session.id,
  }))
}

/** Ends this session, or all of the person's. Returns how many ended. */
export function signOut(
  context: RequestContext,
  session: ActiveSession,
  everywhere: boolean,
): Promise<number> {
  return everywhere
    ? end(context, session, sql`true`, { reason: 'everywhere' })
    : end(context, session, sql`id = ${uuid(session.id)}`, { endedSessionId: session.id })
}

/** Ends one of the person's other sessions; false where there is no such session. */
export async function revokeSession(
  context: RequestContext,
  session: ActiveSession,
  id: string,
): Promise<boolean> {
  return (await end(context, session, sql`id = ${uuid(id)}`, { endedSessionId: id })) > 0
}

/** A session's flows die with it: they are bound to its id and can't be claimed without it. */
async function end(
  { host, request }: RequestContext,
  session: ActiveSession,
  which: SQL,
  detail: AuditDetail,
): Promise<number> {
  const { userId } = session.account
  const found = await rows<{ id: string }>(
    host.db,
    sql`
    with ended as (
      delete from security_info.session where user_id = ${uuid(userId)} and ${which} returning id
    ), logged as (${auditInsert(
      { type: 'session.ended', userId, sessionId: session.id, requestId: request.requestId, detail },
      sql`ended`,
    )})
    select id from ended`,
  )
  return found.length
}
