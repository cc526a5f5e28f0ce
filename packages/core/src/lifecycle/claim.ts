import { type SQL, sql } from 'drizzle-orm'
import { guessableWays } from '../contract/kind.ts'
import { type FlowEnded, flowEnded, type RateLimited, rateLimited } from '../errors.ts'
import type { Host } from '../host.ts'
import { maybeRow } from '../storage/database.ts'
import { date, maybeDate, ms, now, text, uuid } from '../storage/sql.ts'
import type { FlowType, MethodState } from '../storage/tables.ts'
import { ENROLLMENT_LEDGER, GUESS_CAP, GUESS_LEDGER, lockedUntil, resetLedger, spendFrom } from './budget.ts'
import type { Holder } from './holder.ts'

/** A method row with its sealed data. */
export interface SealedMethod {
  readonly id: string
  readonly kind: string
  readonly label: string
  readonly state: MethodState
  readonly stored: Uint8Array
  readonly counter: bigint | null
}

/** One attempt at a flow, already paid for. */
export interface Claim {
  readonly flowId: string
  readonly kind: string
  readonly way: string
  /** The administrative act it is for. */
  readonly act: string | null
  readonly methodId: string | null
  readonly pending: Uint8Array
  readonly signal: Uint8Array | null
  /** Where its code went, and the code, sealed. */
  readonly delivery: Uint8Array | null
  readonly attemptsLeft: number
  /** Set where this attempt was the last before the budget closes: when the next may follow. */
  readonly closesAt: Date | null
  /** 1 for the first proof in this flow. */
  readonly number: number
  readonly now: Date
  /** The person's methods of this kind that are not disabled. */
  readonly methods: readonly SealedMethod[]
}

interface Row {
  readonly kind: string
  readonly way: string
  readonly act: string | null
  readonly method_id: string | null
  readonly pending: Uint8Array
  readonly signal: Uint8Array | null
  readonly delivery: Uint8Array | null
  readonly attempts: number
  readonly attempts_left: number
  readonly now: number
  readonly may_compare: boolean
  readonly locked_until: number | null
  readonly closes_at: number | null
  readonly methods: readonly SealedMethodJson[]
}

export interface SealedMethodJson {
  readonly id: string
  readonly kind: string
  readonly label: string
  readonly state: MethodState
  readonly stored: string
  readonly counter: string | null
}

const LEDGER: Record<FlowType, (kind: string) => string> = {
  challenge: () => GUESS_LEDGER,
  enrollment: () => ENROLLMENT_LEDGER,
  reset: resetLedger,
}

/**
 * Takes one attempt from a flow and, where its proof could be guessed, one from the person's budget: one statement,
 * committed before anything is compared, so that neither a crash nor a lost connection gives it back (NIST SP 800-63B-4
 * 3.2.2). The flow pays first: paying in the other order let parallel guesses use up the budget of a spent flow.
 *
 * The flow has to belong to this person and to what holds it, be of this type and kind, alive and unspent (C6, C13); `only` says which
 * methods it may be for, and in which ways, where that is not for the flow alone to say.
 */
export async function claimAttempt(
  host: Host,
  holder: Pick<Holder, 'userId' | 'id'>,
  type: FlowType,
  flowId: string,
  kind: string,
  only?: { readonly methodIds: readonly string[]; readonly ways: readonly string[] },
): Promise<Claim | FlowEnded | RateLimited> {
  const guessable = guessableWays(host.kinds)
  const isGuessable =
    guessable.length === 0 ? sql`false` : sql`(taken.kind || '/' || taken.way) in ${guessable}`
  const ledger = LEDGER[type](kind)
  // A reset is begun for people who do not exist, too: its own look-up says who does.
  const living =
    type === 'reset'
      ? sql``
      : sql`and exists (select from security_info.account a where a.user_id = flow.user_id and a.status = 'ACTIVE')`
  const among = only
    ? sql`and way in ${only.ways} and (method_id is null or method_id in ${only.methodIds})`
    : sql``
  const row = await maybeRow<Row>(
    host.db,
    sql`
    with taken as (
      update security_info.flow set attempts_left = attempts_left - 1
      where user_id = ${uuid(holder.userId)} and id = ${uuid(flowId)} and type = ${text(type)} and kind = ${text(kind)}
        and session_id = ${uuid(holder.id)} and consumed_at is null and attempts_left > 0 and expires_at > ${now}
        ${living} ${among}
      returning *
    ), paid as (${spendFrom(sql`(select user_id from taken where ${isGuessable})`, ledger, GUESS_CAP)})
    select taken.kind, taken.way, taken.act, taken.method_id, taken.pending, taken.signal, taken.delivery, taken.attempts, taken.attempts_left,
      ${ms(now)} as now,
      (not (${isGuessable}) or exists (select from paid)) as may_compare,
      ${lockedUntil(sql`taken.user_id`, [ledger])} as locked_until,
      (select ${ms(sql`paid.locked_until`)} from paid) as closes_at,
      ${sealedMethods(sql`m.user_id = taken.user_id and m.kind = taken.kind and m.state <> 'DISABLED'`)} as methods
    from taken`,
  )
  if (!row) return flowEnded
  if (!row.may_compare) {
    // The closing time may have been written by an attempt that ran beside this one and is not in this snapshot.
    return rateLimited(date(row.locked_until ?? row.now + 15 * 60_000))
  }
  return {
    flowId,
    kind: row.kind,
    way: row.way,
    act: row.act,
    methodId: row.method_id,
    pending: row.pending,
    signal: row.signal,
    delivery: row.delivery,
    attemptsLeft: row.attempts_left,
    closesAt: maybeDate(row.closes_at),
    number: row.attempts - row.attempts_left,
    now: date(row.now),
    methods: row.methods.map(unpackMethod),
  }
}

/** Method rows with their sealed data as one JSON value, oldest first. */
export function sealedMethods(where: SQL): SQL {
  return sql`(select coalesce(json_agg(json_build_object(
      'id', m.id, 'kind', m.kind, 'label', m.label, 'state', m.state,
      'stored', encode(m.stored, 'base64'), 'counter', m.counter::text
    ) order by m.created_at, m.id), '[]'::json) from security_info.method m where ${where})`
}

/** Method rows with their sealed data, in a statement of their own. */
export async function readMethods(host: Pick<Host, 'db'>, where: SQL): Promise<readonly SealedMethod[]> {
  const row = await maybeRow<{ methods: readonly SealedMethodJson[] }>(
    host.db,
    sql`select ${sealedMethods(where)} as methods`,
  )
  return (row?.methods ?? []).map(unpackMethod)
}

export function unpackMethod(json: SealedMethodJson): SealedMethod {
  return {
    ...json,
    stored: Buffer.from(json.stored, 'base64'),
    counter: json.counter === null ? null : BigInt(json.counter),
  }
}
