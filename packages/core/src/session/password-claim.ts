import { createHash } from 'node:crypto'
import { isIPv6 } from 'node:net'
import { sql } from 'drizzle-orm'
import type { Host } from '../host.ts'
import {
  lockedUntil,
  PASSWORD_CAP,
  PASSWORD_CAP_PER_ADDRESS,
  PASSWORD_LEDGER,
  spendFrom,
} from '../lifecycle/budget.ts'
import { maybeRow } from '../storage/database.ts'
import { date, ms, now, text, uuid } from '../storage/sql.ts'

/** What a password attempt found, once it was paid for. */
export interface PasswordClaim {
  /** The account, or `undefined` for an unknown or disabled one: the caller goes on all the same. */
  readonly account:
    | { readonly userId: string; readonly password: Uint8Array; readonly passwordVersion: number }
    | undefined
  /** The account's id, or the phantom's. */
  readonly userId: string
  readonly now: Date
  readonly ledgers: readonly string[]
  /** Whether this attempt, if it is wrong, was the last before the account's password closes everywhere. */
  readonly closes: boolean
}

/**
 * Pays for one comparison of a password and finds the account: one statement. A budget for account and address keeps
 * others in when one address guesses; one for the account stops guessing from many. An unknown identifier has a phantom
 * with budgets of its own, so both answer alike (H3).
 */
export async function claimPassword(
  host: Host,
  who: { readonly identifier: string; readonly phantomId: string } | { readonly userId: string },
  clientAddress: string,
): Promise<PasswordClaim | { readonly retryAt: Date }> {
  const perAddress = `${PASSWORD_LEDGER}@${addressKey(clientAddress)}`
  const ledgers = [PASSWORD_LEDGER, perAddress]
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
    password: Uint8Array | null
    password_version: number
  }>(
    host.db,
    sql`
    with found as materialized (${found}),
    at_address as (${spendFrom(sql`found`, perAddress, PASSWORD_CAP_PER_ADDRESS)}),
    at_account as (${spendFrom(sql`(select user_id from at_address)`, PASSWORD_LEDGER, PASSWORD_CAP)})
    select found.user_id, exists (select from at_account) as may_compare,
      coalesce((select locked_until is not null from at_account), false) as closes, ${ms(now)} as now,
      ${lockedUntil(sql`found.user_id`, ledgers)} as locked_until, a.password, a.password_version
    from found left join security_info.account a
      on found.known and a.user_id = found.user_id and a.status = 'ACTIVE'`,
  )
  if (!row) throw new Error('The password claim returned nothing.')
  if (!row.may_compare) return { retryAt: date(row.locked_until ?? row.now + 15 * 60_000) }
  return {
    account: row.password
      ? { userId: row.user_id, password: row.password, passwordVersion: row.password_version }
      : undefined,
    userId: row.user_id,
    now: date(row.now),
    ledgers,
    closes: row.closes,
  }
}

/** An address as a budget sees it: one host, or one IPv6 network of 64 bits, which a single customer can hop through. */
function addressKey(address: string): string {
  const network = isIPv6(address) && !address.startsWith('::ffff:') ? ipv6Network(address) : address
  return createHash('sha256').update(network).digest('base64url').slice(0, 16)
}

function ipv6Network(address: string): string {
  const [head = '', tail = ''] = (address.split('%')[0] ?? '').split('::')
  const left = head.split(':').filter(Boolean)
  const right = tail.split(':').filter(Boolean)
  const zeros = Array.from({ length: Math.max(8 - left.length - right.length, 0) }, () => '0')
  return [...left, ...zeros, ...right]
    .slice(0, 4)
    .map((part) => Number.parseInt(part, 16).toString(16))
    .join(':')
}
