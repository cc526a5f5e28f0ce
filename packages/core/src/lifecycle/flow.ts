import { sql } from 'drizzle-orm'
import { auditInsert } from '../audit/event.ts'
import type { RequestContext } from '../context.ts'
import type { Step } from '../contract/handlers.ts'
import type { MethodKind } from '../contract/kind.ts'
import type { CodeSentView } from '../contract/schema-kit.ts'
import { type DeliveryFailed, type FlowEnded, flowEnded, type RateLimited, rateLimited } from '../errors.ts'
import type { StepShape } from '../graphql/builder.ts'
import type { Host } from '../host.ts'
import { type CodeDelivery, openDelivery, sealDelivery } from '../outbox/code.ts'
import { insertCode } from '../outbox/message.ts'
import { codeSentStep, prepareCode } from '../outbox/send.ts'
import type { ActiveSession } from '../session/load.ts'
import { maybeRow } from '../storage/database.ts'
import { bytes, date, integer, ms, now, seconds, text, uuid } from '../storage/sql.ts'
import type { FlowType } from '../storage/tables.ts'
import type { MessageState } from '../storage/tables-outbox.ts'
import type { Holder } from './holder.ts'
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
  /** Only in the answer that began it, for it may hold what is shown once; that of a sent code always. */
  readonly step: StepShape | null
}

interface NewFlow {
  readonly id: string
  readonly type: FlowType
  readonly kind: MethodKind
  readonly way: string
  readonly methodId: string | null
  readonly step: Step<object, object>
  /** Its code is made and counted and never sent: the person does not exist, or has no such number. */
  readonly decoy?: boolean
  /** What its codes are counted by, where that is not the address itself. */
  readonly countedAs?: string
  /** The administrative act a challenge is for. */
  readonly act?: string | null
}

/**
 * How many flows a session or a reset may have under way: each is a row, and one in the audit. A reset costs nobody anything to begin
 * (H14).
 */
const MOST_FLOWS: Readonly<Record<FlowType, number>> = { enrollment: 100, challenge: 100, reset: 30 }

/**
 * Keeps a begun flow with what its handler wants kept and, where a code goes out, writes that to the outbox in the same
 * statement: sent afterwards, by a worker, so that no provider makes the caller wait.
 */
export async function beginFlow(
  context: RequestContext,
  holder: Holder,
  flow: NewFlow,
): Promise<FlowView | FlowEnded | RateLimited | DeliveryFailed> {
  const { kind, way, step, decoy = false } = flow
  const prepared = step.deliver
    ? await prepareCode(context, holder, {
        decoy,
        countedAs: flow.countedAs,
        ...(step.view as CodeSentView),
        type: flow.type,
        kind,
        way,
        to: step.deliver.to,
        locale: context.request.locales[0] ?? 'en',
      })
    : null
  if (prepared && 'type' in prepared) return prepared
  const begun = await insertFlow(context, holder, flow, prepared)
  if (!begun) return flowEnded
  if ('retryAt' in begun) return rateLimited(begun.retryAt)
  if (!prepared) return { ...begun, step: { ...step.view, kind: kind.id, way } }
  context.host.outbox.nudge()
  const sent = { sends: 1, sentAt: begun.createdAt, state: null, problem: null }
  return { ...begun, step: codeSentStep(kind.id, way, prepared, sent) }
}

/** One statement, with its audit event, if the session's token is still good; `undefined` where it is not. */
async function insertFlow(
  context: RequestContext,
  holder: Holder,
  flow: NewFlow,
  code: CodeDelivery | null,
): Promise<FlowView | { readonly retryAt: Date } | undefined> {
  const { host, request } = context
  const { id } = flow
  const { userId } = holder
  const { attempts, ttlSeconds } = flow.kind.method.limits
  const shape = flow.type === 'enrollment' ? flow.kind.method.enrolling : flow.kind.method.challenging
  const delivery = code && sealDelivery(host, userId, id, code)
  const begun = sql`begun`
  const queued = code
    ? sql`, queued as (${insertCode({ userId, flowId: id, number: integer(1), ...code }, begun)})`
    : sql``
  const row = await maybeRow<{ created_at: number | null; expires_at: number }>(
    host.db,
    sql`
    with go as (${holder.lock()}), live as (
      select count(*) as flows, min(expires_at) as first_ends from security_info.flow
      where user_id = ${uuid(userId)} and session_id = ${uuid(holder.id)} and expires_at > ${now}
    ), begun as (
      insert into security_info.flow
        (user_id, id, type, session_id, kind, way, act, method_id, pending, delivery, sends, sent_at, attempts, attempts_left, expires_at)
      select ${uuid(userId)}, ${uuid(id)}, ${text(flow.type)}, ${uuid(holder.id)}, ${text(flow.kind.id)},
        ${text(flow.way)}, ${text(flow.act ?? null)}, ${uuid(flow.methodId)}, ${bytes(sealPending(host, shape, userId, id, flow.step.pending))},
        ${bytes(delivery)}, ${integer(code ? 1 : 0)}, case when ${code !== null} then ${now} end, ${integer(attempts)}, ${integer(attempts)}, ${now} + ${seconds(ttlSeconds)}
      from go, live where live.flows < ${integer(MOST_FLOWS[flow.type])} returning created_at, expires_at
    ), logged as (${auditInsert(
      {
        type: flow.type === 'reset' ? 'reset.gateBegun' : `${flow.type}.begun`,
        userId,
        sessionId: holder.sessionId,
        requestId: request.requestId,
        detail: { flowId: id, kind: flow.kind.id, way: flow.way },
      },
      begun,
    )})${queued}
    select ${ms(sql`created_at`)} as created_at, ${ms(sql`expires_at`)} as expires_at from begun
    union all select null, ${ms(sql`first_ends`)} from live, go where not exists (select from begun)`,
  )
  if (!row) return undefined
  if (row.created_at === null) return { retryAt: date(row.expires_at) }
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

/** Reads a flow of this session again, as long as the session lives: for a client that polls or watches. */
export async function readFlow(
  { host }: RequestContext,
  session: ActiveSession,
  type: FlowType,
  id: string,
): Promise<FlowView | null> {
  const { userId } = session.account
  const row = await maybeRow<FlowRow>(
    host.db,
    sql`select f.kind, f.way, f.method_id, f.attempts_left, ${ms(sql`f.created_at`)} as created_at,
      ${ms(sql`f.expires_at`)} as expires_at, f.signal is not null as signalled,
      f.consumed_at is not null or f.attempts_left = 0 or f.expires_at <= ${now} as ended,
      f.delivery, f.sends, ${ms(sql`f.sent_at`)} as sent_at, m.state as message_state, m.problem
    from security_info.flow f
    join security_info.session s on s.user_id = f.user_id and s.id = f.session_id and s.expires_at > ${now}
    join security_info.account a on a.user_id = s.user_id and a.status = 'ACTIVE' and a.password_version = s.password_version
    left join security_info.message m on m.user_id = f.user_id and m.flow_id = f.id and m.number = f.sends
    where f.user_id = ${uuid(userId)} and f.id = ${uuid(id)} and f.type = ${text(type)}
      and f.session_id = ${uuid(session.id)}`,
  )
  if (!row) return null
  return {
    id,
    type,
    kind: row.kind,
    way: row.way,
    methodId: row.method_id,
    attemptsLeft: row.attempts_left,
    createdAt: date(row.created_at),
    expiresAt: date(row.expires_at),
    state: row.ended ? 'ENDED' : row.signalled ? 'SIGNALLED' : 'OPEN',
    step: row.delivery && codeStepOf(host, userId, id, row, row.delivery),
  }
}

interface FlowRow {
  readonly kind: string
  readonly way: string
  readonly method_id: string | null
  readonly attempts_left: number
  readonly created_at: number
  readonly expires_at: number
  readonly ended: boolean
  readonly signalled: boolean
  readonly delivery: Uint8Array | null
  readonly sends: number
  readonly sent_at: number | null
  readonly message_state: MessageState | null
  readonly problem: string | null
}

/** Where a code went is no secret to its owner, so this step, unlike others, can be read again. */
function codeStepOf(host: Host, userId: string, id: string, row: FlowRow, delivery: Uint8Array): StepShape {
  return codeSentStep(row.kind, row.way, openDelivery(host, userId, id, delivery), {
    sends: row.sends,
    sentAt: date(row.sent_at ?? row.created_at),
    state: row.message_state,
    problem: row.problem,
  })
}
