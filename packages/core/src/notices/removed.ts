import { type SQL, sql } from 'drizzle-orm'
import type { SealedMethod } from '../lifecycle/claim.ts'
import { type Db, rows } from '../storage/database.ts'
import { now, uuid } from '../storage/sql.ts'

/**
 * Statement parts that take a method out of use and keep it as it was, so that the change can be undone: `kept`, `dropped`
 * and `released`. Each depends on `go`.
 */
export function removeKeeping(userId: string, methodId: SQL): SQL {
  const owner = uuid(userId)
  return sql`kept as (
      insert into security_info.removed_method (user_id, id, kind, row, stored, unique_value, removed_at)
      select m.user_id, m.id, m.kind, to_jsonb(m) - 'stored', m.stored,
        (select k.value from security_info.unique_key k where k.user_id = m.user_id and k.method_id = m.id), ${now}
      from security_info.method m
      where m.user_id = ${owner} and m.id = ${methodId} and exists (select from go)
    ), ${dropped(owner, sql`= ${methodId}`)}`
}

/**
 * The same without keeping anything, of the method and of all that took its place since: whoever adds a method can replace
 * it, and undoing the one must not bring back or leave the other. For a statement that is `recursive`.
 */
export function removeForGood(userId: string, methodId: SQL): SQL {
  const owner = uuid(userId)
  return sql`line as (
      select ${methodId} as id
      union select (n.detail->>'methodId')::uuid from security_info.notice n join line
        on n.user_id = ${owner} and n.type = 'method.replaced' and (n.detail->>'replacedMethodId')::uuid = line.id
    ), unkept as (
      delete from security_info.removed_method
      where user_id = ${owner} and id in (select id from line) and exists (select from go)
    ), ${dropped(owner, sql`in (select id from line)`)}`
}

const dropped = (owner: SQL, which: SQL) => sql`dropped as (
      delete from security_info.method where user_id = ${owner} and id ${which} and exists (select from go)
    ), released as (
      delete from security_info.unique_key
      where user_id = ${owner} and method_id ${which} and exists (select from go)
    )`

/**
 * Statement parts that put a removed method back as it was: `forgotten`, `back` and `keyed`. Each depends on `go`. A unique
 * violation says that somebody has registered the same meanwhile.
 */
export function putBack(userId: string, methodId: SQL): SQL {
  return sql`forgotten as (
      delete from security_info.removed_method
      where user_id = ${uuid(userId)} and id = ${methodId} and exists (select from go) returning *
    ), back as (
      insert into security_info.method
        (user_id, id, kind, label, state, stored, counter, authenticator, failures, created_at, last_used_at)
      select r.user_id, r.id, r.kind, r.row->>'label', r.row->>'state', r.stored, (r.row->>'counter')::bigint,
        r.row->>'authenticator', (r.row->>'failures')::int, (r.row->>'created_at')::timestamptz,
        (r.row->>'last_used_at')::timestamptz
      from forgotten r returning id
    ), keyed as (
      insert into security_info.unique_key (scope, value, user_id, method_id)
      select 'method:' || r.kind, r.unique_value, r.user_id, r.id from forgotten r where r.unique_value is not null
    )`
}

/** A person's removed methods, with their sealed data. */
export async function readRemoved(
  { db }: { readonly db: Db },
  userId: string,
): Promise<readonly SealedMethod[]> {
  const found = await rows<{ id: string; kind: string; label: string; stored: Uint8Array }>(
    db,
    sql`select id, kind, row->>'label' as label, stored from security_info.removed_method
      where user_id = ${uuid(userId)}`,
  )
  return found.map((row) => ({ ...row, state: 'ACTIVE', counter: null }))
}
