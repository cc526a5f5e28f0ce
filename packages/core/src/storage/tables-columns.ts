import { sql } from 'drizzle-orm'
import { customType, pgSchema, timestamp } from 'drizzle-orm/pg-core'

/** The schema of core's tables, and the columns that many of them have. */
export const schema = pgSchema('security_info')

export const bytea = customType<{ data: Uint8Array; driverData: Uint8Array }>({ dataType: () => 'bytea' })
export const time = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' })
export const created = () => time('created_at').notNull().default(sql`security_info.now()`)
