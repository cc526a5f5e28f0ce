import { sql } from 'drizzle-orm'
import type { RequestContext } from '../context.ts'
import type { ActiveSession } from '../session/load.ts'
import { maybeRow, rows } from '../storage/database.ts'
import { date, integer, json, ms, now, text, time, uuid } from '../storage/sql.ts'

/** Somebody who can't get in and has asked for help. */
export interface HelpRequest {
  readonly id: string
  readonly username: string
  readonly displayName: string
  /** How many gates of a reset they had passed: 0 may be anybody. */
  readonly proven: number
  readonly clientAddress: string
  readonly createdAt: Date
}

/** Where a page goes on: after this request. */
export interface After {
  readonly createdAt: Date
  readonly id: string
}

/** Open requests, oldest first; those of people who do not exist are shown to nobody. One more than `first` says there is more. */
export async function listHelpRequests(
  { host }: RequestContext,
  { first, after }: { readonly first: number; readonly after: After | null },
): Promise<readonly HelpRequest[]> {
  const from = after
    ? sql`and (date_trunc('milliseconds', h.created_at), h.id) > (${time(after.createdAt)}, ${uuid(after.id)})`
    : sql.empty()
  const found = await rows<{
    id: string
    identifier: string
    display_name: string
    proven: number
    client_address: string
    created_at: number
  }>(
    host.db,
    sql`select h.id, a.identifier, a.display_name, h.proven, h.client_address, ${ms(sql`h.created_at`)} as created_at
      from security_info.help_request h join security_info.account a on a.user_id = h.user_id
      where h.settled_at is null ${from}
      order by date_trunc('milliseconds', h.created_at), h.id limit ${integer(first + 1)}`,
  )
  return found.map((row) => ({
    id: row.id,
    username: row.identifier,
    displayName: row.display_name,
    proven: row.proven,
    clientAddress: row.client_address,
    createdAt: date(row.created_at),
  }))
}

/** Takes a request out of the queue: somebody has looked after it. False where it is not there any more. */
export async function settleHelpRequest(
  { host, request }: RequestContext,
  session: ActiveSession,
  id: string,
): Promise<boolean> {
  const actor = uuid(session.account.userId)
  const row = await maybeRow(
    host.db,
    sql`
    with settled as (
      update security_info.help_request h set settled_at = ${now}, settled_by = ${actor}
      from security_info.account a
      where a.user_id = h.user_id and h.id = ${uuid(id)} and h.settled_at is null returning h.user_id
    )
    insert into security_info.audit_event (user_id, type, session_id, request_id, detail)
    select user_id, 'help.settled', ${uuid(session.id)}, ${text(request.requestId)},
      ${json({ subjectId: id, actorId: session.account.userId })} from settled
    returning id`,
  )
  return row !== undefined
}
