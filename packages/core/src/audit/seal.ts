import { createHmac } from 'node:crypto'
import { type SQL, sql } from 'drizzle-orm'
import type { Host } from '../host.ts'
import { type Db, maybeRow, rows } from '../storage/database.ts'
import { bytes, integer } from '../storage/sql.ts'

/** A link of the chain: what it covers, and the hash over that and the link before. */
export interface Seal {
  readonly number: number
  /** From this transaction on, up to the other one: numbers of `audit_event.tx`. */
  readonly from: string
  readonly to: string
  readonly events: number
  readonly hash: string
}

/** Any number does, as long as all processes use the same: one of them seals at a time. */
const LOCK = 7_433_211
/** Events of one link; it may be more, for a transaction is never cut in two. */
const BATCH = 2_000

/**
 * Seals the audit events that no running transaction can add to any more (H28): in batches, by a worker, into a table of its own, so
 * that nothing is locked where events are written. A link is an HMAC under a key of the gateway's over the link before it and
 * its events: whoever can write to the database alone can't make one. Returns the new links.
 */
export async function sealAudit(host: Pick<Host, 'db' | 'auditKey'>): Promise<readonly Seal[]> {
  const made: Seal[] = []
  for (;;) {
    const seal = await sealOnce(host)
    if (!seal) return made
    made.push(seal)
  }
}

async function sealOnce({ db, auditKey }: Pick<Host, 'db' | 'auditKey'>): Promise<Seal | undefined> {
  const key = await auditKey()
  return db.transaction(async (tx) => {
    await tx.execute(sql`select pg_advisory_xact_lock(${LOCK})`)
    const last = await lastSeal(tx)
    const from = last?.to ?? '0'
    const to = await endOfBatch(tx, from)
    if (to === undefined) return undefined
    const events = await readEvents(tx, from, to)
    const hash = linkOf(key, last?.hash ?? '', from, to, events)
    const row = await maybeRow<{ number: number }>(
      tx,
      sql`insert into security_info.audit_seal (from_tx, to_tx, events, hash)
        values (${from}::text::bigint, ${to}::text::bigint, ${integer(events.length)}, ${bytes(Buffer.from(hash, 'base64url'))})
        returning number`,
    )
    return { number: row?.number ?? 0, from, to, events: events.length, hash }
  })
}

/**
 * Before anything is written: on a server that counts its transactions from a lower number than the events that were restored
 * to it, new events would come before the end of the chain and never be sealed.
 */
export async function alignAudit(db: Db): Promise<void> {
  await db.execute(sql`
    with top as (
      select greatest(
        (select max(tx) from security_info.audit_event), (select max(to_tx) from security_info.audit_seal)) as tx
    )
    update security_info.audit_clock c set shift = c.shift + top.tx + 1 - security_info.audit_tx()
    from top where security_info.audit_tx() <= top.tx`)
}

async function lastSeal(db: Db): Promise<{ readonly to: string; readonly hash: string } | undefined> {
  const row = await maybeRow<{ to_tx: string; hash: Uint8Array }>(
    db,
    sql`select to_tx::text as to_tx, hash from security_info.audit_seal order by number desc limit 1`,
  )
  return row && { to: row.to_tx, hash: Buffer.from(row.hash).toString('base64url') }
}

/** Where a link can end: before the oldest running transaction, and after about a batch. */
async function endOfBatch(db: Db, from: string): Promise<string | undefined> {
  const row = await maybeRow<{ to_tx: string | null }>(
    db,
    sql`
    with horizon as (select security_info.audit_horizon() as tx), open as (
      select e.tx from security_info.audit_event e, horizon
      where e.tx >= ${from}::text::bigint and e.tx < horizon.tx order by e.tx limit ${integer(BATCH)}
    )
    select (max(open.tx) + 1)::text as to_tx from open`,
  )
  return row?.to_tx ?? undefined
}

/** The events of a range of transactions, each as one line that says all of it. */
export async function readEvents(db: Db, from: string, to: string): Promise<readonly string[]> {
  const found = await rows<{ line: string }>(
    db,
    sql`select ${line} as line from security_info.audit_event e
      where e.tx >= ${from}::text::bigint and e.tx < ${to}::text::bigint order by e.tx, e.user_id, e.id`,
  )
  return found.map((row) => row.line)
}

const line: SQL = sql`json_build_array(e.tx::text, e.user_id, e.id, (extract(epoch from e.at) * 1000000)::bigint::text, e.type,
  e.session_id, e.request_id, e.detail::text)::text`

export function linkOf(
  key: Uint8Array,
  before: string,
  from: string,
  to: string,
  events: readonly string[],
): string {
  const mac = createHmac('sha256', key).update(`${before}\n${from}\n${to}\n${events.length}\n`)
  for (const event of events) mac.update(event).update('\n')
  return mac.digest('base64url')
}
