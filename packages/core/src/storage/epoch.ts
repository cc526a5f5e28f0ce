import { sql } from 'drizzle-orm'
import { operatorInsert } from '../audit/operator.ts'
import type { Host } from '../host.ts'
import { rows } from './database.ts'

/**
 * What a session, a begun step or a token can be held by: all that an older state of the database would bring back to life. Flows before
 * sessions, as everybody locks them (M6).
 */
const HELD = [
  'flow',
  'session',
  'sign_in_flow',
  'password_reset',
  'access_pass',
  'remembered_device',
] as const

/**
 * After a restore from a backup, or the promotion of a standby that lagged: the database has forgotten what was used up or revoked
 * since then, so everything that is open ends, for everybody (M3). People sign in again. Returns how many sessions ended.
 */
export async function beginEpoch({ db }: Pick<Host, 'db'>): Promise<number> {
  return db.transaction(async (tx) => {
    let sessions = 0
    for (const table of HELD) {
      const gone = await rows(tx, sql`delete from security_info.${sql.identifier(table)} returning 1`)
      if (table === 'session') sessions = gone.length
    }
    await tx.execute(operatorInsert('epoch.begun', { count: sessions }))
    return sessions
  })
}
