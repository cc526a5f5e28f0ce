import type { Db, RouteDesk } from '@security-info/core'
import { and, eq, isNull, lte, or, sql } from 'drizzle-orm'
import { entry, now } from '../tables.ts'
import type { Asked } from './asked.ts'
import type { Found } from './lookup.ts'
import type { Accepted } from './verdict.ts'

const MINUTE = 60_000
/** Base 64 characters of a keyed hash: 96 bits. */
const CLIENT_LENGTH = 16
/** How many clients of a password are remembered; the oldest is forgotten first. */
const CLIENTS = 20
/** New clients of one password that are written down before a pause: whoever has it can make up names. */
const MOST_NEW_CLIENTS = 20

export interface Use {
  readonly found: Found
  readonly accepted: Accepted
  readonly asked: Pick<Asked, 'address' | 'client'>
  readonly scope: string
}

/** Writes down that a password was used: at most once a minute, and at once where the client is new. */
export async function noteUse(db: Db, desk: RouteDesk, use: Use): Promise<void> {
  const { found, asked } = use
  // Mostly it is the one again that used it last.
  const known = found.lastUsedBy === usedBy(asked) || (await knowClient(db, desk, use))
  if (found.lastUsedAt === null || found.lastUsedAt <= found.now - MINUTE) await writeUse(db, use, known)
}

function usedBy({ address, client }: Use['asked']): string {
  return `${address?.text ?? ''} ${client ?? ''}`
}

async function writeUse(db: Db, { accepted, asked, scope }: Use, known: boolean): Promise<void> {
  const minuteAgo = sql`${now} - interval '1 minute'`
  await db
    .update(entry)
    .set({
      lastUsedAt: now,
      lastUsedScope: scope,
      lastUsedClient: asked.client,
      lastUsedAddress: asked.address?.text ?? null,
      lastUsedBy: known ? usedBy(asked) : null,
    })
    // Of many uses at once, one is written.
    .where(and(own(accepted), or(isNull(entry.lastUsedAt), lte(entry.lastUsedAt, minuteAgo))))
}

/**
 * The first use from another network or by another program is audited; false where it could not be, because there were too
 * many: then it is tried again with the next use.
 */
async function knowClient(db: Db, desk: RouteDesk, { found, accepted, asked, scope }: Use): Promise<boolean> {
  const network = asked.address?.network() ?? ''
  const hash = await desk.keyedHash('client', `${accepted.id} ${network} ${asked.client ?? ''}`)
  const client = hash.slice(0, CLIENT_LENGTH)
  if (found.clients?.includes(client)) return true
  if (await desk.spend(accepted.userId, `clients@${accepted.id}`, MOST_NEW_CLIENTS)) return false
  const [first] = await db
    .update(entry)
    .set({ clients: sql`right(${entry.clients} || ${client}::text, ${CLIENTS * CLIENT_LENGTH}::int)` })
    .where(and(own(accepted), sql`position(${client}::text in ${entry.clients}) = 0`))
    .returning({ id: entry.id })
  if (first) {
    await desk.audit(accepted.userId, {
      type: 'appPassword.newClient',
      detail: { subjectId: accepted.id, scope, ...(asked.address && { clientAddress: asked.address.text }) },
    })
  }
  return true
}

function own({ userId, id }: Accepted) {
  return and(eq(entry.userId, userId), eq(entry.id, id))
}
