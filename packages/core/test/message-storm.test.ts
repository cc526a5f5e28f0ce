import { type Client, openTestDatabase, type TestDatabase } from '@security-info/testing'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { uuid } from '../src/storage/sql.ts'
import { undoTokenIn } from './support/notices.ts'
import {
  answerPin,
  beginPin,
  beginPinEnrollment,
  enrollPin,
  granted,
  must,
  owner,
  signInFully,
} from './support/people.ts'
import { askCode, openPhones, type PhoneGateway } from './support/phones.ts'
import { secondPool } from './support/pools.ts'
import { count } from './support/rows.ts'

describe('Links, codes, proofs and changes at once for one person, on two gateways (PostgreSQL)', () => {
  let database: TestDatabase
  let second: TestDatabase
  let gateways: readonly [PhoneGateway, PhoneGateway]
  beforeAll(async () => {
    database = await openTestDatabase('postgres')
    second = secondPool(database)
    gateways = [await openPhones(database), await openPhones(second)]
  })
  afterAll(async () => {
    await second.close()
    await database.close()
  })

  /** What was thrown, but for the gate's refusals. */
  async function unexpected(work: readonly Promise<unknown>[]): Promise<readonly string[]> {
    const settled = await Promise.allSettled(work)
    return settled.flatMap((one) => {
      if (one.status === 'fulfilled') return []
      const { extensions, cause, message } = one.reason as Error & { extensions?: { code?: string } }
      const refused = ['FORBIDDEN', 'UNAUTHENTICATED'].includes(extensions?.code ?? '')
      return refused || message.startsWith('Refused:') ? [] : [`${message.slice(0, 120)} ${String(cause)}`]
    })
  }

  it('M6: nothing deadlocks, and the account stays whole', async () => {
    const problems: string[] = []
    for (let round = 0; round < 8; round++) {
      await database.clock.toWindow(600)
      const [one, other] = gateways
      const someone = await owner(one)
      const { userId } = someone.person
      const contactEmail = `storm-${round}@example.test`
      await database.db.execute(
        sql`update security_info.account set contact_email = ${contactEmail} where user_id = ${uuid(userId)}`,
      )
      // So that the link is that of what is added now.
      await one.deliver()
      const added = await enrollPin(someone.client)
      await one.deliver()
      const links = [undoTokenIn(one, contactEmail, 'was added')]
      const replaced = await enrollPin(someone.client, { replaces: added.methodId })
      await one.deliver()
      links.push(undoTokenIn(one, contactEmail, 'was replaced'))
      granted(await someone.client.updateMethod({ methodId: replaced.methodId, makeDefault: true }))
      await one.deliver()
      links.push(undoTokenIn(one, contactEmail, 'sign-in method'))
      const clients: Client[] = []
      for (let at = 0; at < 5; at++) {
        const client = (at % 2 ? one : other).client()
        granted(await client.signIn(someone.person))
        granted(await answerPin(client, await beginPin(client, someone.methodId), someone.pin))
        clients.push(client)
      }
      const flows = await Promise.all(
        clients.map(async (client) => ({
          client,
          challengeId: await beginPin(client, someone.methodId),
          ...(await askCode(client)),
          ...(await beginPinEnrollment(client)),
        })),
      )
      await database.clock.advance(31_000)
      const storm = flows.flatMap(({ client, challengeId, flowId, enrollmentId, pin }, at) => [
        answerPin(client, challengeId, someone.pin),
        client.confirmEnrollment({ enrollmentId, proof: { pin: { code: pin } } }),
        client.resendCode(flowId),
        client.resendCode(flowId, 'call'),
        client.finishRegistration({ defaultMethodId: someone.methodId }),
        at % 2 ? client.removeMethod(replaced.methodId) : enrollPin(client),
        must(gateways[at % 2]).securityInfo.sendDue(),
      ])
      for (const token of [...links, ...links])
        storm.push(other.client().undoChange(token), one.client().undoChange(token))
      problems.push(...(await unexpected(storm)))
      const of = sql`user_id = ${uuid(userId)}`
      const dangling = sql`select count(*) from security_info.account a where ${of} and default_method_id is not null
        and not exists (select from security_info.method m where m.user_id = a.user_id and m.id = a.default_method_id)`
      expect(await count(database, dangling)).toBe(0)
      const undone = sql`select count(*) from security_info.audit_event where ${of} and type = 'notice.undone'`
      expect(await count(database, undone)).toBe(3)
      const sent = sql`select count(*) from (select flow_id, number from security_info.message where ${of} and flow_id is not null
        group by flow_id, number having count(*) > 1) twice`
      expect(await count(database, sent)).toBe(0)
      // Whoever owns the first method can still get in, and what the links took back is gone.
      const client = await signInFully(one, someone).catch(() => undefined)
      expect((await client?.session())?.state ?? 'owes').toMatch(/ACTIVE|owes/)
      const line = sql`select count(*) from security_info.method where ${of} and id in (${uuid(idOf(added.methodId))}, ${uuid(idOf(replaced.methodId))})`
      expect(await count(database, line)).toBe(0)
    }
    expect(problems).toEqual([])
    expect([...gateways[0].unexpected, ...gateways[1].unexpected]).toEqual([])
  })

  const idOf = (globalId: string) => must(Buffer.from(globalId, 'base64url').toString().split(':')[1])
})
