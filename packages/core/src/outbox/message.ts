import { randomUUID } from 'node:crypto'
import { type SQL, sql } from 'drizzle-orm'
import { z } from 'zod'
import type { DeliveryProblem } from '../contract/channel.ts'
import { openJson, place, sealJson } from '../crypto/sealing.ts'
import type { DeliveryState } from '../graphql/builder.ts'
import type { Host } from '../host.ts'
import { bytes, now, text, uuid } from '../storage/sql.ts'
import type { MessageState } from '../storage/tables-outbox.ts'

/** What a notice's message is made of: words are found when it is sent. */
const envelope = z.object({
  to: z.string(),
  template: z.string(),
  values: z.record(z.string(), z.string()),
  locale: z.string(),
  link: z.string().optional(),
  /** Others get a link with it, this address does not. */
  linkless: z.boolean().optional(),
})
export type Envelope = z.infer<typeof envelope>

export function openEnvelope(
  host: Pick<Host, 'ring'>,
  userId: string,
  id: string,
  sealed: Uint8Array,
): Envelope {
  return openJson(host.ring, sealed, place('message', userId, id), envelope)
}

/** The row of one notice to one address, as values of an insert. */
export function noticeRow(
  host: Pick<Host, 'ring'>,
  { userId, channel, content }: { userId: string; channel: string; content: Envelope },
): SQL {
  const id = randomUUID()
  const sealed = sealJson(host.ring, content, place('message', userId, id))
  return sql`(${uuid(userId)}, ${uuid(id)}, ${text(channel)}, ${bytes(sealed)})`
}

/** The statement part that puts the code of a flow into the outbox, if `guard` has a row. Worded by the flow itself. */
export function insertCode(
  code: {
    readonly userId: string
    readonly flowId: string
    readonly channel: string
    readonly number: SQL
    /** Written as if it had been dropped: for somebody who does not exist everything is done but sending. */
    readonly decoy?: boolean | undefined
  },
  guard: SQL,
): SQL {
  return sql`
    insert into security_info.message (user_id, id, channel, flow_id, number, state, due_at)
    select ${uuid(code.userId)}, ${uuid(randomUUID())}, ${text(code.channel)}, ${uuid(code.flowId)}, ${code.number},
      ${text(code.decoy ? 'DROPPED' : 'QUEUED')}, ${now}
    from ${guard}`
}

/** The state of a message as its receiver sees it. */
export function deliveryState(state: MessageState | null): DeliveryState {
  switch (state) {
    case 'SENT':
    case 'DELIVERED':
    case 'FAILED':
    case 'UNKNOWN':
      return state
    case 'DROPPED':
    case 'DEAD':
      return 'FAILED'
    default:
      return 'QUEUED'
  }
}

export function problemOf(state: MessageState | null, problem: string | null): DeliveryProblem | null {
  if (state === 'DROPPED') return 'expired'
  return state === 'UNKNOWN' ? 'unknown' : (problem as DeliveryProblem | null)
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** How a channel and its provider name a message: person and row, in one opaque word. */
export function encodeRef(userId: string, id: string): string {
  return Buffer.from(`${userId}${id}`.replaceAll('-', ''), 'hex').toString('base64url')
}

export function decodeRef(ref: string): { readonly userId: string; readonly id: string } | undefined {
  const hex = Buffer.from(ref, 'base64url').toString('hex')
  if (hex.length !== 64) return undefined
  const [userId, id] = [hex.slice(0, 32), hex.slice(32)].map((part) =>
    part.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'),
  )
  return userId && id && UUID.test(userId) && UUID.test(id) ? { userId, id } : undefined
}
