import { type SQL, type SQLWrapper, sql } from 'drizzle-orm'
import { boolean, pgSchema, primaryKey, text, timestamp, unique, uuid } from 'drizzle-orm/pg-core'

const schema = pgSchema('security_info')
const time = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' })

/** Database time. */
export const now = sql`security_info.now()`
/** A time in milliseconds since 1970, on which all drivers agree. */
export const inMs = (time: SQLWrapper) => sql<number | null>`date_part('epoch', ${time}) * 1000`
export const nowInMs = inMs(now) as SQL<number>

/** The app passwords that people have. One that is revoked is deleted. */
export const entry = schema.table(
  'app_password_entry',
  {
    userId: uuid('user_id').notNull(),
    id: uuid('id').notNull(),
    /** The public first group: with its owner, it finds the row. */
    selector: text('selector').notNull(),
    /** HMAC of owner and password under a key of the gateway's: 128 random bits need no slow hash (NIST SP 800-63B-4 3.1.2). */
    hash: text('hash').notNull(),
    /** As its owner calls it. */
    name: text('name').notNull(),
    scopes: text('scopes').array().notNull(),
    createdAt: time('created_at').notNull().default(now),
    expiresAt: time('expires_at'),
    /** To the minute: it is written once in one. */
    lastUsedAt: time('last_used_at'),
    lastUsedScope: text('last_used_scope'),
    lastUsedClient: text('last_used_client'),
    lastUsedAddress: text('last_used_address'),
    /** Address and client of that use as they are compared, where that client is among those below. */
    lastUsedBy: text('last_used_by'),
    /** Keyed hashes of the clients that have used it, all of one length, the newest last. */
    clients: text('clients').notNull().default(''),
  },
  (t) => [
    primaryKey({ columns: [t.userId, t.id] }),
    unique('app_password_entry_selector').on(t.userId, t.selector),
  ],
)

/** Core's view for plugins: who has an identifier, in its canonical form, and whether the account is open. */
export const person = schema
  .view('person', {
    canonical: text('canonical').notNull(),
    userId: uuid('user_id').notNull(),
    identifier: text('identifier').notNull(),
    active: boolean('active').notNull(),
  })
  .existing()

/** Core's number of the policy in force: it rises with every change. */
export const policyVersion = sql<number>`(select max(version) from security_info.policy_version)`
