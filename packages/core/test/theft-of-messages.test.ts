import { eachDatabase, type TestDatabase } from '@security-info/testing'
import { sql } from 'drizzle-orm'
import { beforeEach, expect, it } from 'vitest'
import { uuid } from '../src/storage/sql.ts'
import { undoTokenIn } from './support/notices.ts'
import {
  enrollMail,
  enrollPin,
  granted,
  insideOf,
  must,
  owner,
  provePin,
  signedIn,
} from './support/people.ts'
import { asking, lastCode, openPhones, type PhoneGateway, phoneOwner, typeIn } from './support/phones.ts'
import { query } from './support/rows.ts'

eachDatabase('Whoever has the outbox alone', (open) => {
  let database: TestDatabase
  let gateway: PhoneGateway
  beforeEach(async () => {
    database = await open()
    gateway = await openPhones(database)
  })
  /** Exchanges one column between two rows. */
  const swap = async (table: string, column: string, [a, b]: readonly [string, string]) => {
    const [from, name] = [sql`security_info.${sql.identifier(table)}`, sql.identifier(column)]
    const of = (id: string) => sql`(select ${name} from ${from} where id = ${uuid(id)})`
    await database.db.execute(sql`update ${from} set ${name} = case when id = ${uuid(a)} then ${of(b)} else ${of(a)} end
      where id in (${uuid(a)}, ${uuid(b)})`)
  }
  const messageIds = async (): Promise<readonly [string, string]> => {
    const found = await query<{ id: string }>(
      database,
      sql`select id from security_info.message where sealed is not null order by created_at`,
    )
    return [must(found[0]).id, must(found[1]).id]
  }

  it('C22: finds no code, number, address or link in it: not waiting, not sent, not removed', async () => {
    const address = 'address-canary@example.test'
    const contactEmail = 'contact-canary@example.test'
    const { client, number, person, methodId } = await phoneOwner(gateway, { contactEmail })
    const codes = [lastCode(gateway, number)]
    granted(await enrollMail(client, gateway, address))
    codes.push(must(gateway.handed.findLast(({ to }) => to === address)?.code))
    const { pin } = await enrollPin(client)
    const again = await signedIn(gateway, person)
    granted(await again.client.beginChallenge({ methodId }))
    const dumps = [await database.dump()]
    await gateway.deliver()
    codes.push(lastCode(gateway, number))
    dumps.push(await database.dump())
    granted(await client.removeMethod(methodId))
    dumps.push(await database.dump())
    await gateway.deliver()
    dumps.push(await database.dump())
    const link = undoTokenIn(gateway, contactEmail, 'was removed')
    for (const dump of dumps) {
      for (const canary of [number, address, `"${pin}"`, link, ...codes.map((code) => `"${code}"`)]) {
        expect(dump).not.toContain(canary)
        expect(dump).not.toContain(Buffer.from(canary, 'utf8').toString('hex'))
      }
      // That the search would find something: where an account is reached is no secret of the outbox.
      expect(dump).toContain(contactEmail)
    }
  })

  it('C22: can not send the code of one person to another, nor answer with it', async () => {
    const [victim, thief] = [await asking(gateway), await asking(gateway)]
    await swap('flow', 'delivery', [insideOf(victim.flowId), insideOf(thief.flowId)])
    await gateway.deliver()
    expect(gateway.handed).toEqual([])
    await expect(typeIn(thief.client, thief.flowId, '000000')).rejects.toThrow(/unable to authenticate/)
    expect(gateway.unexpected.map(String).join()).toContain('unable to authenticate')
  })

  it('C22: can not exchange what two flows of one person sent', async () => {
    const someone = await phoneOwner(gateway)
    const { client } = await signedIn(gateway, someone.person)
    const flows = await Promise.all([client.beginChallenge(), client.beginChallenge()])
    const [one, other] = flows.map((answer) => must(granted(answer).challenge).id)
    await swap('flow', 'delivery', [insideOf(must(one)), insideOf(must(other))])
    const before = gateway.handed.length
    await gateway.deliver()
    expect(gateway.handed.slice(before).filter(({ code }) => code)).toEqual([])
  })

  it("C22: can not send one person's notice, with its link, to another", async () => {
    for (const name of ['one', 'two']) {
      const { client } = await signedIn(
        gateway,
        await gateway.person({ contactEmail: `${name}@example.test` }),
      )
      await enrollPin(client)
    }
    // Written, and not sent: the mail server is away.
    const away = await openPhones(database, { deliver: { email: async () => ({ outcome: 'retry' }) } })
    await away.deliver()
    await swap('message', 'sealed', await messageIds())
    await database.clock.advance(60_000)
    await gateway.deliver()
    expect(gateway.handed).toEqual([])
  })

  it('C22: can not put back one method with what was kept of another', async () => {
    const contactEmail = 'kept@example.test'
    const [victim, thief] = [await owner(gateway), await owner(gateway)]
    await database.db.execute(sql`update security_info.account set contact_email = ${contactEmail}
      where user_id = ${uuid(victim.person.userId)}`)
    for (const someone of [victim, thief]) {
      await enrollPin(someone.client, { replaces: someone.methodId })
    }
    await swap('removed_method', 'stored', [insideOf(victim.methodId), insideOf(thief.methodId)])
    await gateway.deliver()
    granted(await gateway.client().undoChange(undoTokenIn(gateway, contactEmail, 'was replaced')))
    const client = gateway.client()
    // What can't be opened is shown to nobody, and proves nothing.
    await client.send('mutation($i: SignInInput!) { signIn(input: $i) { __typename } }', {
      i: { identifier: victim.person.identifier, password: victim.person.password },
    })
    await expect(provePin(client, thief.pin)).rejects.toThrow(/unable to authenticate/)
  })
})
