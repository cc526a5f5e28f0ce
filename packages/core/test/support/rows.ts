import type { TestDatabase } from '@security-info/testing'
import { type SQL, sql } from 'drizzle-orm'
import { rows } from '../../src/storage/database.ts'
import { uuid } from '../../src/storage/sql.ts'

/** Rows of a statement, whichever driver. */
export function query<Row extends object>(database: TestDatabase, statement: SQL): Promise<readonly Row[]> {
  return rows<Row>(database.db, statement)
}

/** How often each event of a person was audited. */
export async function eventCounts(
  database: TestDatabase,
  userId: string,
): Promise<Readonly<Record<string, number>>> {
  const found = await query<{ type: string; times: number }>(
    database,
    sql`select type, count(*)::int as times from security_info.audit_event where user_id = ${uuid(userId)} group by type`,
  )
  return Object.fromEntries(found.map(({ type, times }) => [type, times]))
}

/** Everything that is kept about a person's methods and account: to see that nothing changed. */
export async function belongings(database: TestDatabase, userId: string): Promise<string> {
  const found = await query<{ what: string }>(
    database,
    sql`select coalesce(json_agg(x)::text, '') as what from (
      select 'method' as t, to_jsonb(m) as r from security_info.method m where m.user_id = ${uuid(userId)}
      union all select 'account', to_jsonb(a) from security_info.account a where a.user_id = ${uuid(userId)}
      union all select 'flow', to_jsonb(f) from security_info.flow f where f.user_id = ${uuid(userId)}
      union all select 'session', to_jsonb(s) - 'last_seen_at' from security_info.session s where s.user_id = ${uuid(userId)}
      union all select 'reset', to_jsonb(r) from security_info.password_reset r where r.user_id = ${uuid(userId)}
      union all select 'pass', to_jsonb(p) from security_info.access_pass p where p.user_id = ${uuid(userId)}
      union all select 'device', to_jsonb(d) - 'last_used_at' from security_info.remembered_device d where d.user_id = ${uuid(userId)}
      union all select 'key', to_jsonb(k) from security_info.unique_key k where k.user_id = ${uuid(userId)}
      order by 1, 2) x`,
  )
  return found[0]?.what ?? ''
}

/** One number. */
export async function count(database: TestDatabase, statement: SQL): Promise<number> {
  const [row] = await query<{ n: number }>(database, sql`select (${statement})::int as n`)
  return row?.n ?? 0
}
