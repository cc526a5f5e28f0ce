import { sql } from 'drizzle-orm'
import { type Db, maybeRow, rows } from '../storage/database.ts'
import { date, integer, ms, now, text } from '../storage/sql.ts'

/** A counter that something was counted in. `windowEnd` in milliseconds. */
export interface Counted {
  readonly scope: string
  readonly value: string
  readonly windowEnd: number
}

/** At most `most` in each window of `seconds`; `value` is a keyed hash of what is counted. */
export interface Window {
  readonly scope: string
  readonly value: string
  readonly most: number
  readonly seconds: number
  readonly verified?: { readonly from: number; readonly ratio: number } | undefined
}

/**
 * Counts one in all windows, unless a cap is reached: then nothing is counted and the answer is when to come back. The counters
 * are made first and locked in one order, so that parallel requests queue and a cap holds exactly (H5).
 */
export async function countIn(
  db: Db,
  windows: readonly Window[],
): Promise<readonly Counted[] | { readonly retryAt: Date }> {
  const wanted = sql`(values ${sql.join(
    windows.map(
      ({ scope, value, most, seconds, verified }) =>
        sql`(${text(scope)}, ${text(value)}, ${endOf(seconds)}, ${integer(most)},
          ${integer(verified?.from ?? null)}, ${verified?.ratio ?? null}::float8)`,
    ),
    sql`, `,
  )}) as w (scope, value, window_end, most, verified_from, verified_ratio)`
  await db.execute(sql`
    insert into security_info.send_count (scope, value, window_end, sent)
    select w.scope, w.value, w.window_end, 0 from ${wanted} order by 1, 2, 3
    on conflict do nothing`)
  const found = await rows<{
    scope: string
    value: string
    window_end: number
    reached: boolean
  }>(
    db,
    sql`
    with held as materialized (
      select c.scope, c.value, c.window_end, c.sent, c.verified, w.most, w.verified_from, w.verified_ratio
      from security_info.send_count c join ${wanted} using (scope, value, window_end)
      order by c.scope, c.value, c.window_end for update of c
    ), judged as materialized (
      select *, sent >= most or (sent >= verified_from and verified < sent * verified_ratio) is true as reached from held
    ), counted as (
      update security_info.send_count c set sent = c.sent + 1 from judged j
      where c.scope = j.scope and c.value = j.value and c.window_end = j.window_end
        and not exists (select from judged where reached)
    )
    select scope, value, ${ms(sql`window_end`)} as window_end, reached from judged`,
  )
  // A window ended between the two statements: its counters are not there yet.
  if (found.length < windows.length) return countIn(db, windows)
  const reached = found.filter((row) => row.reached)
  if (reached.length > 0) return { retryAt: date(Math.max(...reached.map((row) => row.window_end))) }
  return found.map(({ scope, value, window_end }) => ({ scope, value, windowEnd: window_end }))
}

/** The same for a single window, in one statement: one row needs no order. */
export async function countOne(
  db: Db,
  { scope, value, most, seconds }: Omit<Window, 'verified'>,
): Promise<Counted | { readonly retryAt: Date }> {
  const row = await maybeRow<{ window_end: number; counted: boolean }>(
    db,
    sql`
    with counted as (
      insert into security_info.send_count as c (scope, value, window_end, sent)
      values (${text(scope)}, ${text(value)}, ${endOf(seconds)}, 1)
      on conflict (scope, value, window_end) do update set sent = c.sent + 1 where c.sent < ${integer(most)}
      returning 1
    )
    select ${ms(endOf(seconds))} as window_end, exists (select from counted) as counted`,
  )
  if (!row) throw new Error('The counter returned nothing.')
  return row.counted ? { scope, value, windowEnd: row.window_end } : { retryAt: date(row.window_end) }
}

/** Takes back what was counted. */
export async function uncount(db: Db, { scope, value, windowEnd }: Counted): Promise<void> {
  await db.execute(sql`
    update security_info.send_count set sent = sent - 1
    where scope = ${text(scope)} and value = ${text(value)} and window_end = to_timestamp(${windowEnd}::float8 / 1000) and sent > 0`)
}

/** The end of the running window of that length: windows are the same for everybody, so a counter is one row. */
function endOf(seconds: number) {
  return sql`to_timestamp((floor(extract(epoch from ${now}) / ${seconds}::float8) + 1) * ${seconds}::float8)`
}
