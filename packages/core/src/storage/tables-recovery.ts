/** Core's tables for getting back in: resets, access passes, requests for help. */
import { sql } from 'drizzle-orm'
import { boolean, index, jsonb, primaryKey, smallint, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core'
import { bytea, created, schema, time } from './tables-columns.ts'

/** A gate that was passed in a password reset. */
export interface GateProof {
  readonly kind: string
  readonly way: string
  readonly methodId: string
  /** ISO 8601, database time. */
  readonly at: string
}

/**
 * A password reset, or a rehearsal of one: held by a token, and gone once it is completed. `user_id` may be a phantom's: an
 * unknown identifier walks the same steps as a known one.
 */
export const passwordReset = schema.table(
  'password_reset',
  {
    userId: uuid('user_id').notNull(),
    id: uuid('id').notNull(),
    tokenHash: bytea('token_hash').notNull(),
    /** The session that rehearses; null for a reset. */
    sessionId: uuid('session_id'),
    proofs: jsonb('proofs').$type<readonly GateProof[]>().notNull().default([]),
    /** Kinds whose questions were asked: once in a reset, or whoever asks would wait for those they know. */
    asked: text('asked').array().notNull().default([]),
    createdAt: created(),
    expiresAt: time('expires_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.userId, t.id] }), index('password_reset_expiry').on(t.expiresAt)],
)

/** A temporary access pass: into the wizard, for who has nothing to prove with. */
export const accessPass = schema.table(
  'access_pass',
  {
    userId: uuid('user_id').notNull(),
    id: uuid('id').notNull(),
    /** argon2id PHC string, sealed. */
    hash: bytea('hash').notNull(),
    /** Whether one sign-in uses it up. */
    once: boolean('once').notNull(),
    issuedBy: uuid('issued_by').notNull(),
    createdAt: created(),
    expiresAt: time('expires_at').notNull(),
    usedAt: time('used_at'),
  },
  (t) => [primaryKey({ columns: [t.userId, t.id] }), index('access_pass_expiry').on(t.expiresAt)],
)

/** "Ask my administrator": what waits in the queue. One open request for each person; a phantom's is never shown. */
export const helpRequest = schema.table(
  'help_request',
  {
    userId: uuid('user_id').notNull(),
    id: uuid('id').notNull(),
    /** How many gates were passed when it was sent. */
    proven: smallint('proven').notNull(),
    clientAddress: text('client_address').notNull(),
    createdAt: created(),
    settledAt: time('settled_at'),
    settledBy: uuid('settled_by'),
  },
  (t) => [
    primaryKey({ columns: [t.userId, t.id] }),
    uniqueIndex('help_request_open').on(t.userId).where(sql`settled_at is null`),
    index('help_request_age').on(t.createdAt),
  ],
)
