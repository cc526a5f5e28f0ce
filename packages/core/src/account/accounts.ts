import { randomUUID } from 'node:crypto'
import { type SQL, sql } from 'drizzle-orm'
import { type AuditType, auditInsert } from '../audit/event.ts'
import type { Secret } from '../crypto/secret.ts'
import type { Host } from '../host.ts'
import { clearBudgets } from '../lifecycle/budget.ts'
import { type CoreNotice, noticeInsert } from '../notices/notice.ts'
import { tellPlugins } from '../reset/within.ts'
import { endAllOf, endTheRest, lockAllOf } from '../session/locks.ts'
import { type Db, isUniqueViolation, maybeRow } from '../storage/database.ts'
import { boolean, bytes, text, texts, uuid } from '../storage/sql.ts'
import { canonicalIdentifier, identifierProblem } from './identifier.ts'
import { sealPassword } from './password.ts'
import { type PasswordOwner, passwordProblem } from './password-rules.ts'

export type AccountResult =
  | { readonly ok: true; readonly userId: string }
  | { readonly ok: false; readonly problem: string }

/** What an operator does with accounts, from the command line. */
export interface Accounts {
  create(account: {
    readonly identifier: string
    readonly displayName: string
    readonly password?: Secret
    readonly contactEmail?: string
    readonly administrator?: boolean
    readonly groups?: readonly string[]
  }): Promise<AccountResult>
  /** Sets a password and ends every session and open flow of the account in the same transaction. */
  setPassword(account: { readonly identifier: string; readonly password: Secret }): Promise<AccountResult>
  /** Makes somebody an administrator or not, and says which groups they are in; what is left out stays. */
  change(account: {
    readonly identifier: string
    readonly administrator?: boolean
    readonly groups?: readonly string[]
  }): Promise<AccountResult>
  /** Closes an account: every session, flow, reset and pass ends, and nothing lets anybody in. */
  disable(identifier: string): Promise<AccountResult>
  enable(identifier: string): Promise<AccountResult>
  /** Opens what wrong attempts have closed: sign-in, proofs, resets. */
  unlock(identifier: string): Promise<AccountResult>
  exists(identifier: string): Promise<boolean>
}

const refused = (problem: string): AccountResult => ({ ok: false, problem })
const OPERATOR = 'operator'

export function createAccounts(host: Host): Accounts {
  /** Finds the account and does something with it, or says that there is none. */
  const withAccount = async (
    identifier: string,
    work: (userId: string, owner: PasswordOwner) => Promise<AccountResult | undefined>,
  ): Promise<AccountResult> => {
    const found = await find(host.db, identifier)
    if (!found) return refused(`There is no account "${identifier}".`)
    return (await work(found.user_id, found)) ?? { ok: true, userId: found.user_id }
  }
  const problemOf = async (password: Secret, owner: PasswordOwner) => {
    const problem = await passwordProblem(password, owner, await host.policies.current(), host)
    return problem && host.texts.message(problem.code, ['en'], problem.values)
  }

  return {
    async create({ identifier, displayName, password, contactEmail, administrator = false, groups = [] }) {
      const problem =
        identifierProblem(identifier) ??
        (password && (await problemOf(password, { identifier, displayName })))
      if (problem) return refused(problem)
      const userId = randomUUID()
      const sealed = password ? await sealPassword(host, userId, password) : null
      try {
        await host.db.execute(sql`
          with named as (
            insert into security_info.unique_key (scope, value, user_id)
            select 'identifier', ${text(canonicalIdentifier(identifier))}, ${uuid(userId)} returning user_id
          ), made as (
            insert into security_info.account
              (user_id, identifier, display_name, contact_email, password, administrator, groups)
            select user_id, ${text(identifier.trim())}, ${text(displayName)}, ${text(contactEmail ?? null)}, ${bytes(sealed)},
              ${boolean(administrator)}, ${texts(groups)}
            from named
          )
          ${auditInsert({ type: 'account.created', userId, sessionId: null, requestId: OPERATOR, detail: {} })}`)
      } catch (error) {
        if (!isUniqueViolation(error)) throw error
        return refused(`There is already an account "${identifier}", or one that reads the same.`)
      }
      return { ok: true, userId }
    },

    setPassword: ({ identifier, password }) =>
      withAccount(identifier, async (userId, owner) => {
        const problem = await problemOf(password, owner)
        if (problem) return refused(problem)
        const sealed = await sealPassword(host, userId, password)
        const write = sql`password = ${bytes(sealed)}, password_version = password_version + 1`
        await host.db.transaction((tx) =>
          close(tx, userId, write, 'account.passwordSet', 'account.passwordSet'),
        )
      }),

    change: ({ identifier, administrator, groups }) =>
      withAccount(identifier, async (userId) => {
        const write = sql`administrator = coalesce(${boolean(administrator ?? null)}, administrator),
          groups = coalesce(${groups ? texts(groups) : sql`null::text[]`}, groups)`
        await host.db.execute(writing(userId, write, 'account.changed'))
      }),

    disable: (identifier) =>
      withAccount(identifier, async (userId) => {
        const policy = await host.policies.current()
        await host.db.transaction(async (tx) => {
          const write = sql`status = 'DISABLED', password_version = password_version + 1`
          await close(tx, userId, write, 'account.disabled', 'account.disabled')
          await tellPlugins(host, tx, { type: 'disabled', userId }, policy)
        })
      }),

    enable: (identifier) =>
      withAccount(identifier, async (userId) => {
        await host.db.execute(writing(userId, sql`status = 'ACTIVE'`, 'account.enabled'))
      }),

    unlock: (identifier) =>
      withAccount(identifier, async (userId) => {
        await host.db.execute(sql`
          with opened as (${clearBudgets(sql`user_id = ${uuid(userId)}`)})
          ${audited(userId, 'account.unlocked')}`)
      }),

    exists: async (identifier) => (await find(host.db, identifier)) !== undefined,
  }
}

const audited = (userId: string, type: AuditType) =>
  auditInsert({ type, userId, sessionId: null, requestId: OPERATOR, detail: {} })

/** Changes an account; whatever was decided on it before is decided anew. */
function writing(userId: string, write: SQL, type: AuditType): SQL {
  return sql`
    with changed as (
      update security_info.account set ${write}, revision = revision + 1 where user_id = ${uuid(userId)}
    )
    ${audited(userId, type)}`
}

/** The same, and ends all that is open. Its owner is told. */
async function close(tx: Db, userId: string, write: SQL, type: AuditType, notice: CoreNotice): Promise<void> {
  await tx.execute(sql`
    with ${lockAllOf(userId)}, changed as (
      update security_info.account set ${write}, revision = revision + 1
      where user_id = ${uuid(userId)} and exists (select from ready)
    ), ${endAllOf(userId, sql`ready`)},
    told as (${noticeInsert({ userId, type: notice, detail: {}, locale: 'en' }, sql`ready`)})
    ${audited(userId, type)}`)
  await endTheRest(tx, userId)
}

async function find(db: Db, identifier: string) {
  const row = await maybeRow<{ user_id: string; identifier: string; display_name: string }>(
    db,
    sql`select user_id, identifier, display_name from security_info.person
      where canonical = ${canonicalIdentifier(identifier)}`,
  )
  return row && { ...row, displayName: row.display_name }
}
