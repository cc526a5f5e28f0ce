import { sql } from 'drizzle-orm'
import { auditInsert } from '../audit.ts'
import type { RequestContext } from '../context.ts'
import type { MethodKind } from '../contract/kind.ts'
import {
  type DeliveryFailed,
  type FlowEnded,
  flowEnded,
  type InvalidInput,
  invalidInput,
  type RateLimited,
  rateLimited,
} from '../errors.ts'
import type { Host } from '../host.ts'
import { type CodeDelivery, openDelivery, sealDelivery } from '../outbox/code.ts'
import { insertCode } from '../outbox/message.ts'
import { prepareCode, resendAt } from '../outbox/send.ts'
import { allowedFor } from '../policy/document.ts'
import type { ActiveSession } from '../session/load.ts'
import { lockFlow, lockSession } from '../session/locks.ts'
import { twoFactorOptions } from '../session/two-factor.ts'
import { maybeRow } from '../storage/database.ts'
import { bytes, date, integer, ms, now, seconds, text, uuid } from '../storage/sql.ts'
import type { FlowType } from '../storage/tables.ts'
import { type FlowView, readFlow } from './flow.ts'

export interface Resent {
  readonly type: 'ResendCodePayload'
  readonly flow: FlowView
}

/** However often a code is sent anew, a flow ends this long after it began. */
const LONGEST_SECONDS = 15 * 60

interface Row {
  readonly kind: string
  readonly way: string
  readonly sends: number
  readonly sent_at: number
  readonly delivery: Uint8Array
}

/**
 * Sends a new code for a begun flow, to the same number or address, by the same way or another one ("call me instead").
 * The code before it stops working; attempts are not refilled (NIST SP 800-63B-4 3.1.3.2).
 */
export async function resendCode(
  context: RequestContext,
  session: ActiveSession,
  input: { type: FlowType; id: string; way: string | null },
): Promise<Resent | FlowEnded | RateLimited | InvalidInput | DeliveryFailed> {
  const { host } = context
  const { userId } = session.account
  const row = await maybeRow<Row>(
    host.db,
    sql`select kind, way, sends, ${ms(sql`sent_at`)} as sent_at, delivery from security_info.flow
      where user_id = ${uuid(userId)} and id = ${uuid(input.id)} and type = ${text(input.type)}
        and session_id = ${uuid(session.id)} and delivery is not null
        and consumed_at is null and attempts_left > 0 and expires_at > ${now}`,
  )
  const kind = row && host.kinds.get(row.kind)
  if (!kind) return flowEnded
  const way = pickWay(host, session, kind, input.type, input.way ?? row.way)
  if (typeof way !== 'string') return way
  const earliest = resendAt(row.sends, date(row.sent_at))
  if (session.now < earliest) return { ...rateLimited(earliest), code: 'rate.resend' }

  const before = openDelivery(host, userId, input.id, row.delivery)
  const code = await prepareCode(context, session, { ...before, type: input.type, kind, way })
  if ('type' in code) return code
  const sent = await commit(context, session, { ...input, ...row, kind, way }, code)
  if (!sent) return flowEnded
  host.outbox.nudge()
  const flow = await readFlow(context, session, input.type, input.id)
  return flow ? { type: 'ResendCodePayload', flow } : flowEnded
}

/**
 * A way of the same kind that sends codes, and that policy allows for what the flow is about; for a challenge what it could
 * begin with, also where policy has narrowed everything away.
 */
function pickWay(
  host: Host,
  session: ActiveSession,
  kind: MethodKind,
  type: FlowType,
  wanted: string,
): string | InvalidInput {
  const own = twoFactorOptions(host, session).filter(({ method }) => method.kind === kind.id)
  const ways = kind.method.ways.filter(
    (way) =>
      way.channel !== undefined &&
      (type === 'challenge'
        ? own.some((option) => option.ways.includes(way))
        : allowedFor(session.policy, kind.id, way).length > 0),
  )
  if (ways.some(({ id }) => id === wanted)) return wanted
  const expected = ways.map(({ id }) => id).join(' or ')
  return invalidInput(['way'], `"${wanted}" can't send this code; expected ${expected}.`)
}

/** One statement, if no other resend came first: of parallel ones, one sends. */
async function commit(
  { host, request }: RequestContext,
  session: ActiveSession,
  flow: { readonly id: string; readonly kind: MethodKind; readonly way: string; readonly sends: number },
  code: CodeDelivery,
): Promise<boolean> {
  const { userId } = session.account
  const { id, kind, way, sends } = flow
  const next = sql`least(${now} + ${seconds(kind.method.limits.ttlSeconds)}, created_at + ${seconds(LONGEST_SECONDS)})`
  const row = await maybeRow(
    host.db,
    sql`
    with open as (${lockFlow(session, id)}),
    go as (${lockSession(session, sql`open`)}),
    renewed as (
      update security_info.flow set way = ${text(way)}, delivery = ${bytes(sealDelivery(host, userId, id, code))},
        sends = sends + 1, sent_at = ${now}, expires_at = greatest(expires_at, ${next})
      where user_id = ${uuid(userId)} and id = ${uuid(id)} and sends = ${integer(sends)} and exists (select from go)
      returning id
    ),
    queued as (${insertCode({ userId, flowId: id, channel: code.channel, number: integer(sends + 1) }, sql`renewed`)}),
    logged as (${auditInsert(
      {
        type: 'code.resent',
        userId,
        sessionId: session.id,
        requestId: request.requestId,
        detail: { flowId: id, kind: kind.id, way },
      },
      sql`renewed`,
    )})
    select id from renewed`,
  )
  return row !== undefined
}
