import { sql } from 'drizzle-orm'
import { ConfigurationFault } from '../faults.ts'
import { type Db, rows } from './database.ts'

/** Tables that are only ever added to: whoever takes the gateway over can't change what it has written down (H28), or gone by. */
const APPEND_ONLY = ['audit_event', 'audit_seal', 'policy_version'] as const

/**
 * Gives a role what a running gateway needs and no more: it reads and writes, but it neither changes the schema nor takes back
 * what was audited. For a role that is not the owner of the tables. @throws ConfigurationFault
 */
export async function grantTo(db: Db, role: string): Promise<void> {
  if (!/^[a-z_][a-z0-9_$]{0,62}$/.test(role)) {
    throw new ConfigurationFault([
      {
        where: 'role',
        problem: `"${role}" is no plain role name`,
        fix: 'Use lower-case letters, digits and underscores.',
      },
    ])
  }
  const name = sql.identifier(role)
  await db.transaction(async (tx) => {
    await tx.execute(sql`grant usage on schema security_info to ${name}`)
    await tx.execute(
      sql`grant select, insert, update, delete on all tables in schema security_info to ${name}`,
    )
    await tx.execute(sql`grant usage on all sequences in schema security_info to ${name}`)
    await tx.execute(sql`grant execute on all functions in schema security_info to ${name}`)
    // Where tables are split, a part that is named would be a way around what holds for the whole.
    const parts = await rows<{ name: string }>(
      tx,
      sql`select c.relname as name from pg_class c
        where c.relnamespace = 'security_info'::regnamespace and c.relispartition and c.relkind in ('r', 'p')`,
    )
    for (const part of parts) {
      await tx.execute(sql`revoke all on security_info.${sql.identifier(part.name)} from ${name}`)
    }
    for (const table of APPEND_ONLY) {
      await tx.execute(
        sql`revoke update, delete, truncate on security_info.${sql.identifier(table)} from ${name}`,
      )
    }
  })
}
