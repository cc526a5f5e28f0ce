import { sql } from 'drizzle-orm'
import { place, sealJson } from '../crypto/sealing.ts'
import type { Host } from '../host.ts'
import { maybeRow } from '../storage/database.ts'
import { bytes, now, uuid } from '../storage/sql.ts'

/**
 * Keeps what arrived out of band (an approved notification) with its flow, sealed, for the browser's `verifyChallenge` to
 * redeem. The first signal stands: a second one can't overwrite a refusal with an approval.
 */
export async function signalFlow(
  host: Host,
  { userId, flowId }: { readonly userId: string; readonly flowId: string },
  data: object,
): Promise<boolean> {
  const sealed = sealJson(host.ring, data, place('flow-signal', userId, flowId))
  const row = await maybeRow(
    host.db,
    sql`update security_info.flow set signal = ${bytes(sealed)}
      where user_id = ${uuid(userId)} and id = ${uuid(flowId)}
        and signal is null and consumed_at is null and attempts_left > 0 and expires_at > ${now}
      returning id`,
  )
  return row !== undefined
}
