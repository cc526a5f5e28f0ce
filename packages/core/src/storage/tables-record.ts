/** Core's tables for what is in force and what has happened: policies, audit, keys. */
import { sql } from 'drizzle-orm'
import { bigint, boolean, index, integer, jsonb, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import { bytea, created, schema, time } from './tables-columns.ts'

/** Each policy an organisation has had, oldest first; the highest version is in force. */
export const policyVersion = schema.table('policy_version', {
  version: integer('version').primaryKey().generatedAlwaysAsIdentity(),
  document: jsonb('document').$type<Record<string, unknown>>().notNull(),
  /** Where it came from: `configuration`, or an administrator. */
  source: text('source').notNull(),
  createdAt: created(),
})

export const auditEvent = schema.table(
  'audit_event',
  {
    userId: uuid('user_id').notNull(),
    id: uuid('id').notNull().defaultRandom(),
    at: time('at').notNull().default(sql`security_info.now()`),
    /** What happened: `method.enrolled`, `challenge.failed`. */
    type: text('type').notNull(),
    sessionId: uuid('session_id'),
    requestId: text('request_id').notNull(),
    /** Facts from a fixed list of names; never a secret. */
    detail: jsonb('detail').$type<Readonly<Record<string, unknown>>>().notNull(),
    /** The transaction that wrote it, in one order with all others: what the chain of seals goes by. */
    tx: bigint('tx', { mode: 'bigint' }).notNull().default(sql`security_info.audit_tx()`),
  },
  (t) => [
    primaryKey({ columns: [t.userId, t.id] }),
    index('audit_event_time').on(t.userId, t.at),
    index('audit_event_tx').on(t.tx),
  ],
)

/** One row: what is added to the server's transaction numbers, so that they still rise after a restore on another server. */
export const auditClock = schema.table('audit_clock', {
  only: boolean('only').primaryKey().default(true),
  shift: bigint('shift', { mode: 'bigint' }).notNull(),
})

/** The hash chain over the audit events: each link covers the events of a range of transactions. Only ever added to. */
export const auditSeal = schema.table('audit_seal', {
  number: integer('number').primaryKey().generatedAlwaysAsIdentity(),
  fromTx: bigint('from_tx', { mode: 'bigint' }).notNull(),
  toTx: bigint('to_tx', { mode: 'bigint' }).notNull(),
  events: integer('events').notNull(),
  hash: bytea('hash').notNull(),
  sealedAt: time('sealed_at').notNull().default(sql`security_info.now()`),
  /** When its events were deleted, for they were old enough. */
  prunedAt: time('pruned_at'),
})

/** Secrets of the gateway itself, sealed: the keys of fingerprints and of the audit chain, and all versions of the pepper. */
export const sealedSecret = schema.table('sealed_secret', {
  name: text('name').primaryKey(),
  value: bytea('value').notNull(),
})

/** A sealed canary for each key of the ring that was ever used: a missing or wrong key stops the start. */
export const sealingKey = schema.table('sealing_key', {
  id: text('id').primaryKey(),
  canary: bytea('canary').notNull(),
  createdAt: created(),
})
