import { sql } from 'drizzle-orm'
import { auditInsert } from '../audit/event.ts'
import type { RequestContext } from '../context.ts'
import type { MethodKind } from '../contract/kind.ts'
import type { Way } from '../contract/plugin.ts'
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
import { lockFlow } from '../session/locks.ts'
import { twoFactorOptions } from '../session/two-factor.ts'
import { maybeRow } from '../storage/database.ts'
import { bytes, date, integer, ms, now, seconds, text, uuid } from '../storage/sql.ts'
import type { FlowType } from '../storage/tables.ts'
import { type FlowView, readFlow } from './flow.ts'
import { type Holder, heldBySession } from './holder.ts'

export interface Resent {
  readonly type: 'ResendCodePayload'
  readonly flow: FlowView
}

/** However often a code is sent anew, a flow ends this long after it began. */
const LONGEST_SECONDS = 15 * 60

interface Row {
  readonly kind: string
  readonly way: string
  readonly method_id: string | null
  readonly attempts_left: number
  readonly created_at: number
  readonly sends: number
  readonly sent_at: number
  readonly delivery: Uint8Array
}

/** A code that was sent anew. */
interface SentAgain {
  readonly kind: MethodKind
  readonly way: string
  readonly code: CodeDelivery
  readonly sends: number
  readonly flow: Omit<FlowView, 'step'>
}
type ResendProblem = FlowEnded | RateLimited | InvalidInput | DeliveryFailed

/**
 * Sends a new code for a begun flow, to the same number or address, by the same way or another one ("call me instead").
 * The code before it stops working; attempts are not refilled (NIST SP 800-63B-4 3.1.3.2).
 */
export async function resendCode(
  context: RequestContext,
  session: ActiveSession,
  { type, ...input }: { type: 'enrollment' | 'challenge'; id: string; way: string | null },
): Promise<Resent | ResendProblem> {
  const sent = await resend(context, heldBySession(session), { type, ...input }, (kind) =>
    sendingWays(context.host, session, kind, type),
  )
  if ('type' in sent) return sent
  const flow = await readFlow(context, session, type, input.id)
  return flow ? { type: 'ResendCodePayload', flow } : flowEnded
}

/** The same for whatever holds the flow. `waysOf`: the ways of its kind that may be asked for. */
export async function resend(
  context: RequestContext,
  holder: Holder,
  input: { readonly type: FlowType; readonly id: string; readonly way: string | null },
  waysOf: (kind: MethodKind) => readonly Way[],
): Promise<SentAgain | ResendProblem> {
  const { host } = context
  const row = await maybeRow<Row>(
    host.db,
    sql`select kind, way, method_id, attempts_left, ${ms(sql`created_at`)} as created_at, sends, ${ms(sql`sent_at`)} as sent_at, delivery
      from security_info.flow
      where user_id = ${uuid(holder.userId)} and id = ${uuid(input.id)} and type = ${text(input.type)}
        and session_id = ${uuid(holder.id)} and delivery is not null
        and consumed_at is null and attempts_left > 0 and expires_at > ${now}`,
  )
  const kind = row && host.kinds.get(row.kind)
  if (!kind) return flowEnded
  const way = input.way ?? row.way
  const ways = waysOf(kind).filter(({ channel }) => channel !== undefined)
  if (!ways.some(({ id }) => id === way)) {
    const expected = ways.map(({ id }) => id).join(' or ')
    return invalidInput(['way'], `"${way}" can't send this code; expected ${expected}.`)
  }
  const earliest = resendAt(row.sends, date(row.sent_at))
  if (holder.now < earliest) return { ...rateLimited(earliest), code: 'rate.resend' }

  const before = openDelivery(host, holder.userId, input.id, row.delivery)
  const code = await prepareCode(context, holder, { ...before, type: input.type, kind, way })
  if ('type' in code) return code
  const { sends } = row
  const expiresAt = await commit(context, holder, { id: input.id, kind, way, sends }, code)
  if (!expiresAt) return flowEnded
  host.outbox.nudge()
  const flow = {
    id: input.id,
    type: input.type,
    kind: kind.id,
    way,
    methodId: row.method_id,
    attemptsLeft: row.attempts_left,
    createdAt: date(row.created_at),
    expiresAt,
    state: 'OPEN',
  } as const
  return { kind, way, code, sends: sends + 1, flow }
}

/**
 * Ways that policy allows for what the flow is about; for a challenge what it could begin with, also where policy has narrowed
 * everything away.
 */
function sendingWays(
  host: Host,
  session: ActiveSession,
  kind: MethodKind,
  type: 'enrollment' | 'challenge',
): readonly Way[] {
  const { ways } = kind.method
  if (type === 'enrollment') return ways.filter((way) => allowedFor(session.policy, kind.id, way).length > 0)
  const own = twoFactorOptions(host, session).filter(({ method }) => method.kind === kind.id)
  return ways.filter((way) => own.some((option) => option.ways.includes(way)))
}

/** One statement, if no other resend came first: of parallel ones, one sends. Gives when the flow ends now. */
async function commit(
  { host, request }: RequestContext,
  holder: Holder,
  flow: { readonly id: string; readonly kind: MethodKind; readonly way: string; readonly sends: number },
  code: CodeDelivery,
): Promise<Date | undefined> {
  const { userId } = holder
  const { id, kind, way, sends } = flow
  const next = sql`least(${now} + ${seconds(kind.method.limits.ttlSeconds)}, created_at + ${seconds(LONGEST_SECONDS)})`
  const row = await maybeRow<{ expires_at: number }>(
    host.db,
    sql`
    with open as (${lockFlow(holder, id)}),
    go as (${holder.lock(sql`open`)}),
    renewed as (
      update security_info.flow set way = ${text(way)}, delivery = ${bytes(sealDelivery(host, userId, id, code))},
        sends = sends + 1, sent_at = ${now}, expires_at = greatest(expires_at, ${next})
      where user_id = ${uuid(userId)} and id = ${uuid(id)} and sends = ${integer(sends)} and exists (select from go)
      returning id, expires_at
    ),
    queued as (${insertCode({ userId, flowId: id, number: integer(sends + 1), ...code }, sql`renewed`)}),
    logged as (${auditInsert(
      {
        type: 'code.resent',
        userId,
        sessionId: holder.sessionId,
        requestId: request.requestId,
        detail: { flowId: id, kind: kind.id, way },
      },
      sql`renewed`,
    )})
    select ${ms(sql`expires_at`)} as expires_at from renewed`,
  )
  return row && date(row.expires_at)
}
