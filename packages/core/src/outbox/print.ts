import { sql } from 'drizzle-orm'
import type { Host } from '../host.ts'
import { rows } from '../storage/database.ts'
import { ms, now } from '../storage/sql.ts'

/** What the outbox holds, for an alarm: messages that wait, the age of the oldest, and notices that were given up. */
export async function printOutbox({ db, channels }: Host): Promise<string> {
  const found = await rows<{ channel: string; waiting: string; oldest: number | null; dead: string }>(
    db,
    sql`select channel, count(*) filter (where state in ('QUEUED', 'SENDING')) as waiting,
      ${ms(now)} - ${ms(sql`min(created_at) filter (where state = 'QUEUED')`)} as oldest,
      count(*) filter (where state = 'DEAD') as dead
    from security_info.message where state in ('QUEUED', 'SENDING', 'DEAD') group by channel`,
  )
  const of = (channel: string) => found.find((row) => row.channel === channel)
  const gauge = (name: string, value: (channel: string) => number) =>
    [...channels.keys()].map((id) => `security_info_${name}{channel="${id}"} ${value(id)}\n`).join('')
  return [
    gauge('outbox_waiting', (channel) => Number(of(channel)?.waiting ?? 0)),
    gauge('outbox_oldest_seconds', (channel) => (of(channel)?.oldest ?? 0) / 1000),
    gauge('outbox_dead_letters', (channel) => Number(of(channel)?.dead ?? 0)),
  ].join('')
}
