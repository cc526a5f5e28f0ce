import { openTestDatabase, type TestDatabase } from '@security-info/testing'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { explainStartFailure } from '../src/start-failure.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await openTestDatabase('pglite')
})
afterAll(() => database.close())

const failure = (statement: string) =>
  database.db.transaction(async (tx) => {
    await tx.execute(sql`create role stranger`)
    await tx.execute(sql`set local role stranger`)
    await tx.execute(sql.raw(statement))
  })

it.each([
  ['a role that may do nothing', 'select from security_info.account', 'migrate --grant-to <role>'],
  ['a role that is not there', 'grant stranger to nobody', 'There is no such role'],
  ['tables that are not there', 'select from public.nothing', 'security-info migrate'],
])('says what to do about %s', async (_, statement, says) => {
  const error: unknown = await failure(statement).catch((reason: unknown) => reason)
  expect(explainStartFailure(error)).toContain(says)
})

it('knows nothing of other errors of the database', async () => {
  const error: unknown = await failure('select 1/0').catch((reason: unknown) => reason)
  expect(explainStartFailure(error)).toBeUndefined()
})
