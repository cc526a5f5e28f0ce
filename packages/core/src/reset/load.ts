import { type SQL, sql } from 'drizzle-orm'
import { readResetToken } from '../crypto/token.ts'
import type { Host } from '../host.ts'
import type { Holder } from '../lifecycle/holder.ts'
import { policyFor } from '../policy/person.ts'
import { type MethodJson, type MethodRow, methodList, methodOf } from '../session/load.ts'
import { maybeRow } from '../storage/database.ts'
import { bytes, date, ms, now, uuid } from '../storage/sql.ts'
import type { GateProof } from '../storage/tables-recovery.ts'
import { trusted } from './standing.ts'

/** Who resets, where they exist and may sign in. */
export interface ResetAccount {
  readonly identifier: string
  readonly displayName: string
  readonly administrator: boolean
  readonly groups: readonly string[]
  /** Of their methods, on which it is decided what was proven. */
  readonly revision: number
}

/** A live password reset, or the rehearsal of one, with everything a decision needs. */
export interface ActiveReset extends Holder {
  readonly tokenHash: Uint8Array
  /** Rehearsed by a session of the person's: then nothing has to be kept from them, and no password changes. */
  readonly rehearsal: boolean
  readonly expiresAt: Date
  readonly proofs: readonly GateProof[]
  /** Null for a phantom and for a disabled account: both walk on and can prove nothing. */
  readonly account: ResetAccount | null
  readonly methods: readonly MethodRow[]
  /** Kinds that too many wrong proofs have closed for resets, and until when. */
  readonly closed: ReadonlyMap<string, Date>
}

interface Row {
  readonly now: number
  readonly policy_version: number
  readonly id: string
  readonly session_id: string | null
  readonly proofs: readonly GateProof[]
  readonly expires_at: number
  readonly identifier: string | null
  readonly display_name: string | null
  readonly administrator: boolean | null
  readonly groups: readonly string[] | null
  readonly revision: number | string | null
  readonly methods: readonly MethodJson[]
  readonly closed: readonly { readonly kind: string; readonly until: number }[]
}

/** Looks a reset up by its token: one statement, the same for people who exist and who do not. */
export async function loadReset(host: Host, token: string): Promise<ActiveReset | undefined> {
  const read = readResetToken(token)
  return read && loadResetByHash(host, read.userId, read.hash)
}

export async function loadResetByHash(
  host: Host,
  userId: string,
  tokenHash: Uint8Array,
): Promise<ActiveReset | undefined> {
  const row = await maybeRow<Row>(
    host.db,
    sql`
    select ${ms(now)} as now, (select max(version) from security_info.policy_version) as policy_version,
      r.id, r.session_id, r.proofs, ${ms(sql`r.expires_at`)} as expires_at,
      a.identifier, a.display_name, a.administrator, to_json(a.groups) as groups, a.revision,
      ${methodList(sql`a.user_id`)} as methods,
      (select coalesce(json_agg(json_build_object(
          'kind', substr(b.ledger, 7), 'until', ${ms(sql`b.locked_until`)}
        )), '[]'::json) from security_info.budget b
        where b.user_id = r.user_id and b.ledger like 'reset/%' and b.locked_until > ${now}) as closed
    from security_info.password_reset r
      left join security_info.account a on a.user_id = r.user_id and a.status = 'ACTIVE'
    where ${alive(userId, tokenHash)}`,
  )
  if (!row) return undefined
  const account = accountOf(row)
  const policy = await host.policies.at(row.policy_version)
  const reset: ActiveReset = {
    userId,
    id: row.id,
    tokenHash,
    sessionId: row.session_id,
    rehearsal: row.session_id !== null,
    now: date(row.now),
    expiresAt: date(row.expires_at),
    proofs: row.proofs,
    account,
    policy: account ? policyFor(policy, account, host.kinds) : policy,
    methods: row.methods.map(methodOf),
    closed: new Map(row.closed.map(({ kind, until }) => [kind, date(until)])),
    username: account?.identifier ?? '',
    displayName: account?.displayName ?? '',
    lock: (after) => lockReset({ userId, tokenHash }, after),
  }
  // What holds for this person alone must not show before they have proven something: that they are an administrator.
  return trusted(host, reset) ? reset : { ...reset, policy }
}

/** The statement part that takes the row lock of a reset, if its token is still the one that was shown last. */
function lockReset({ userId, tokenHash }: Pick<ActiveReset, 'userId' | 'tokenHash'>, after?: SQL): SQL {
  return sql`
    select r.id from security_info.password_reset r
    where ${alive(userId, tokenHash)} ${after ? sql`and exists (select from ${after})` : sql.empty()}
    for update`
}

/** A rehearsal ends with the session that began it. */
function alive(userId: string, tokenHash: Uint8Array): SQL {
  return sql`r.user_id = ${uuid(userId)} and r.token_hash = ${bytes(tokenHash)}
    and r.expires_at > ${now}
    and (r.session_id is null or exists (
      select from security_info.session s where s.user_id = r.user_id and s.id = r.session_id and s.expires_at > ${now}))`
}

function accountOf(row: Row): ResetAccount | null {
  if (row.identifier === null || row.revision === null) return null
  return {
    identifier: row.identifier,
    displayName: row.display_name ?? '',
    administrator: row.administrator ?? false,
    groups: row.groups ?? [],
    revision: Number(row.revision),
  }
}
