/** Core's tables for what is sent: messages, the caps on them, notices, and what a notice can bring back. */
import { sql } from 'drizzle-orm'
import { index, integer, jsonb, primaryKey, smallint, text, uuid } from 'drizzle-orm/pg-core'
import { bytea, created, schema, time } from './tables-columns.ts'

/**
 * QUEUED → SENDING (claimed by a worker, committed before the provider is called) → SENT → DELIVERED or FAILED.
 * UNKNOWN: the provider did not answer. DROPPED: nobody needs it any more. DEAD: a notice that was given up.
 */
export type MessageState =
  | 'QUEUED'
  | 'SENDING'
  | 'SENT'
  | 'DELIVERED'
  | 'FAILED'
  | 'UNKNOWN'
  | 'DROPPED'
  | 'DEAD'

/** The outbox: a row is written in the transaction of what causes it, and sent by a worker afterwards. */
export const message = schema.table(
  'message',
  {
    userId: uuid('user_id').notNull(),
    id: uuid('id').notNull(),
    channel: text('channel').notNull(),
    /** The flow whose code this carries; null for a notice. */
    flowId: uuid('flow_id'),
    /** Which of the flow's codes. */
    number: smallint('number'),
    /** What tells of the message: address, template and values, sealed. Gone once it is sent. */
    sealed: bytea('sealed'),
    state: text('state').$type<MessageState>().notNull().default('QUEUED'),
    problem: text('problem'),
    attempts: smallint('attempts').notNull().default(0),
    /** What the provider calls it; its reports have to name the same. */
    providerId: text('provider_id'),
    dueAt: time('due_at').notNull(),
    claimedAt: time('claimed_at'),
    /** When its code was read out in a call: that happens once. */
    takenAt: time('taken_at'),
    createdAt: created(),
  },
  (t) => [
    primaryKey({ columns: [t.userId, t.id] }),
    index('message_due').on(t.channel, t.dueAt).where(sql`state in ('QUEUED', 'SENDING', 'DEAD')`),
    index('message_flow').on(t.userId, t.flowId),
    index('message_age').on(t.createdAt),
  ],
)

/** How many codes were sent in a window, for each thing that is capped: a person, an address, a prefix, a country, all. */
export const sendCount = schema.table(
  'send_count',
  {
    scope: text('scope').notNull(),
    /** A keyed hash. */
    value: text('value').notNull(),
    windowEnd: time('window_end').notNull(),
    sent: integer('sent').notNull(),
    /** How many of them came back as proofs. */
    verified: integer('verified').notNull().default(0),
  },
  (t) => [primaryKey({ columns: [t.scope, t.value, t.windowEnd] }), index('send_count_end').on(t.windowEnd)],
)

/** A change that its owner is told of, written with the change; a worker makes one message for each address of it. */
export const notice = schema.table(
  'notice',
  {
    userId: uuid('user_id').notNull(),
    id: uuid('id').notNull(),
    /** What happened: the audit type of the change. */
    type: text('type').notNull(),
    /** What the message says and what undoing it takes. Never a secret, never an address. */
    detail: jsonb('detail').$type<Readonly<Record<string, unknown>>>().notNull(),
    locale: text('locale').notNull(),
    createdAt: created(),
    /** When its messages were written. */
    spreadAt: time('spread_at'),
    /** SHA-256 of the token of the "this wasn't me" link. */
    undoHash: bytea('undo_hash'),
    undoneAt: time('undone_at'),
  },
  (t) => [
    primaryKey({ columns: [t.userId, t.id] }),
    index('notice_waiting').on(t.createdAt).where(sql`spread_at is null`),
    index('notice_age').on(t.createdAt),
  ],
)

/** Methods that were removed or replaced, as they were: kept for as long as the change can be undone. */
export const removedMethod = schema.table(
  'removed_method',
  {
    userId: uuid('user_id').notNull(),
    id: uuid('id').notNull(),
    kind: text('kind').notNull(),
    /** The row of `method`, but for its sealed data. */
    row: jsonb('row').$type<Readonly<Record<string, unknown>>>().notNull(),
    stored: bytea('stored').notNull(),
    /** Its keyed hash in `unique_key`, where it had one. */
    uniqueValue: text('unique_value'),
    removedAt: time('removed_at').notNull(),
    /** Set when its owner asked for it back: the next proven sign-in restores it. */
    wantedAt: time('wanted_at'),
  },
  (t) => [primaryKey({ columns: [t.userId, t.id] }), index('removed_method_age').on(t.removedAt)],
)
