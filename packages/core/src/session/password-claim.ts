import { sql } from 'drizzle-orm'
import type { Whoever } from '../account/phantom.ts'
import type { KnownDevice } from '../devices/device.ts'
import type { Host } from '../host.ts'
import { addressKey } from '../lifecycle/address.ts'
import {
  type ACCESS_PASS_LEDGER,
  lockedUntil,
  PASSWORD_CAP,
  PASSWORD_CAP_PER_ADDRESS,
  PASSWORD_LEDGER,
  spendFrom,
} from '../lifecycle/budget.ts'
import { maybeRow } from '../storage/database.ts'
import { date, ms, now, text, uuid } from '../storage/sql.ts'
import type { SessionProof } from '../storage/tables.ts'

/** What a password attempt found, once it was paid for. */
export interface PasswordClaim {
  /** The account, or `undefined` for an unknown or disabled one: the caller goes on all the same. */
  readonly account:
    | { readonly userId: string; readonly password: Uint8Array | null; readonly passwordVersion: number }
    | undefined
  /** The account's id, or the phantom's. */
  readonly userId: string
  readonly now: Date
  readonly ledgers: readonly string[]
  /** Whether this attempt, if it is wrong, was the last before the password closes: everywhere, or on this device. */
  readonly closes: boolean
}

/** What a right password proves in a session. */
export function passwordProof(at: Date): SessionProof {
  return { kind: 'password', way: 'password', methodId: null, purposes: [], factors: 1, at: at.toISOString() }
}

/**
 * Pays for one comparison of a password and finds the account: one statement. A budget for account and address keeps
 * others in when one address guesses; one for the account stops guessing from many. An unknown identifier has a phantom
 * with budgets of its own, so both answer alike (H3).
 */
export async function claimPassword(
  host: Host,
  who: Whoever | { readonly userId: string },
  clientAddress: string,
  ledger: typeof PASSWORD_LEDGER | typeof ACCESS_PASS_LEDGER = PASSWORD_LEDGER,
): Promise<PasswordClaim | { readonly retryAt: Date }> {
  const perAddress = `${ledger}@${addressKey(clientAddress)}`
  return claim(host, who, [
    { name: perAddress, cap: PASSWORD_CAP_PER_ADDRESS },
    { name: ledger, cap: PASSWORD_CAP },
  ])
}

/** The same on a remembered device: it has a budget of its own, so that nobody else can close it. */
export function claimPasswordOnDevice(host: Host, { userId, id }: KnownDevice) {
  return claim(host, { userId }, [{ name: `${PASSWORD_LEDGER}#${id}`, cap: PASSWORD_CAP_PER_ADDRESS }])
}

/** Where the account is closed anyway, its owner's tries must not close their address for longer. */
const openFor = ({ name }: Ledger) => sql`(
  select user_id from found where not exists (
    select from security_info.budget closed
    where closed.user_id = found.user_id and closed.ledger = ${text(name)} and closed.locked_until > ${now}))`

interface Ledger {
  readonly name: string
  readonly cap: number
}

async function claim(
  host: Host,
  who: Whoever | { readonly userId: string },
  [first, second]: readonly [Ledger, Ledger?],
): Promise<PasswordClaim | { readonly retryAt: Date }> {
  const ledgers = second ? [first.name, second.name] : [first.name]
  const found =
    'userId' in who
      ? sql`select ${uuid(who.userId)} as user_id, true as known`
      : sql`select coalesce(k.user_id, ${uuid(who.phantomId)}) as user_id, k.user_id is not null as known
          from (select 1) one left join security_info.unique_key k
            on k.scope = 'identifier' and k.value = ${text(who.identifier)}`
  const row = await maybeRow<{
    user_id: string
    may_compare: boolean
    locked_until: number | null
    now: number
    closes: boolean
    active: boolean
    password: Uint8Array | null
    password_version: number
  }>(
    host.db,
    sql`
    with found as materialized (${found}),
    paid_first as (${spendFrom(second ? openFor(second) : sql`found`, first.name, first.cap)}),
    paid as (${second ? spendFrom(sql`(select user_id from paid_first)`, second.name, second.cap) : sql`select * from paid_first`})
    select found.user_id, exists (select from paid) as may_compare,
      coalesce((select locked_until is not null from paid), false) as closes, ${ms(now)} as now,
      ${lockedUntil(sql`found.user_id`, ledgers)} as locked_until, a.user_id is not null as active, a.password, a.password_version
    from found left join security_info.account a
      on found.known and a.user_id = found.user_id and a.status = 'ACTIVE'`,
  )
  if (!row) throw new Error('The password claim returned nothing.')
  if (!row.may_compare) return { retryAt: date(row.locked_until ?? row.now + 15 * 60_000) }
  return {
    account: row.active
      ? { userId: row.user_id, password: row.password, passwordVersion: row.password_version }
      : undefined,
    userId: row.user_id,
    now: date(row.now),
    ledgers,
    closes: row.closes,
  }
}
