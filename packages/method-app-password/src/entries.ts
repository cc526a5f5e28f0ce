import type { Db } from '@security-info/core'
import { and, asc, eq, type InferSelectModel } from 'drizzle-orm'
import type { ReadPassword } from './format.ts'
import type { AppPasswordPolicy } from './policy.ts'
import { stateOf } from './standing.ts'
import { entry, nowInMs } from './tables.ts'

/** How many a person may have, whether they work or not: what is in the list counts. */
export const LIMIT = 40

/** One as its owner may see it: without its hash. */
export type Entry = Omit<InferSelectModel<typeof entry>, 'userId' | 'hash' | 'clients' | 'lastUsedBy'>

const columns = {
  id: entry.id,
  selector: entry.selector,
  name: entry.name,
  scopes: entry.scopes,
  createdAt: entry.createdAt,
  expiresAt: entry.expiresAt,
  lastUsedAt: entry.lastUsedAt,
  lastUsedScope: entry.lastUsedScope,
  lastUsedClient: entry.lastUsedClient,
  lastUsedAddress: entry.lastUsedAddress,
}

/** What is hashed. Bound to its owner, so that a row copied to somebody else's account opens nothing (C22). */
export function hashed(
  userId: string,
  { characters }: ReadPassword,
): readonly [scope: string, value: string] {
  return ['password', `${userId} ${characters}`]
}

/** All of a person's, oldest first. */
export function listEntries(db: Db, userId: string): Promise<readonly Entry[]> {
  return db
    .select(columns)
    .from(entry)
    .where(eq(entry.userId, userId))
    .orderBy(asc(entry.createdAt), asc(entry.id))
}

/** Whether one of a person's works now: one statement, a few columns of 40 rows at most. */
export async function hasWorking(db: Db, userId: string, policy: AppPasswordPolicy): Promise<boolean> {
  const { createdAt, expiresAt, lastUsedAt, scopes } = entry
  const rows = await db
    .select({ now: nowInMs, createdAt, expiresAt, lastUsedAt, scopes })
    .from(entry)
    .where(eq(entry.userId, userId))
  return rows.some(({ now, ...one }) => stateOf(one, policy, new Date(now)) === 'ACTIVE')
}

/** The first groups of all of a person's: as many as they have. Exact only while the account is locked (`Desk.change`). */
export async function takenSelectors(db: Db, userId: string): Promise<readonly string[]> {
  const rows = await db.select({ selector: entry.selector }).from(entry).where(eq(entry.userId, userId))
  return rows.map(({ selector }) => selector)
}

/** Keeps a new one. */
export async function insertEntry(
  db: Db,
  row: Pick<
    InferSelectModel<typeof entry>,
    'userId' | 'id' | 'selector' | 'hash' | 'name' | 'scopes' | 'expiresAt'
  >,
): Promise<Entry> {
  const [made] = await db.insert(entry).values(row).returning(columns)
  if (!made) throw new Error('The insert of an app password returned nothing.')
  return made
}

export async function renameEntry(db: Db, own: Own, name: string): Promise<Entry | undefined> {
  const [renamed] = await db.update(entry).set({ name }).where(one(own)).returning(columns)
  return renamed
}

/** Deletes one; false where the person has none with that id. */
export async function deleteEntry(db: Db, own: Own): Promise<boolean> {
  const gone = await db.delete(entry).where(one(own)).returning({ id: entry.id })
  return gone.length > 0
}

/** Deletes all of a person's. Returns how many. */
export async function deleteEntries(db: Db, userId: string): Promise<number> {
  const gone = await db.delete(entry).where(eq(entry.userId, userId)).returning({ id: entry.id })
  return gone.length
}

interface Own {
  readonly userId: string
  readonly id: string
}

function one({ userId, id }: Own) {
  return and(eq(entry.userId, userId), eq(entry.id, id))
}
