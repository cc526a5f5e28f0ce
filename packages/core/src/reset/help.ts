import { randomUUID } from 'node:crypto'
import { sql } from 'drizzle-orm'
import { auditInsert } from '../audit/event.ts'
import type { RequestContext } from '../context.ts'
import type { Secret } from '../crypto/secret.ts'
import { type FlowEnded, flowEnded } from '../errors.ts'
import { noticeInsert, noticeOf } from '../notices/notice.ts'
import { integer, now, text, uuid } from '../storage/sql.ts'
import { loadReset } from './load.ts'
import { provenMethods } from './standing.ts'

export interface HelpAsked {
  readonly type: 'AskAdministratorPayload'
}

/**
 * "Ask my administrator": puts the person into the queue, once until somebody has looked after it; whoever has proven more takes the
 * place of who had proven less. Always offered, and answered
 * alike: for somebody who does not exist the same is written, and shown to nobody.
 */
export async function askAdministrator(
  context: RequestContext,
  input: { token: Secret },
): Promise<HelpAsked | FlowEnded> {
  const { host, request } = context
  const reset = await loadReset(host, input.token.reveal())
  if (!reset) return flowEnded
  const { userId } = reset
  const proven = provenMethods(host, reset).length
  const asked = sql`(select 1 from asked join security_info.account a on a.user_id = asked.user_id) known`
  await host.db.execute(sql`
    with asked as (
      insert into security_info.help_request (user_id, id, proven, client_address)
      select ${uuid(userId)}, ${uuid(randomUUID())}, ${integer(proven)}, ${text(request.clientAddress)}
      on conflict (user_id) where settled_at is null do update
        set proven = excluded.proven, client_address = excluded.client_address, created_at = ${now}
        where help_request.proven < excluded.proven
      returning user_id
    ), told as (${noticeInsert(noticeOf(context, userId, 'help.asked', {}), asked)})
    ${auditInsert(
      {
        type: 'reset.helpAsked',
        userId,
        sessionId: reset.sessionId,
        requestId: request.requestId,
        detail: { subjectId: reset.id, clientAddress: request.clientAddress },
      },
      sql`asked`,
    )}`)
  host.outbox.nudge()
  return { type: 'AskAdministratorPayload' }
}
