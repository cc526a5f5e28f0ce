import type { TestDatabase } from '@security-info/testing'
import { sql } from 'drizzle-orm'
import { uuid } from '../../src/storage/sql.ts'
import { undoTokenIn } from './notices.ts'
import { enrollPin, granted, signedIn } from './people.ts'
import type { PhoneGateway } from './phones.ts'
import { query } from './rows.ts'

let people = 0

/** What tests of the links "This wasn't me" work with. */
export function undoing(database: TestDatabase, gateway: PhoneGateway) {
  /** Somebody with a pin, who was told of it. */
  const someone = async () => {
    const contactEmail = `undo-${++people}@example.test`
    const visitor = await signedIn(gateway, await gateway.person({ contactEmail }))
    const { pin, methodId } = await enrollPin(visitor.client)
    granted(await visitor.client.finishRegistration())
    // So that a link looked for later is that of what came later.
    await gateway.deliver()
    return { ...visitor, pin, methodId, contactEmail }
  }
  /** Uses the link in the last notice with these words. */
  const undo = async (to: string, subject: string) => {
    await gateway.deliver()
    return gateway.client().undoChange(undoTokenIn(gateway, to, subject))
  }
  /** Oldest first. */
  const methodsOf = async (userId: string) =>
    (
      await query<{ id: string }>(
        database,
        sql`select id from security_info.method where user_id = ${uuid(userId)} order by created_at`,
      )
    ).map(({ id }) => id)
  const defaultOf = async (userId: string) =>
    (
      await query<{ id: string | null; way: string | null }>(
        database,
        sql`select default_method_id as id, default_way as way from security_info.account where user_id = ${uuid(userId)}`,
      )
    )[0]
  return { someone, undo, methodsOf, defaultOf }
}
