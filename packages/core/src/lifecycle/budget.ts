import { type SQL, sql } from 'drizzle-orm'
import { integer, now, text } from '../storage/sql.ts'

/**
 * Guess budgets. An attempt is paid for before anything is compared; success clears the ledger. After `cap` attempts the
 * ledger closes for 15 min, doubling with each round up to 24 h.
 *
 * Ledgers are apart, so that a stranger who burns one closes no other: proofs of registered methods (`guess`), proofs of
 * methods being set up (`enrollment`), passwords by account (`password`) and by account and address (`password@…`), access passes
 * alike (`accessPass`), and what is guessed at in a password reset, kind by kind (`reset/totp`): anybody can begin one. After a
 * hundred failures that one stays closed until its owner, signed in, proves the kind or sets it up anew.
 */
export const GUESS_LEDGER = 'guess'
export const ENROLLMENT_LEDGER = 'enrollment'
export const PASSWORD_LEDGER = 'password'
export const ACCESS_PASS_LEDGER = 'accessPass'
export const resetLedger = (kind: string) => `reset/${kind}`

/** Wrong attempts in a row before a ledger closes. */
export const GUESS_CAP = 10
export const PASSWORD_CAP_PER_ADDRESS = 10
/** NIST SP 800-63B-4 3.2.2: at most 100 consecutive failures for an account, wherever they come from. */
export const PASSWORD_CAP = 100

/** Rounds of `GUESS_CAP` after which a ledger of resets closes for good: a hundred consecutive failures (3.2.2). */
const RESET_ROUNDS = 10

/**
 * The statement part that takes one attempt from a ledger for each row of `payers` (which has a `user_id`). It returns a
 * row where the attempt may be compared and none where the ledger is closed. One row is locked, so parallel attempts queue
 * and exactly `cap` of them get through (C1, C2).
 */
export function spendFrom(payers: SQL, ledger: string, cap: number): SQL {
  // A round that ended in a back-off starts anew with the first attempt after it.
  const failures = sql`case when b.failures >= ${integer(cap)} then 1 else b.failures + 1 end`
  const backOff = sql`case when b.ledger like 'reset/%' and b.lockouts + 1 >= ${integer(RESET_ROUNDS)} then interval '100 years'
    else least(interval '15 minutes' * power(2, least(b.lockouts, 10)), interval '24 hours') end`
  return sql`
    insert into security_info.budget as b (user_id, ledger, failures, updated_at)
    select payer.user_id, ${text(ledger)}, 1, ${now} from ${payers} payer
    on conflict (user_id, ledger) do update set
      failures = ${failures},
      lockouts = b.lockouts + case when ${failures} >= ${integer(cap)} then 1 else 0 end,
      locked_until = case when ${failures} >= ${integer(cap)} then ${now} + ${backOff} end,
      updated_at = ${now}
    where b.locked_until is null or b.locked_until <= ${now}
    returning b.user_id, b.ledger, b.locked_until`
}

/** The statement part that clears ledgers after a success. */
export const clearLedgers = (owner: SQL, ledgers: readonly string[], guard: SQL): SQL =>
  clearBudgets(sql`user_id = ${owner} and ledger in ${ledgers} and exists (select from ${guard})`)

/**
 * The statement part that clears the budgets a condition names. A password is paid for at its address first, then at its account;
 * what takes several rows in another order would deadlock with that (M6).
 */
export const clearBudgets = (which: SQL): SQL => sql`
  delete from security_info.budget where (user_id, ledger) in (
    select user_id, ledger from security_info.budget where ${which} order by ledger collate "C" desc for update)`

/** The statement part that opens resets by a kind again that were closed for good, once its owner has proven it signed in. */
export function reopenReset(owner: SQL, kind: string, guard: SQL): SQL {
  return sql`
    delete from security_info.budget
    where user_id = ${owner} and ledger = ${resetLedger(kind)} and lockouts >= ${integer(RESET_ROUNDS)} and exists (select from ${guard})`
}

/** Until when any of the ledgers is closed, as milliseconds, or null. */
export function lockedUntil(owner: SQL, ledgers: readonly string[]): SQL {
  return sql`(select (extract(epoch from max(locked_until)) * 1000)::float8 from security_info.budget
    where user_id = ${owner} and ledger in ${ledgers} and locked_until > ${now})`
}
