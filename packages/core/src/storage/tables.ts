/**
 * Core's tables, in the schema `security_info`. Every table a person owns carries `user_id`, and every unique key of it
 * begins with that column, so that the tables can be hash-partitioned by user without a change of code. What has to be
 * unique across people (identifiers, credential ids) lives in `unique_key`.
 */
import { sql } from 'drizzle-orm'
import {
  bigint,
  customType,
  index,
  integer,
  jsonb,
  pgSchema,
  primaryKey,
  smallint,
  text,
  timestamp,
  unique,
  uuid,
} from 'drizzle-orm/pg-core'

export const schema = pgSchema('security_info')

const bytea = customType<{ data: Uint8Array; driverData: Uint8Array }>({ dataType: () => 'bytea' })
const time = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' })
const created = () => time('created_at').notNull().default(sql`security_info.now()`)

export type AccountStatus = 'ACTIVE' | 'DISABLED'
export const account = schema.table('account', {
  userId: uuid('user_id').primaryKey(),
  /** As it was typed when the account was made; compared only through `unique_key`. */
  identifier: text('identifier').notNull(),
  displayName: text('display_name').notNull(),
  contactEmail: text('contact_email'),
  status: text('status').$type<AccountStatus>().notNull().default('ACTIVE'),
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

export type FlowType = 'enrollment' | 'challenge'
export const flow = schema.table(
  'flow',
  {
    userId: uuid('user_id').notNull(),
    id: uuid('id').notNull(),
    type: text('type').$type<FlowType>().notNull(),
    sessionId: uuid('session_id').notNull(),
    kind: text('kind').notNull(),
    way: text('way').notNull(),
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
  },
  (t) => [primaryKey({ columns: [t.userId, t.id] }), index('audit_event_time').on(t.userId, t.at)],
)

/** Secrets of the gateway itself, sealed: the key of the fingerprints. */
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
