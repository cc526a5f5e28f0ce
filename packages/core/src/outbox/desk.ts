import { sql } from 'drizzle-orm'
import type { MessageDesk } from '../contract/channel.ts'
import { Secret } from '../crypto/secret.ts'
import type { Host } from '../host.ts'
import { stillHeld } from '../lifecycle/holder.ts'
import { maybeRow } from '../storage/database.ts'
import { now, text, uuid } from '../storage/sql.ts'
import type { MessageState } from '../storage/tables-outbox.ts'
import { openDelivery } from './code.ts'
import { decodeRef } from './message.ts'

/** What each report makes of a message, and from which states: a report that comes late or again changes nothing (H21). */
const REPORTS: Record<
  'sent' | 'delivered' | 'failed',
  { readonly state: MessageState; readonly from: readonly MessageState[] }
> = {
  sent: { state: 'SENT', from: ['SENDING', 'UNKNOWN'] },
  delivered: { state: 'DELIVERED', from: ['SENDING', 'UNKNOWN', 'SENT'] },
  failed: { state: 'FAILED', from: ['SENDING', 'UNKNOWN', 'SENT'] },
}

/** What a provider's webhooks may do with messages. */
export function createMessageDesk(host: Host): MessageDesk {
  return {
    async report(ref, { providerId, state, problem }) {
      const at = decodeRef(ref)
      if (!at) return false
      const step = REPORTS[state]
      const row = await maybeRow(
        host.db,
        sql`
        with known as (
          select user_id, id from security_info.message
          where user_id = ${uuid(at.userId)} and id = ${uuid(at.id)} and attempts > 0
            and (provider_id is null or provider_id = ${text(providerId)})
          for update
        ), moved as (
          update security_info.message m set state = ${text(step.state)}, problem = ${text(problem ?? null)},
            provider_id = ${text(providerId)}, sealed = null
          from known where m.user_id = known.user_id and m.id = known.id and m.state in ${step.from}
        )
        select id from known`,
      )
      return row !== undefined
    },

    async takeCode(ref, providerId) {
      const at = decodeRef(ref)
      if (!at) return undefined
      const row = await maybeRow<{ flow_id: string; delivery: Uint8Array }>(
        host.db,
        sql`
        update security_info.message m set taken_at = ${now}, provider_id = ${text(providerId)}
        from security_info.flow f
        where m.user_id = ${uuid(at.userId)} and m.id = ${uuid(at.id)} and m.taken_at is null and m.attempts > 0
          and (m.provider_id is null or m.provider_id = ${text(providerId)})
          and f.user_id = m.user_id and f.id = m.flow_id and f.sends = m.number
          and f.consumed_at is null and f.attempts_left > 0 and f.expires_at > ${now}
          and ${stillHeld}
        returning f.id as flow_id, f.delivery`,
      )
      if (!row) return undefined
      const { code, locale } = openDelivery(host, at.userId, row.flow_id, row.delivery)
      return { code: new Secret(code), locale }
    },
  }
}
