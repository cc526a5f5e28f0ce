import { type SQL, sql } from 'drizzle-orm'
import { readToken } from '../crypto/token.ts'
import type { Host } from '../host.ts'
import type { Policy } from '../policy/document.ts'
import type { Interrupt, OwedSection } from '../policy/interrupt.ts'
import { policyFor } from '../policy/person.ts'
import { maybeRow } from '../storage/database.ts'
import { bytes, date, maybeDate, ms, now, seconds, uuid } from '../storage/sql.ts'
import type { MethodState, SessionProof } from '../storage/tables.ts'
import { decideState } from './state.ts'
import { isByPass, twoFactorProofs } from './two-factor.ts'

/** States in the order in which a session passes them. */
export type SessionState = 'SECOND_FACTOR_REQUIRED' | 'SECURITY_INFO_REQUIRED' | 'ACTIVE'

/** A registered method without its data: what state and policy are decided on. */
export interface MethodRow {
  readonly id: string
  readonly kind: string
  readonly label: string
  readonly state: MethodState
  readonly authenticator: string | null
  readonly createdAt: Date
  readonly lastUsedAt: Date | null
}

export interface AccountRow {
  readonly userId: string
  readonly identifier: string
  readonly displayName: string
  readonly administrator: boolean
  readonly groups: readonly string[]
  readonly revision: number
  readonly defaultMethodId: string | null
  readonly defaultWay: string | null
  readonly confirmedAt: Date | null
  readonly snoozedUntil: Date | null
  readonly snoozesUsed: number
  readonly createdAt: Date
}

/** A live session with everything a decision needs, read in one statement, and the decision itself. */
export interface ActiveSession {
  readonly id: string
  readonly tokenHash: Uint8Array
  /** Database time of the look-up. */
  readonly now: Date
  readonly account: AccountRow
  readonly methods: readonly MethodRow[]
  readonly proofs: readonly SessionProof[]
  readonly registering: boolean
  readonly skipped: boolean
  readonly client: string | null
  readonly createdAt: Date
  readonly expiresAt: Date
  readonly policy: Policy
  readonly sections: readonly OwedSection[]
  /** The person has undone a removal: a proven session puts the method back. */
  readonly restorable: boolean
  /** Ids of the person's remembered devices, of those that are not older than policy has it now. */
  readonly devices: readonly string[]
  readonly state: SessionState
  readonly interrupt: Interrupt | null
}

const DAY = 86_400_000

interface Row {
  readonly now: number
  readonly policy_version: number
  readonly id: string
  readonly proofs: readonly SessionProof[]
  readonly registering: boolean
  readonly skipped: boolean
  readonly client: string | null
  readonly created_at: number
  readonly expires_at: number
  readonly user_id: string
  readonly identifier: string
  readonly display_name: string
  readonly administrator: boolean
  readonly groups: readonly string[]
  readonly revision: number | string
  readonly default_method_id: string | null
  readonly default_way: string | null
  readonly confirmed_at: number | null
  readonly snoozed_until: number | null
  readonly snoozes_used: number
  readonly account_created_at: number
  readonly restorable: boolean
  readonly devices: readonly { readonly id: string; readonly created_at: number }[]
  readonly methods: readonly MethodJson[]
}
export interface MethodJson {
  readonly id: string
  readonly kind: string
  readonly label: string
  readonly state: MethodState
  readonly authenticator: string | null
  readonly created_at: number
  readonly last_used_at: number | null
}

/**
 * Looks a session up by its token: one statement, however many methods the person has. The idle clock is moved at most
 * once a minute. One that is found expired goes at once: a clock that is set back must not revive it (M7).
 */
export async function loadSession(host: Host, token: string): Promise<ActiveSession | undefined> {
  const read = readToken(token)
  return read && loadByHash(host, read.userId, read.hash)
}

/** The same by the token's hash: for reading a session again after it lost a race. */
export async function loadByHash(
  host: Host,
  userId: string,
  tokenHash: Uint8Array,
): Promise<ActiveSession | undefined> {
  const idle = seconds(host.lifetimes.idleSeconds)
  const row = await maybeRow<Row>(
    host.db,
    sql`
    with touched as (
      update security_info.session set last_seen_at = ${now}
      where user_id = ${uuid(userId)} and token_hash = ${bytes(tokenHash)}
        and expires_at > ${now} and last_seen_at > ${now} - ${idle}
        and last_seen_at < ${now} - interval '1 minute'
    ), ended as (
      delete from security_info.session
      where user_id = ${uuid(userId)} and token_hash = ${bytes(tokenHash)}
        and (expires_at <= ${now} or last_seen_at <= ${now} - ${idle})
    )
    select ${ms(now)} as now, (select max(version) from security_info.policy_version) as policy_version,
      s.id, s.proofs, s.registering_since is not null as registering,
      s.registration_skipped_at is not null as skipped, s.client,
      ${ms(sql`s.created_at`)} as created_at, ${ms(sql`s.expires_at`)} as expires_at,
      a.user_id, a.identifier, a.display_name, a.administrator, to_json(a.groups) as groups, a.revision, a.default_method_id, a.default_way,
      ${ms(sql`a.confirmed_at`)} as confirmed_at, ${ms(sql`a.snoozed_until`)} as snoozed_until, a.snoozes_used,
      ${ms(sql`a.created_at`)} as account_created_at,
      exists (
        select from security_info.removed_method r where r.user_id = s.user_id and r.wanted_at is not null
      ) as restorable,
      (select coalesce(json_agg(json_build_object('id', d.id, 'created_at', ${ms(sql`d.created_at`)})), '[]'::json)
        from security_info.remembered_device d
        where d.user_id = s.user_id and d.expires_at > ${now}) as devices,
      ${methodList(sql`s.user_id`)} as methods
    from security_info.session s join security_info.account a
      on a.user_id = s.user_id and a.password_version = s.password_version
    where s.user_id = ${uuid(userId)} and s.token_hash = ${bytes(tokenHash)}
      and s.expires_at > ${now} and s.last_seen_at > ${now} - ${idle} and a.status = 'ACTIVE'`,
  )
  if (!row) return undefined
  const account = accountOf(row)
  const policy = policyFor(await host.policies.at(row.policy_version), account, host.kinds)
  const youngest = row.now - policy.rememberDevices.days * DAY
  const base = {
    id: row.id,
    tokenHash,
    now: date(row.now),
    account,
    methods: row.methods.map(methodOf),
    proofs: row.proofs,
    registering: row.registering,
    skipped: row.skipped,
    client: row.client,
    createdAt: date(row.created_at),
    expiresAt: date(row.expires_at),
    policy,
    restorable: row.restorable,
    devices: row.devices.filter((device) => device.created_at > youngest).map(({ id }) => id),
  }
  return stands(base) ? { ...base, ...(await decideState(host, base)) } : undefined
}

/**
 * Whether what the session was opened with still counts: the password, an access pass where policy has such, or a passkey that proved
 * two factors. Where that passkey is gone, another single proof must not take its place.
 */
function stands(session: Pick<ActiveSession, 'proofs' | 'methods' | 'policy'>): boolean {
  return (
    session.proofs.some(({ kind }) => kind === 'password') ||
    (isByPass(session) && session.policy.accessPass.enabled) ||
    twoFactorProofs(session).some((proof) => proof.factors === 2)
  )
}

function accountOf(row: Row): AccountRow {
  return {
    userId: row.user_id,
    identifier: row.identifier,
    displayName: row.display_name,
    administrator: row.administrator,
    groups: row.groups,
    revision: Number(row.revision),
    defaultMethodId: row.default_method_id,
    defaultWay: row.default_way,
    confirmedAt: maybeDate(row.confirmed_at),
    snoozedUntil: maybeDate(row.snoozed_until),
    snoozesUsed: row.snoozes_used,
    createdAt: date(row.account_created_at),
  }
}

/** A person's methods without their data, oldest first, as one JSON value: what `methodOf` reads. */
export function methodList(owner: SQL): SQL {
  return sql`(select coalesce(json_agg(json_build_object(
      'id', m.id, 'kind', m.kind, 'label', m.label, 'state', m.state, 'authenticator', m.authenticator,
      'created_at', ${ms(sql`m.created_at`)}, 'last_used_at', ${ms(sql`m.last_used_at`)}
    ) order by m.created_at, m.id), '[]'::json)
    from security_info.method m where m.user_id = ${owner})`
}

export function methodOf(row: MethodJson): MethodRow {
  return {
    id: row.id,
    kind: row.kind,
    label: row.label,
    state: row.state,
    authenticator: row.authenticator,
    createdAt: date(row.created_at),
    lastUsedAt: maybeDate(row.last_used_at),
  }
}
