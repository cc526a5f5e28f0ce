import type { BenchDatabase } from './database.ts'

/** A message as the outbox has it. Times are the database's, in milliseconds. */
export interface MessageRow {
  readonly id: string
  readonly userId: string
  readonly channel: string
  /** The flow whose code it carries; null for a notice. */
  readonly flowId: string | null
  readonly number: number | null
  readonly state: string
  readonly attempts: number
  /** When the flow of a code ends. */
  readonly flowEnds: number | null
}

interface NoticeRow {
  readonly userId: string
  readonly type: string
  readonly methodId: string | null
  /** SHA-256 of the token in its link, in hex. */
  readonly undoHash: string | null
  readonly spread: boolean
}

/** What the database believes. */
export interface Believed {
  readonly messages: readonly MessageRow[]
  readonly notices: readonly NoticeRow[]
  /** Audit events of changes, by person and method. */
  readonly changes: readonly {
    readonly userId: string
    readonly type: string
    readonly methodId: string | null
  }[]
}

export async function readBelieved({ query }: Pick<BenchDatabase, 'query'>): Promise<Believed> {
  const [messages, notices, changes] = await Promise.all([
    query(`SELECT m.id, m.user_id AS "userId", m.channel, m.flow_id AS "flowId", m.number, m.state, m.attempts,
      (extract(epoch FROM f.expires_at) * 1000)::float8 AS "flowEnds"
      FROM security_info.message m LEFT JOIN security_info.flow f ON f.user_id = m.user_id AND f.id = m.flow_id`),
    query(`SELECT user_id AS "userId", type, detail->>'methodId' AS "methodId", encode(undo_hash, 'hex') AS "undoHash",
      spread_at IS NOT NULL AS spread FROM security_info.notice`),
    query(`SELECT user_id AS "userId", type, detail->>'methodId' AS "methodId" FROM security_info.audit_event
      WHERE type IN ('method.enrolled', 'method.removed')`),
  ])
  return { messages, notices, changes } as unknown as Believed
}

/** How many messages wait for a provider, or are with one. */
export async function waiting({ query }: Pick<BenchDatabase, 'query'>): Promise<number> {
  const [row] = await query(`SELECT
    (SELECT count(*) FROM security_info.message WHERE state IN ('QUEUED', 'SENDING'))
      + (SELECT count(*) FROM security_info.notice WHERE spread_at IS NULL) AS count`)
  return Number(row?.count)
}

/** The message that a provider knows by this word: a channel puts it into addresses and message ids. */
export function messageOfRef(ref: string): string {
  const hex = Buffer.from(ref, 'base64url').toString('hex').slice(32)
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}
