import { sql } from 'drizzle-orm'
import type { Host } from '../host.ts'
import { maybeRow, rows } from '../storage/database.ts'
import { operatorInsert } from './operator.ts'
import { linkOf, readEvents } from './seal.ts'

/** What looking through the chain found. */
export interface AuditReport {
  /** How many links were looked at, and how many events they cover that are still there. */
  readonly seals: number
  readonly events: number
  /** Links whose events were deleted, being old: of these only the link itself is looked at. */
  readonly pruned: number
  /** Events that are not sealed yet. */
  readonly unsealed: number
  /** The newest link. Write it down somewhere else: then nobody can cut the end of the chain off unseen. */
  readonly head: string | null
  /** Where the chain is broken, in words. */
  readonly faults: readonly string[]
}

/** Recomputes every link. `expected`: a head that was written down; it has to be in the chain still. */
export async function verifyAudit(
  { db, auditKey }: Pick<Host, 'db' | 'auditKey'>,
  expected?: string,
): Promise<AuditReport> {
  const key = await auditKey()
  const seals = await rows<{
    number: number
    from_tx: string
    to_tx: string
    events: number
    hash: Uint8Array
    pruned: boolean
  }>(
    db,
    sql`select number, from_tx::text as from_tx, to_tx::text as to_tx, events, hash, pruned_at is not null as pruned
      from security_info.audit_seal order by number`,
  )
  const faults: string[] = []
  let before = ''
  let to = '0'
  let events = 0
  let isExpectedThere = expected === undefined
  for (const seal of seals) {
    const hash = Buffer.from(seal.hash).toString('base64url')
    if (seal.from_tx !== to) faults.push(`Before link ${seal.number} one or more links are missing.`)
    if (!seal.pruned) {
      const lines = await readEvents(db, seal.from_tx, seal.to_tx)
      events += lines.length
      if (linkOf(key, before, seal.from_tx, seal.to_tx, lines) !== hash) {
        faults.push(
          `Link ${seal.number} does not fit: of ${seal.events} events ${lines.length} are there; one or more were changed, added or taken away, or the link itself was.`,
        )
      }
    }
    isExpectedThere ||= hash === expected
    before = hash
    to = seal.to_tx
  }
  if (!isExpectedThere)
    faults.push('The head that was written down is not in the chain: its end was cut off or replaced.')
  const tail = await maybeRow<{ unsealed: number }>(
    db,
    sql`select count(*)::int as unsealed from security_info.audit_event where tx >= ${to}::text::bigint`,
  )
  return {
    seals: seals.length,
    events,
    pruned: seals.filter((seal) => seal.pruned).length,
    unsealed: tail?.unsealed ?? 0,
    head: before || null,
    faults,
  }
}

/**
 * Deletes events that are older than so many days, in whole links and oldest first. The links stay, so that the chain holds. It
 * needs more rights than the gateway itself should have.
 */
export async function pruneAudit({ db }: Pick<Host, 'db'>, days: number): Promise<number> {
  return db.transaction(async (tx) => {
    const old = await rows<{ number: number; from_tx: string; to_tx: string }>(
      tx,
      sql`update security_info.audit_seal set pruned_at = security_info.now()
        where pruned_at is null and sealed_at < security_info.now() - make_interval(days => ${days}::int)
        returning number, from_tx::text as from_tx, to_tx::text as to_tx`,
    )
    let pruned = 0
    for (const { from_tx: from, to_tx: to } of old) {
      const gone = await rows(
        tx,
        sql`delete from security_info.audit_event where tx >= ${from}::text::bigint and tx < ${to}::text::bigint returning 1`,
      )
      pruned += gone.length
    }
    if (old.length > 0) await tx.execute(operatorInsert('audit.pruned', { count: pruned }))
    return pruned
  })
}
