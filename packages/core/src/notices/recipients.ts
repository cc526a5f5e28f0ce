import { sql } from 'drizzle-orm'
import type { Address } from '../contract/handlers.ts'
import type { OutboxHost } from '../host.ts'
import { readMethods, type SealedMethod } from '../lifecycle/claim.ts'
import { openMethods } from '../lifecycle/sealed.ts'
import { rows } from '../storage/database.ts'
import { time, uuid } from '../storage/sql.ts'
import { CONTACT_CHANNEL, UNDO_HOURS } from './notice.ts'
import { readRemoved } from './removed.ts'

/** Who is told of a change. */
export interface Recipient extends Address {
  /**
   * Whether the message may hold the link that takes the change back: the contact address, and what has been registered for
   * longer than changes can be undone. A newer one may be a thief's, who could undo what its owner does about it.
   */
  readonly mayUndo: boolean
}

/**
 * All addresses the person has, and those they had within the time for undoing: whoever removes an address first must not
 * keep its owner from hearing of it.
 */
export async function recipientsOf(
  host: OutboxHost,
  notice: { readonly userId: string; readonly contactEmail: string | null; readonly createdAt: Date },
): Promise<readonly Recipient[]> {
  const { userId, contactEmail } = notice
  const kinds = [...host.kinds.values()].filter((kind) => kind.handlers.addresses)
  const contact = contactEmail === null ? [] : [{ channel: CONTACT_CHANNEL, to: contactEmail, mayUndo: true }]
  const found: Recipient[] = []
  if (kinds.length > 0) {
    const methods = [
      ...(await readMethods(host, sql`m.user_id = ${uuid(userId)}`)),
      ...(await readRemoved(host, userId)),
    ]
    const settled = await settledIds(host, notice)
    for (const method of methods) {
      const mayUndo = settled.has(method.id)
      found.push(...addressesOf(host, userId, method).map((address) => ({ ...address, mayUndo })))
    }
  }
  return distinct([...contact, ...found]).filter(({ channel }) => host.channels.get(channel)?.deliver)
}

function addressesOf(host: OutboxHost, userId: string, method: SealedMethod): readonly Address[] {
  const kind = host.kinds.get(method.kind)
  try {
    return kind?.handlers.addresses?.(openMethods(host, kind, userId, [method])) ?? []
  } catch (error) {
    // A row that can't be read hides its own address, and not the others.
    host.onUnexpected(error, { requestId: null })
    return []
  }
}

/** The methods that were registered longer before the change than it can be undone after it. */
async function settledIds(
  { db }: OutboxHost,
  { userId, createdAt }: { readonly userId: string; readonly createdAt: Date },
): Promise<ReadonlySet<string>> {
  const before = time(new Date(createdAt.getTime() - UNDO_HOURS * 3_600_000))
  const found = await rows<{ id: string }>(
    db,
    sql`
    select id from security_info.method where user_id = ${uuid(userId)} and created_at < ${before}
    union all select id from security_info.removed_method
      where user_id = ${uuid(userId)} and (row->>'created_at')::timestamptz < ${before}`,
  )
  return new Set(found.map(({ id }) => id))
}

/** One message for each mailbox, with the link if any of its entries may have it. */
function distinct(recipients: readonly Recipient[]): readonly Recipient[] {
  const byMailbox = new Map<string, Recipient>()
  for (const recipient of recipients) {
    const key = `${recipient.channel}:${recipient.to.toLowerCase()}`
    const seen = byMailbox.get(key)
    byMailbox.set(key, { ...recipient, ...seen, mayUndo: recipient.mayUndo || (seen?.mayUndo ?? false) })
  }
  return [...byMailbox.values()]
}
