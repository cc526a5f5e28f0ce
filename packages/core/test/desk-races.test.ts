import { type Answer, openTestDatabase, type TestDatabase } from '@security-info/testing'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Secret } from '../src/index.ts'
import { uuid } from '../src/storage/sql.ts'
import { shelf } from './plugins/shelf.ts'
import { holding, untilWaiting } from './support/gate.ts'
import { granted, signedIn } from './support/people.ts'
import { openPhones, type PhoneGateway } from './support/phones.ts'
import { newPassword } from './support/resets.ts'
import { count } from './support/rows.ts'

describe('What a plugin writes for a session of an old password (PostgreSQL)', () => {
  let database: TestDatabase
  let gateway: PhoneGateway
  beforeAll(async () => {
    const plugins = [shelf()]
    database = await openTestDatabase('postgres', { plugins })
    gateway = await openPhones(database, { plugins, policy: { twoFactor: 'off' } })
  })
  afterAll(() => database.close())

  it('C20: is not written where the password is set anew before its turn comes', async () => {
    const { person } = await signedIn(gateway)
    const mine = uuid(person.userId)
    const other = await holding(
      database,
      sql`select id from security_info.session where user_id = ${mine} for update`,
    )
    const { identifier } = person
    const ending = gateway.securityInfo.accounts.setPassword({
      identifier,
      password: new Secret(newPassword()),
    })
    await untilWaiting(database, 1)
    // The new password is not there yet, so the old one opens a session, which the one who waits does not see.
    const { client: thief } = await signedIn(gateway, person)
    const putting = thief.ask<Answer>(
      `mutation { putOnShelf(name: "book") { __typename ... on UserError { code } } }`,
    )
    await untilWaiting(database, 2)
    const [put] = await Promise.all([putting, other.release(), ending])
    expect(put.__typename).toBe('FlowEnded')
    const items = sql`select count(*) from security_info.shelf_item where user_id = ${mine}`
    expect(await count(database, items)).toBe(0)
    expect(await thief.session()).toBeUndefined()
    const again = await signedIn(gateway)
    granted(await again.client.ask<Answer>('mutation { putOnShelf(name: "book") { __typename } }'))
  })
})
