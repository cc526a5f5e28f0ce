import { sql } from 'drizzle-orm'
import type { SendLimit } from '../contract/channel.ts'
import type { Host } from '../host.ts'
import { rows } from '../storage/database.ts'
import { date, integer, ms, now, text, time } from '../storage/sql.ts'
import type { FlowType } from '../storage/tables.ts'

/** A counter that a code was counted in. `windowEnd` in milliseconds. */
export interface Counted {
  readonly scope: string
  readonly value: string
  readonly windowEnd: number
}

const MINUTES = 60
const DAY = 86_400

/** What holds for every channel: five codes in ten minutes and ten a day to one address, and twice that for one person. */
function ownLimits(userId: string, to: string): readonly SendLimit[] {
  return [
    { scope: 'user', value: userId, most: 10, seconds: 10 * MINUTES },
    { scope: 'user', value: userId, most: 20, seconds: DAY },
    { scope: 'address', value: to, most: 5, seconds: 10 * MINUTES },
    { scope: 'address', value: to, most: 10, seconds: DAY },
  ]
}

interface Window {
  readonly scope: string
  readonly value: string
  readonly limit: SendLimit
}

/**
 * Counts one code, unless a cap is reached: then nothing is counted and the answer is when to come back. The counters are
 * made first and locked in one order, so that parallel requests queue and a cap holds exactly (H5).
 */
export async function spendSend(
  host: Host,
  to: {
    readonly type: FlowType
    readonly userId: string
    readonly channel: string
    readonly address: string
  },
): Promise<readonly Counted[] | { readonly retryAt: Date }> {
  const limits = [
    ...ownLimits(to.userId, to.address),
    ...(host.channels.get(to.channel)?.limits?.(to.address) ?? []),
  ]
  const windows = await Promise.all(limits.map((limit) => windowOf(host, to, limit)))
  const wanted = sql`(values ${sql.join(
    windows.map(
      ({ scope, value, limit }) =>
        sql`(${text(scope)}, ${text(value)}, ${endOf(limit.seconds)}, ${integer(limit.most)},
          ${integer(limit.verified?.from ?? null)}, ${limit.verified?.ratio ?? null}::float8)`,
    ),
    sql`, `,
  )}) as w (scope, value, window_end, most, verified_from, verified_ratio)`
  await host.db.execute(sql`
    insert into security_info.send_count (scope, value, window_end, sent)
    select w.scope, w.value, w.window_end, 0 from ${wanted} order by 1, 2, 3
    on conflict do nothing`)
  const found = await rows<{ scope: string; value: string; window_end: number; reached: boolean }>(
    host.db,
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
  if (found.length < windows.length) return spendSend(host, to)
  const reached = found.filter((row) => row.reached)
  if (reached.length > 0) return { retryAt: date(Math.max(...reached.map((row) => row.window_end))) }
  return found.map(({ scope, value, window_end }) => ({ scope, value, windowEnd: window_end }))
}

/** Tells the counters that a code came back. Losing this would only make the gateway more careful. */
export async function countVerified(host: Host, counted: readonly Counted[]): Promise<void> {
  if (counted.length === 0) return
  const which = sql.join(
    counted.map(
      ({ scope, value, windowEnd }) => sql`(${text(scope)}, ${text(value)}, ${time(date(windowEnd))})`,
    ),
    sql`, `,
  )
  await host.db.execute(sql`
    with held as materialized (
      select scope, value, window_end from security_info.send_count
      where (scope, value, window_end) in (${which}) order by scope, value, window_end for update
    )
    update security_info.send_count c set verified = c.verified + 1 from held h
    where c.scope = h.scope and c.value = h.value and c.window_end = h.window_end`)
}

/**
 * Codes of enrolments and of challenges are counted apart: anybody with an account can have codes sent to a number that is
 * not theirs by setting it up, and must not close its owner's sign-in with them. Counters are kept by keyed hashes: the table
 * tells nobody whom codes went to.
 */
async function windowOf(
  host: Host,
  { channel, type }: { readonly channel: string; readonly type: FlowType },
  limit: SendLimit,
): Promise<Window> {
  const scope = `${channel}:${type}:${limit.scope}:${limit.seconds}`
  return { scope, value: await host.fingerprints.of(scope, limit.value), limit }
}

/** The end of the running window of that length: windows are the same for everybody, so a counter is one row. */
function endOf(seconds: number) {
  return sql`to_timestamp((floor(extract(epoch from ${now}) / ${seconds}::float8) + 1) * ${seconds}::float8)`
}
