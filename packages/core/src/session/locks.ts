/**
 * The guards of a commit, as parts of its one statement: each takes a row lock if its condition holds on the newest version
 * of the row, and depends on the guard before it. Everything written depends on the last, so a lost race changes nothing.
 * They are taken in this order everywhere: flow, account, session, method.
 */
import { type SQL, sql } from 'drizzle-orm'
import type { Db } from '../storage/database.ts'
import { bigint, bytes, integer, json, now, uuid } from '../storage/sql.ts'
import type { ActiveSession } from './load.ts'

/** The statement part that takes the row lock of a flow, if it is alive and unspent. */
export function lockFlow(holder: { readonly userId: string; readonly id: string }, flowId: string): SQL {
  return sql`
    select id from security_info.flow
    where user_id = ${uuid(holder.userId)} and id = ${uuid(flowId)} and session_id = ${uuid(holder.id)}
      and consumed_at is null and expires_at > ${now}
    for update`
}

/** The statement part that takes the row lock of the account, if its methods are still what was decided on. */
export function lockAccount({ account }: ActiveSession, after?: SQL): SQL {
  return sql`
    select user_id from security_info.account
    where user_id = ${uuid(account.userId)} and revision = ${integer(account.revision)} and status = 'ACTIVE'
      ${after ? sql`and exists (select from ${after})` : sql.empty()}
    for update`
}

/** The account of a session, as it was when that was opened: not closed, and with the same password (C20). */
function unchangedAccount({ id, account }: ActiveSession): SQL {
  const owner = uuid(account.userId)
  return sql`
    select user_id from security_info.account
    where user_id = ${owner} and status = 'ACTIVE' and password_version = (
      select s.password_version from security_info.session s where s.user_id = ${owner} and s.id = ${uuid(id)})`
}

/** The statement part that keeps the account like that. Others may do so at the same time; whoever ends all that is open waits. */
export function keepAccount(session: ActiveSession, after: SQL): SQL {
  return sql`${unchangedAccount(session)} and exists (select from ${after}) for share`
}

/** The same, and nobody else may. */
export function holdAccount(session: ActiveSession): SQL {
  return sql`${unchangedAccount(session)} for update`
}

/**
 * The statement part that takes the row lock of a session, if its token and its proofs are still those that were authorised: a proof
 * that was used up meanwhile must not be written back (C5).
 */
export function lockSession(session: ActiveSession, after?: SQL): SQL {
  return sql`
    select id from security_info.session
    where user_id = ${uuid(session.account.userId)} and id = ${uuid(session.id)}
      and token_hash = ${bytes(session.tokenHash)} and proofs = ${json(session.proofs)} and expires_at > ${now}
      ${after ? sql`and exists (select from ${after})` : sql.empty()}
    for update`
}

/**
 * Statement parts that lock all that a person has open, in the order of everybody else, for a change that ends it: `ready` has
 * a row once they are held. `revision`: the one that was decided on, where it matters.
 */
export function lockAllOf(userId: string, revision?: string): SQL {
  const owner = uuid(userId)
  const same = revision === undefined ? sql.empty() : sql`and revision = ${bigint(BigInt(revision))}`
  return sql`flows as materialized (
      select id from security_info.flow where user_id = ${owner} order by id for update
    ), held as materialized (
      select user_id from security_info.account
      where user_id = ${owner} ${same} and (select count(*) from flows) >= 0 for update
    ), sessions as materialized (
      select id from security_info.session where user_id = ${owner} and exists (select from held) order by id for update
    ), ready as materialized (select user_id from held where (select count(*) from sessions) >= 0)`
}

/**
 * Statement parts that end all that is open or could open the account, if `guard` has a row: `ended`, `begun`, `resets` and
 * `passes` (C20). `except`: the session that does it. The rest is for `endTheRest`.
 */
export function endAllOf(userId: string, guard: SQL, except?: string): SQL {
  const owner = uuid(userId)
  const others = except === undefined ? sql.empty() : sql`and id <> ${uuid(except)}`
  return sql`ended as (
      delete from security_info.session where user_id = ${owner} ${others} and exists (select from ${guard})
    ), begun as (
      delete from security_info.flow where user_id = ${owner} and exists (select from ${guard})
    ), resets as (
      delete from security_info.password_reset where user_id = ${owner} and exists (select from ${guard})
    ), passes as (
      delete from security_info.access_pass where user_id = ${owner} and exists (select from ${guard})
    )`
}

/**
 * To be run after a statement with `endAllOf`, in its transaction. That one saw what was there when it began; a device that a last proof
 * left behind while it waited for its locks would stay, or a pass that was issued. By now nobody can leave another (C20). And whoever
 * waits for an administrator has proven nothing any more.
 */
export async function endTheRest(tx: Db, userId: string): Promise<void> {
  const owner = uuid(userId)
  await tx.execute(sql`
    with passes as (delete from security_info.access_pass where user_id = ${owner}),
    unproven as (
      update security_info.help_request set proven = 0 where user_id = ${owner} and settled_at is null and proven > 0
    )
    delete from security_info.remembered_device where user_id = ${owner}`)
}
