import { sql } from 'drizzle-orm'
import type { Delivery } from '../contract/channel.ts'
import type { OutboxHost } from '../host.ts'
import { stillHeld } from '../lifecycle/holder.ts'
import { maybeRow, rows } from '../storage/database.ts'
import { integer, ms, now, seconds, text, uuid } from '../storage/sql.ts'

/** A message that this worker alone may hand over, once. */
export interface ClaimedMessage {
  readonly userId: string
  readonly id: string
  readonly channel: string
  readonly flowId: string | null
  /** Of a notice: address and words. */
  readonly sealed: Uint8Array | null
  /** Of a code: null where its flow or session has ended or it has sent another one since, so that nobody needs it. */
  readonly delivery: Uint8Array | null
  /** 1 for the first attempt to hand it over. */
  readonly attempt: number
  readonly expiresAt: number | null
}

/** What a channel says, or that there was nothing to hand it: nobody needs the message any more, or it can't be read. */
export type Outcome = Delivery | { readonly outcome: 'dropped' | 'broken' }

/** How long an attempt may take before another worker looks after its message: longer than any attempt is given. */
const LEASE_SECONDS = 60

/**
 * Takes due messages of a channel - codes first, for they don't keep; then what was tried least - and commits that before anything is sent: a worker that dies afterwards has
 * sent at most once (H22). Workers of several processes never wait for each other.
 */
export async function claimMessages(
  host: OutboxHost,
  channel: string,
  most: number,
): Promise<readonly ClaimedMessage[]> {
  const found = await rows<{
    user_id: string
    id: string
    flow_id: string | null
    sealed: Uint8Array | null
    delivery: Uint8Array | null
    attempts: number
    expires_at: number | null
  }>(
    host.db,
    sql`
    with due as materialized (
      select user_id, id from security_info.message
      where channel = ${text(channel)} and state = 'QUEUED' and due_at <= ${now}
      order by flow_id is null, attempts, due_at limit ${integer(most)} for update skip locked
    ), taken as (
      update security_info.message m set state = 'SENDING', attempts = m.attempts + 1, claimed_at = ${now}
      from due where m.user_id = due.user_id and m.id = due.id
      returning m.*
    )
    select t.user_id, t.id, t.flow_id, t.sealed, t.attempts, f.delivery, ${ms(sql`f.expires_at`)} as expires_at
    from taken t left join security_info.flow f
      on f.user_id = t.user_id and f.id = t.flow_id and f.sends = t.number
        and f.consumed_at is null and f.attempts_left > 0 and f.expires_at > ${now}
        and ${stillHeld}
    order by t.flow_id is null, t.attempts, t.due_at`,
  )
  return found.map((row) => ({
    userId: row.user_id,
    id: row.id,
    channel,
    flowId: row.flow_id,
    sealed: row.sealed,
    delivery: row.delivery,
    attempt: row.attempts,
    expiresAt: row.expires_at,
  }))
}

/**
 * Looks after messages whose worker went away: a code may have been sent, so it is not sent again; a notice is, as
 * long as it is not given up.
 */
export async function reclaimMessages(host: OutboxHost, channel: string): Promise<void> {
  await host.db.execute(sql`
    update security_info.message
    set state = case when flow_id is not null then 'UNKNOWN'
        when ${given} then 'DEAD' else 'QUEUED' end, due_at = ${now}
    where channel = ${text(channel)} and state = 'SENDING' and claimed_at < ${now} - ${seconds(LEASE_SECONDS)}`)
}

/** A notice is tried for three days, however often that is; then it waits for the operator. */
const given = sql`created_at <= ${now} - interval '72 hours'`
/** Short, so that a gateway with little mail notices soon that its provider is back: what fails together opens the breaker. */
const LONGEST_PAUSE_SECONDS = 60
/** As far as a provider's word for it goes. */
const LONGEST_WAIT_SECONDS = 4 * 3600

type Settled = 'SENT' | 'FAILED' | 'UNKNOWN' | 'DROPPED' | 'DEAD' | 'QUEUED' | undefined

/**
 * Writes down what became of an attempt. A provider may have reported on the message before its own answer came, so a later
 * state is never taken back. Returns the state where this decided it.
 */
export async function settleMessage(
  host: OutboxHost,
  message: ClaimedMessage,
  delivery: Outcome,
): Promise<Settled> {
  const isCode = message.flowId !== null
  const state = stateAfter(message, delivery)
  const wait = delivery.outcome === 'retry' ? delivery.afterSeconds : undefined
  const dueIn = seconds(within(wait) ?? backOff(message.attempt, isCode))
  const row = await maybeRow<{ state: NonNullable<Settled> }>(
    host.db,
    sql`
    update security_info.message set
      state = case when ${text(state)} = 'QUEUED' and flow_id is null and ${given} then 'DEAD' else ${text(state)} end,
      problem = ${text(delivery.outcome === 'rejected' ? delivery.problem : state === 'FAILED' ? 'refused' : null)},
      provider_id = coalesce(provider_id, ${text(delivery.outcome === 'accepted' ? (delivery.providerId ?? null) : null)}),
      due_at = case when ${text(state)} = 'QUEUED' then ${now} + ${dueIn} else due_at end,
      sealed = case when ${text(state)} = 'QUEUED' then sealed end
    where user_id = ${uuid(message.userId)} and id = ${uuid(message.id)} and state in ('SENDING', 'UNKNOWN')
    returning state`,
  )
  return row?.state
}

function stateAfter({ flowId }: ClaimedMessage, { outcome }: { readonly outcome: string }) {
  switch (outcome) {
    case 'accepted':
      return 'SENT'
    case 'dropped':
      return 'DROPPED'
    case 'rejected':
      return 'FAILED'
    default:
      if (flowId !== null && outcome === 'broken') return 'FAILED'
      if (flowId !== null) return outcome === 'retry' ? 'QUEUED' : 'UNKNOWN'
      return 'QUEUED'
  }
}

/** What a provider says of when to come back, as far as it makes sense: some send dates, or nothing at all. */
function within(wait: number | undefined): number | undefined {
  return wait === undefined || Number.isNaN(wait)
    ? undefined
    : Math.min(Math.max(wait, 1), LONGEST_WAIT_SECONDS)
}

/** Doubles with each attempt, with jitter, so that a provider that comes back is not met by everything at once. */
function backOff(attempt: number, isCode: boolean): number {
  const base = Math.min((isCode ? 1 : 5) * 2 ** (attempt - 1), LONGEST_PAUSE_SECONDS)
  return base * (0.5 + Math.random())
}
