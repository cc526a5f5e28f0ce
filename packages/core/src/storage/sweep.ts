import { type SQL, sql } from 'drizzle-orm'
import type { Host } from '../host.ts'
import { rows } from './database.ts'
import { now } from './sql.ts'

const BATCH = 1000
const EVERY_MS = 60_000

/** What is deleted, and when. Budgets stay as long as they could still close something. */
const EXPIRED: readonly { readonly table: string; readonly key: string; readonly when: SQL }[] = [
  { table: 'session', key: 'id', when: sql`expires_at < ${now} - interval '1 hour'` },
  { table: 'flow', key: 'id', when: sql`expires_at < ${now} - interval '1 hour'` },
  {
    table: 'budget',
    key: 'ledger',
    when: sql`updated_at < ${now} - interval '30 days' and (locked_until is null or locked_until < ${now})`,
  },
]

/** Deletes expired rows in small batches. Returns how many. */
export async function sweep({ db }: Host): Promise<number> {
  let swept = 0
  for (const { table, key, when } of EXPIRED) {
    const from = sql`security_info.${sql.identifier(table)}`
    const columns = sql`user_id, ${sql.identifier(key)}`
    for (;;) {
      const gone = await rows<object>(
        db,
        sql`delete from ${from} where (${columns}) in
          (select ${columns} from ${from} where ${when} limit ${BATCH} for update skip locked) returning 1 as gone`,
      )
      swept += gone.length
      if (gone.length < BATCH) break
    }
  }
  return swept
}

/** Sweeps once a minute until stopped. A failure is told and the next round tries again. */
export function startSweeping(host: Host): { stop(): Promise<void> } {
  let running: Promise<unknown> = Promise.resolve()
  const timer = setInterval(() => {
    running = running
      .then(() => sweep(host))
      .catch((error: unknown) => host.onUnexpected(error, { requestId: null }))
  }, EVERY_MS)
  timer.unref()
  return {
    async stop() {
      clearInterval(timer)
      await running
    },
  }
}
