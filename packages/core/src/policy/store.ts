import { sql } from 'drizzle-orm'
import { operatorInsert } from '../audit/operator.ts'
import type { Plugin } from '../contract/plugin.ts'
import { type Db, maybeRow } from '../storage/database.ts'
import { json } from '../storage/sql.ts'
import { type Policy, parsePolicy } from './document.ts'

/**
 * The policy in force. Each session look-up says which version that is, so a change holds from the next request on every
 * node (H32); the document itself is read once for each version.
 */
export interface PolicyStore {
  at(version: number): Promise<Policy>
  /** The newest one. @throws ConfigurationFault where the loaded plugins can't read it */
  current(): Promise<Policy>
}

export function createPolicyStore(db: Db, plugins: readonly Plugin[]): PolicyStore {
  let cached: { version: number; policy: Policy } | undefined
  const store: PolicyStore = {
    async current() {
      const row = await maybeRow<{ version: number | null }>(
        db,
        sql`select max(version) as version from security_info.policy_version`,
      )
      return store.at(row?.version ?? 0)
    },
    async at(version) {
      if (cached?.version === version) return cached.policy
      const row = await maybeRow<{ document: unknown }>(
        db,
        sql`select document from security_info.policy_version where version = ${version}`,
      )
      if (!row) throw new Error(`Policy version ${version} is not in the database; run the migration first.`)
      const policy = parsePolicy(row.document, plugins)
      cached = { version, policy }
      return policy
    },
  }
  return store
}

/** Whether this is the policy in force, as it was written. */
export async function isInForce(db: Db, document: unknown): Promise<boolean> {
  const row = await maybeRow<{ same: boolean }>(
    db,
    sql`select document is not distinct from ${json(document)} as same
      from security_info.policy_version order by version desc limit 1`,
  )
  return row?.same ?? false
}

/**
 * Puts the configured policy in force, as a new version where it differs from what the configuration last said. Returns that version,
 * or nothing where it was said before.
 */
export async function putConfiguredPolicy(db: Db, document: unknown): Promise<number | undefined> {
  return db.transaction(async (tx) => {
    const row = await maybeRow<{ version: number }>(
      tx,
      sql`
      insert into security_info.policy_version (document, source)
      select ${json(document)}, 'configuration'
      where ${json(document)} is distinct from (
        select document from security_info.policy_version where source = 'configuration' order by version desc limit 1
      ) returning version`,
    )
    if (row) await tx.execute(operatorInsert('policy.changed', { version: row.version }))
    return row?.version
  })
}
