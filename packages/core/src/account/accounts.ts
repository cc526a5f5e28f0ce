import { randomUUID } from 'node:crypto'
import { sql } from 'drizzle-orm'
import { auditInsert } from '../audit.ts'
import type { Secret } from '../crypto/secret.ts'
import type { Host } from '../host.ts'
import { noticeInsert } from '../notices/notice.ts'
import type { Policy } from '../policy/document.ts'
import { endAllOf, lockAllOf } from '../session/locks.ts'
import { isUniqueViolation, maybeRow } from '../storage/database.ts'
import { bytes, text, uuid } from '../storage/sql.ts'
import { canonicalIdentifier, identifierProblem } from './identifier.ts'
import { passwordProblem, sealPassword } from './password.ts'

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
  }): Promise<AccountResult>
  /** Sets a password and ends every session and open flow of the account in the same transaction. */
  setPassword(account: { readonly identifier: string; readonly password: Secret }): Promise<AccountResult>
  exists(identifier: string): Promise<boolean>
}

const refused = (problem: string): AccountResult => ({ ok: false, problem })
const OPERATOR = 'operator'

export function createAccounts(host: Host, policy: Policy): Accounts {
  return {
    async create({ identifier, displayName, password, contactEmail }) {
      const problem =
        identifierProblem(identifier) ?? (password && passwordProblem(password, identifier, policy))
      if (problem) return refused(problem)
      const userId = randomUUID()
      const sealed = password ? await sealPassword(host.ring, userId, password) : null
      try {
        await host.db.execute(sql`
          with named as (
            insert into security_info.unique_key (scope, value, user_id)
            select 'identifier', ${text(canonicalIdentifier(identifier))}, ${uuid(userId)} returning user_id
          ), made as (
            insert into security_info.account (user_id, identifier, display_name, contact_email, password)
            select user_id, ${text(identifier.trim())}, ${text(displayName)}, ${text(contactEmail ?? null)}, ${bytes(sealed)}
            from named
          )
          ${auditInsert({ type: 'account.created', userId, sessionId: null, requestId: OPERATOR, detail: {} })}`)
      } catch (error) {
        if (!isUniqueViolation(error)) throw error
        return refused(`There is already an account "${identifier}", or one that reads the same.`)
      }
      return { ok: true, userId }
    },

    async setPassword({ identifier, password }) {
      const problem = passwordProblem(password, identifier, policy)
      if (problem) return refused(problem)
      const userId = await find(host, identifier)
      if (userId === undefined) return refused(`There is no account "${identifier}".`)
      const sealed = await sealPassword(host.ring, userId, password)
      await host.db.execute(sql`
        with ${lockAllOf(userId)}, changed as (
          update security_info.account set password = ${bytes(sealed)}, password_version = password_version + 1
          where user_id = ${uuid(userId)} and exists (select from ready)
        ), ${endAllOf(userId, sql`ready`)},
        told as (${noticeInsert({ userId, type: 'account.passwordSet', detail: {}, locale: 'en' }, sql`ready`)})
        ${auditInsert({ type: 'account.passwordSet', userId, sessionId: null, requestId: OPERATOR, detail: {} })}`)
      return { ok: true, userId }
    },

    exists: async (identifier) => (await find(host, identifier)) !== undefined,
  }
}

async function find(host: Host, identifier: string): Promise<string | undefined> {
  const row = await maybeRow<{ user_id: string }>(
    host.db,
    sql`select user_id from security_info.unique_key
      where scope = 'identifier' and value = ${canonicalIdentifier(identifier)}`,
  )
  return row?.user_id
}
