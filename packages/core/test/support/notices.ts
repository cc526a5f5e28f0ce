import type { TestDatabase } from '@security-info/testing'
import { sql } from 'drizzle-orm'
import { uuid } from '../../src/storage/sql.ts'
import { must } from './people.ts'
import type { PhoneGateway } from './phones.ts'
import { query } from './rows.ts'

/** The types of a person's notices, oldest first. */
export async function noticesOf(database: TestDatabase, userId: string): Promise<readonly string[]> {
  const found = await query<{ type: string }>(
    database,
    sql`select type from security_info.notice where user_id = ${uuid(userId)} order by created_at`,
  )
  return found.map(({ type }) => type)
}

/** The token in the last notice with these words in its subject that went to an address. */
export function undoTokenIn(gateway: Pick<PhoneGateway, 'handed'>, to: string, subject: string): string {
  const message = gateway.handed.findLast((one) => one.to === to && one.subject.includes(subject))
  return must(must(message, `a notice "${subject}" to ${to}`).link, 'a link').url.split('#')[1] ?? ''
}
