import { eachDatabase, openTestGateway, type TestDatabase, type TestGateway } from '@security-info/testing'
import { sql } from 'drizzle-orm'
import { beforeEach, expect, it } from 'vitest'
import { uuid } from '../src/storage/sql.ts'
import { key } from './plugins/key.ts'
import { pin } from './plugins/pin.ts'
import { type Owner, owner, signedIn } from './support/people.ts'

eachDatabase('Whether somebody has a second factor', (open) => {
  let database: TestDatabase
  let gateway: TestGateway
  let who: Owner
  beforeEach(async () => {
    database = await open()
    gateway = await openTestGateway(database, { plugins: [pin(), key()] })
    who = await owner(gateway)
  })
  const write = (statement: ReturnType<typeof sql>) =>
    database.db.execute(sql`${statement} where user_id = ${uuid(who.person.userId)}`)
  const stateOf = async () => (await who.client.session())?.state

  it('H33: follows from the methods that are there, in the very next request', async () => {
    expect(await stateOf()).toBe('ACTIVE')
    await write(sql`update security_info.method set state = 'DISABLED'`)
    // Neither what it proved counts any more, nor is it asked for: the wizard is.
    expect(await stateOf()).toBe('SECURITY_INFO_REQUIRED')
    await write(sql`update security_info.method set state = 'ACTIVE'`)
    expect(await stateOf()).toBe('ACTIVE')
    await write(sql`delete from security_info.method`)
    expect(await stateOf()).toBe('SECURITY_INFO_REQUIRED')
  })

  it('H33: a method that appears is asked for in a session that proved only a password', async () => {
    await database.db.execute(sql`create table public.kept as select * from security_info.method`)
    await write(sql`delete from security_info.method`)
    const { client } = await signedIn(gateway, who.person)
    expect((await client.session())?.state).toBe('SECURITY_INFO_REQUIRED')
    await database.db.execute(sql`insert into security_info.method select * from public.kept`)
    expect((await client.session())?.state).toBe('SECOND_FACTOR_REQUIRED')
  })
})
