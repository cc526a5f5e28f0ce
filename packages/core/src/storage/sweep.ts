import { type SQL, sql } from 'drizzle-orm'
import { sealAudit } from '../audit/seal.ts'
import type { Host } from '../host.ts'
import { UNDO_HOURS } from '../notices/notice.ts'
import { rows } from './database.ts'
import { now } from './sql.ts'

const BATCH = 1000
const EVERY_MS = 60_000

const OWN = sql`user_id, id`

/** What is deleted, and when. Budgets stay as long as they could still close something. */
const EXPIRED: readonly { readonly table: string; readonly key: SQL; readonly when: SQL }[] = [
  { table: 'session', key: OWN, when: sql`expires_at < ${now} - interval '1 hour'` },
  { table: 'sign_in_flow', key: OWN, when: sql`expires_at < ${now}` },
  { table: 'password_reset', key: OWN, when: sql`expires_at < ${now} - interval '1 hour'` },
  { table: 'access_pass', key: OWN, when: sql`expires_at < ${now}` },
  {
    table: 'help_request',
    key: OWN,
    // A phantom's is nobody's to settle; others wait for an administrator.
    when: sql`created_at < ${now} - interval '1 day' and not exists (
        select from security_info.account a where a.user_id = help_request.user_id)
      or settled_at < ${now} - interval '30 days' or created_at < ${now} - interval '90 days'`,
  },
  { table: 'remembered_device', key: OWN, when: sql`expires_at < ${now}` },
  { table: 'flow', key: OWN, when: sql`expires_at < ${now} - interval '1 hour'` },
  {
    table: 'budget',
    key: sql`user_id, ledger`,
    when: sql`updated_at < ${now} - interval '30 days' and (locked_until is null or locked_until < ${now})`,
  },
  // Notices that were given up stay for the operator to look at.
  {
    table: 'message',
    key: OWN,
    when: sql`created_at < ${now} - interval '7 days' and (state not in ('QUEUED', 'SENDING', 'DEAD') or created_at < ${now} - interval '30 days')`,
  },
  { table: 'notice', key: OWN, when: sql`created_at < ${now} - interval '7 days' and spread_at is not null` },
  {
    table: 'removed_method',
    key: OWN,
    // Those that their owner wants back wait for a sign-in.
    when: sql`removed_at < ${now} - make_interval(hours => ${UNDO_HOURS})
      and (wanted_at is null or wanted_at < ${now} - interval '30 days')`,
  },
  { table: 'send_count', key: sql`scope, value, window_end`, when: sql`window_end < ${now}` },
]

/** Deletes expired rows in small batches. Returns how many. */
export async function sweep({ db }: Host): Promise<number> {
  let swept = 0
  for (const { table, key, when } of EXPIRED) {
    const from = sql`security_info.${sql.identifier(table)}`
    for (;;) {
      const gone = await rows<object>(
        db,
        sql`delete from ${from} where (${key}) in
          (select ${key} from ${from} where ${when} limit ${BATCH} for update skip locked) returning 1 as gone`,
      )
      swept += gone.length
      if (gone.length < BATCH) break
    }
  }
  return swept
}

/** Sweeps, and seals what was audited, once a minute until stopped. A failure is told and the next round tries again. */
export function startSweeping(host: Host): { stop(): Promise<void> } {
  let running: Promise<unknown> = Promise.resolve()
  const timer = setInterval(() => {
    running = running
      .then(() => sweep(host))
      .then(() => sealAudit(host))
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
