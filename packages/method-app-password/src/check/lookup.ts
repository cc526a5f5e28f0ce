import type { Db } from '@security-info/core'
import { and, eq, sql } from 'drizzle-orm'
import { entry, inMs, nowInMs, person, policyVersion } from '../tables.ts'
import { createBatches } from './batches.ts'

/**
 * A person by the canonical form of a name, a password by its public part, and what it is to be for. All of it well formed and without
 * U+0000: what PostgreSQL can't read would spoil the look-up of others with it.
 */
export interface Sought {
  readonly canonical: string
  readonly selector: string
  readonly scope: string
}

const all = sql`rows from (json_to_recordset(${sql.placeholder('all')}::text::json)
  as (canonical text, selector text, scope text)) with ordinality as sought (canonical, selector, scope, at)`

function prepare(db: Db) {
  return db
    .select({
      now: nowInMs,
      policyVersion,
      userId: person.userId,
      identifier: person.identifier,
      active: person.active,
      id: entry.id,
      hash: entry.hash,
      inScope: sql<boolean | null>`sought.scope = any(${entry.scopes})`,
      createdAt: inMs(entry.createdAt),
      expiresAt: inMs(entry.expiresAt),
      lastUsedAt: inMs(entry.lastUsedAt),
      lastUsedBy: entry.lastUsedBy,
      clients: entry.clients,
    })
    .from(all)
    .leftJoin(person, sql`${person.canonical} = sought.canonical`)
    .leftJoin(entry, and(eq(entry.userId, person.userId), sql`${entry.selector} = sought.selector`))
    .orderBy(sql`sought.at`)
    .prepare('app_password_checks')
}

/** What a look-up finds: always something, for the time. */
export type Found = Awaited<ReturnType<ReturnType<typeof prepare>['execute']>>[number]

const lookUps = new WeakMap<Db, (sought: Sought) => Promise<Found>>()

/**
 * The one look-up of a check: person and password by two keys, however many passwords there are, together with those of others that come
 * at the same moment. The statement is prepared once for each connection: it is asked for every mail that is fetched.
 */
export function lookUp(db: Db, sought: Sought): Promise<Found> {
  let known = lookUps.get(db)
  if (!known) {
    const statement = prepare(db)
    known = createBatches((all) => statement.execute({ all: JSON.stringify(all) }))
    lookUps.set(db, known)
  }
  return known(sought)
}
