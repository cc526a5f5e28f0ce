import { sql } from 'drizzle-orm'
import type { SendLimit } from '../contract/channel.ts'
import type { Host } from '../host.ts'
import { type Counted, countIn, type Window } from '../lifecycle/windows.ts'
import { date, text, time } from '../storage/sql.ts'
import type { FlowType } from '../storage/tables.ts'

const MINUTES = 60
const DAY = 86_400

/**
 * What holds for every channel: five codes in ten minutes and ten a day to one address, and twice that for one person. Not for the person
 * of a reset, which is whoever a stranger names: with made-up addresses, to which nothing goes, they would use up what its owner needs
 * (H1).
 */
function ownLimits(type: FlowType, userId: string, to: string): readonly SendLimit[] {
  const ofPerson: readonly SendLimit[] = [
    { scope: 'user', value: userId, most: 10, seconds: 10 * MINUTES },
    { scope: 'user', value: userId, most: 20, seconds: DAY },
  ]
  return [
    ...(type === 'reset' ? [] : ofPerson),
    { scope: 'address', value: to, most: 5, seconds: 10 * MINUTES },
    { scope: 'address', value: to, most: 10, seconds: DAY },
  ]
}

/**
 * Counts one code, unless a cap is reached: then nothing is counted and the answer is when to come back. A decoy is counted like
 * a code, in all of them: a cap that only codes count in would tell by when it is reached whether they went out.
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
    ...ownLimits(to.type, to.userId, to.address),
    ...(host.channels.get(to.channel)?.limits?.(to.address) ?? []),
  ]
  return countIn(host.db, await Promise.all(limits.map((limit) => windowOf(host, to, limit))))
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
 * Codes of enrolments, challenges and resets are counted apart: anybody with an account can have codes sent to a number that is
 * not theirs by setting it up, and anybody at all by a reset, and must not close its owner's sign-in with them. Counters are kept
 * by keyed hashes: the table tells nobody whom codes went to.
 */
async function windowOf(
  host: Host,
  { channel, type }: { readonly channel: string; readonly type: FlowType },
  { value, ...limit }: SendLimit,
): Promise<Window> {
  const scope = `${channel}:${type}:${limit.scope}:${limit.seconds}`
  return { ...limit, scope, value: await host.fingerprints.of(scope, value) }
}
