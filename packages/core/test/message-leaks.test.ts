import { inspect } from 'node:util'
import { eachDatabase, type TestDatabase } from '@security-info/testing'
import { sql } from 'drizzle-orm'
import { beforeEach, expect, it } from 'vitest'
import type { Delivery } from '../src/index.ts'
import { enrollMail, granted, must, signedIn } from './support/people.ts'
import { askCode, asking, lastCode, openPhones, phoneOwner, typeIn } from './support/phones.ts'
import { query } from './support/rows.ts'

eachDatabase('What operators, logs and auditors see', (open) => {
  let database: TestDatabase
  beforeEach(async () => {
    database = await open()
  })
  const audit = async () =>
    JSON.stringify(await query(database, sql`select type, detail from security_info.audit_event`))

  it('H10: no code, number or address is audited or counted', async () => {
    const gateway = await openPhones(database)
    const { client, number, person, methodId } = await phoneOwner(gateway, {
      contactEmail: 'h10@example.test',
    })
    granted(await enrollMail(client, gateway, 'h10-second@example.test'))
    const again = await signedIn(gateway, person)
    const { id } = must(granted(await again.client.beginChallenge({ methodId })).challenge)
    await database.clock.advance(31_000)
    granted(await again.client.resendCode(id, 'call'))
    await gateway.deliver()
    const replaced = await client.beginEnrollment({
      method: { texting: { number: '5551112222' } },
      replaces: methodId,
    })
    await gateway.deliver()
    granted(await typeIn(client, must(replaced.enrollment).id, lastCode(gateway, '5551112222')))
    await gateway.deliver()
    const seen = `${await audit()} ${await gateway.securityInfo.metrics()}`
    const codes = gateway.handed.flatMap(({ code }) => (code ? [`"${code}"`] : []))
    expect(codes.length).toBeGreaterThan(2)
    for (const canary of [number, 'h10@example.test', 'h10-second@example.test', ...codes]) {
      expect(seen).not.toContain(canary)
    }
    expect(seen).toContain('code.resent')
  })

  it('H10: no code, number or address is in what the operator is told when something fails', async () => {
    const outcomes: (() => Promise<Delivery>)[] = [
      () => Promise.reject(new Error('Connection reset.')),
      async () => ({ outcome: 'unknown' }),
      async () => ({ outcome: 'retry', afterSeconds: 1 }),
    ]
    const sms = () => must(outcomes.shift())()
    const gateway = await openPhones(database, { deliver: { sms, email: sms } })
    const visitors = [await asking(gateway), await asking(gateway), await asking(gateway)]
    await gateway.deliver()
    // The database fails in the middle of everything as well.
    await database.db.execute(
      sql`alter table security_info.message add constraint no_message check (false) not valid`,
    )
    const { client } = await signedIn(gateway)
    const answers = await Promise.allSettled([askCode(client, '5559876543'), client.beginChallenge()])
    await gateway.securityInfo.sendDue()
    await database.db.execute(sql`alter table security_info.message drop constraint no_message`)
    const told = inspect([gateway.unexpected, answers], { depth: 12, showHidden: true })
    expect(gateway.unexpected.length).toBeGreaterThan(0)
    for (const canary of [...visitors.map(({ number }) => number), '5559876543'])
      expect(told).not.toContain(canary)
    for (const { code } of gateway.handed) expect(told).not.toMatch(new RegExp(`\\b${must(code)}\\b`))
  })

  it('H10: a code that a plugin prints or serialises is hidden', async () => {
    const seen: string[] = []
    const gateway = await openPhones(database)
    const { client, flowId, number } = await asking(gateway)
    await gateway.deliver()
    const code = lastCode(gateway, number)
    const answer = await typeIn(client, flowId, code === '000000' ? '000001' : '000000')
    seen.push(JSON.stringify(answer), JSON.stringify(await client.flow(flowId)))
    for (const text of seen) {
      expect(text).not.toContain(`"${code}"`)
      expect(text).not.toContain(number)
    }
  })

  it('H3: a code to a number that is registered is answered as one to a number that is not', async () => {
    const gateway = await openPhones(database)
    const { number } = await phoneOwner(gateway)
    await database.clock.advance(24 * 3600_000)
    const strip = (answer: object) =>
      JSON.stringify(answer).replace(/"(id|expiresAt|resendAt|destination)":"[^"]*"/g, '')
    const ask = async (to: string) => {
      const { client } = await signedIn(gateway)
      return strip(await client.beginEnrollment({ method: { texting: { number: to } } }))
    }
    expect(await ask(number)).toBe(await ask(`${number.slice(0, -1)}x`))
  })
})
