/**
 * Core's tables, in the schema `security_info`. Every table a person owns carries `user_id`, and every unique key of it
 * begins with that column, so that the tables can be hash-partitioned by user without a change of code. What has to be
 * unique across people (identifiers, credential ids) lives in `unique_key`.
 */
import {
  bigint,
  boolean,
  index,
  integer,
  jsonb,
  primaryKey,
  smallint,
  text,
  unique,
  uuid,
} from 'drizzle-orm/pg-core'
import { bytea, created, schema, time } from './tables-columns.ts'

export type AccountStatus = 'ACTIVE' | 'DISABLED'
export const account = schema.table('account', {
  userId: uuid('user_id').primaryKey(),
  /** As it was typed when the account was made; compared only through `unique_key`. */
  identifier: text('identifier').notNull(),
  displayName: text('display_name').notNull(),
  contactEmail: text('contact_email'),
  status: text('status').$type<AccountStatus>().notNull().default('ACTIVE'),
  administrator: boolean('administrator').notNull().default(false),
  /** Names of the groups the person is in, as policy speaks of them. */
  groups: text('groups').array().notNull().default([]),
  /** argon2id PHC string, sealed: a stolen table can't be tried without the key ring. */
  password: bytea('password'),
  /** Rises with every new password; sessions opened with an older one are dead. */
  passwordVersion: integer('password_version').notNull().default(0),
  /** Rises with every change of methods or default; such changes are guarded by the revision they were decided on. */
  revision: bigint('revision', { mode: 'number' }).notNull().default(0),
  defaultMethodId: uuid('default_method_id'),
  defaultWay: text('default_way'),
  confirmedAt: time('confirmed_at'),
  snoozedUntil: time('snoozed_until'),
  snoozesUsed: smallint('snoozes_used').notNull().default(0),
  createdAt: created(),
})

export type UniqueKeyScope = 'identifier' | `method:${string}`
export const uniqueKey = schema.table(
  'unique_key',
  {
    scope: text('scope').$type<UniqueKeyScope>().notNull(),
    /** The canonical identifier in the clear, or a keyed hash. */
    value: text('value').notNull(),
    userId: uuid('user_id').notNull(),
    methodId: uuid('method_id'),
  },
  (t) => [primaryKey({ columns: [t.scope, t.value] }), index('unique_key_owner').on(t.userId, t.methodId)],
)

/** A proof this session has seen. States are computed from these, the methods and the policy, never stored. */
export interface SessionProof {
  /** `password`, or a method kind. */
  readonly kind: string
  readonly way: string
  readonly methodId: string | null
  readonly purposes: readonly ('TWO_FACTOR' | 'PASSWORD_RESET')[]
  readonly factors: 1 | 2
  /** The remembered device that stands for the second factor; of the kind `device`. */
  readonly deviceId?: string
  /** The one administrative act it was given for; it counts for nothing else, and once. */
  readonly act?: string
  /** ISO 8601, database time. */
  readonly at: string
}

export const session = schema.table(
  'session',
  {
    userId: uuid('user_id').notNull(),
    id: uuid('id').notNull(),
    tokenHash: bytea('token_hash').notNull(),
    /** The account's when it was opened: also a sign-in that ran beside a change of the password dies with it. */
    passwordVersion: integer('password_version').notNull(),
    proofs: jsonb('proofs').$type<readonly SessionProof[]>().notNull(),
    /** Set while the person is in the wizard and has not pressed Done. */
    registeringSince: time('registering_since'),
    /** The wizard was skipped or snoozed in this session. */
    registrationSkippedAt: time('registration_skipped_at'),
    client: text('client'),
    createdAt: created(),
    lastSeenAt: time('last_seen_at').notNull(),
    expiresAt: time('expires_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.userId, t.id] }),
    unique('session_token').on(t.userId, t.tokenHash),
    index('session_expiry').on(t.expiresAt),
  ],
)

export type MethodState = 'ACTIVE' | 'PREREGISTERED' | 'DISABLED'
export const method = schema.table(
  'method',
  {
    userId: uuid('user_id').notNull(),
    id: uuid('id').notNull(),
    kind: text('kind').notNull(),
    label: text('label').notNull(),
    state: text('state').$type<MethodState>().notNull(),
    /** The method's own data, sealed with user and row as associated data. */
    stored: bytea('stored').notNull(),
    /** TOTP step, signature counter: only ever rises. */
    counter: bigint('counter', { mode: 'bigint' }),
    /** Keyed hash of the device or address the method lives on. */
    authenticator: text('authenticator'),
    /** Consecutive wrong proofs (NIST SP 800-63B-4 3.2.2: disabled at 100). */
    failures: integer('failures').notNull().default(0),
    createdAt: created(),
    lastUsedAt: time('last_used_at'),
  },
  (t) => [primaryKey({ columns: [t.userId, t.id] })],
)

export type FlowType = 'enrollment' | 'challenge' | 'reset'
export const flow = schema.table(
  'flow',
  {
    userId: uuid('user_id').notNull(),
    id: uuid('id').notNull(),
    type: text('type').$type<FlowType>().notNull(),
    /** What holds it: a session or, for the gate of a reset, that reset. */
    sessionId: uuid('session_id').notNull(),
    kind: text('kind').notNull(),
    way: text('way').notNull(),
    /** The administrative act that a challenge is for. */
    act: text('act'),
    /** The method picked for a challenge, or the one an enrolment replaces. */
    methodId: uuid('method_id'),
    pending: bytea('pending').notNull(),
    /** What arrived out of band, sealed. */
    signal: bytea('signal'),
    /** Where its code was sent, and the code, sealed. */
    delivery: bytea('delivery'),
    /** How many codes it has sent; only the last one is good. */
    sends: smallint('sends').notNull().default(0),
    sentAt: time('sent_at'),
    attempts: smallint('attempts').notNull(),
    attemptsLeft: smallint('attempts_left').notNull(),
    createdAt: created(),
    expiresAt: time('expires_at').notNull(),
    consumedAt: time('consumed_at'),
  },
  (t) => [primaryKey({ columns: [t.userId, t.id] }), index('flow_expiry').on(t.expiresAt)],
)

/** A device on which the second factor is not asked for again, for a while. */
export const rememberedDevice = schema.table(
  'remembered_device',
  {
    userId: uuid('user_id').notNull(),
    id: uuid('id').notNull(),
    tokenHash: bytea('token_hash').notNull(),
    /** The method that was proven when it was remembered: it is good for as long as that is there. */
    methodId: uuid('method_id').notNull(),
    client: text('client'),
    createdAt: created(),
    lastUsedAt: time('last_used_at'),
    expiresAt: time('expires_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.userId, t.id] }), index('remembered_device_expiry').on(t.expiresAt)],
)

/** A begun sign-in without a name: held by a token, under a `user_id` that is nobody's. One proof is all it takes. */
export const signInFlow = schema.table(
  'sign_in_flow',
  {
    userId: uuid('user_id').notNull(),
    id: uuid('id').notNull(),
    tokenHash: bytea('token_hash').notNull(),
    kind: text('kind').notNull(),
    way: text('way').notNull(),
    pending: bytea('pending').notNull(),
    createdAt: created(),
    expiresAt: time('expires_at').notNull(),
    consumedAt: time('consumed_at'),
  },
  (t) => [primaryKey({ columns: [t.userId, t.id] }), index('sign_in_flow_expiry').on(t.expiresAt)],
)

/**
 * Guess budgets. One row for each person and ledger; a ledger that is closed by one path never closes another.
 * `user_id` may be a phantom's: budgets of unknown identifiers behave like those of known ones.
 */
export const budget = schema.table(
  'budget',
  {
    userId: uuid('user_id').notNull(),
    ledger: text('ledger').notNull(),
    /** Wrong (or not yet finished) attempts in this round. */
    failures: integer('failures').notNull(),
    /** How many rounds ended in a back-off: each doubles the next. */
    lockouts: integer('lockouts').notNull().default(0),
    lockedUntil: time('locked_until'),
    updatedAt: time('updated_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.userId, t.ledger] }), index('budget_age').on(t.updatedAt)],
)
