import {
  type Client,
  openTestDatabase,
  openTestGateway,
  type TestDatabase,
  type TestGateway,
} from '@security-info/testing'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createKeyRing, generateKey, Secret } from '../src/index.ts'
import { uuid } from '../src/storage/sql.ts'
import { key, newKey } from './plugins/key.ts'
import { pin } from './plugins/pin.ts'
import {
  answerPin,
  beginPin,
  beginPinEnrollment,
  enrollKey,
  enrollPin,
  granted,
  must,
  owner,
  provePin,
  signInFully,
  wrong,
} from './support/people.ts'
import { secondPool } from './support/pools.ts'
import { count } from './support/rows.ts'

describe('Everything at once for one person, on two gateways (PostgreSQL)', () => {
  let database: TestDatabase
  let second: TestDatabase
  let gateways: readonly [TestGateway, TestGateway]
  beforeAll(async () => {
    database = await openTestDatabase('postgres')
    second = secondPool(database)
    const options = { plugins: [pin(), key()], keyRing: createKeyRing(generateKey('shared')) }
    gateways = [await openTestGateway(database, options), await openTestGateway(second, options)]
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
      return refused ? [] : [`${message.slice(0, 80)} ${String(cause)}`]
    })
  }

  it('M6: nothing deadlocks, nothing fails but for a reason, and the account stays whole', async () => {
    for (let round = 0; round < 4; round++) {
      const someone = await owner(gateways[0])
      const hand = newKey(`storm ${someone.person.userId}`)
      granted(await enrollKey(someone.client, hand))
      const clients: Client[] = []
      for (let at = 0; at < 6; at++) clients.push(await signInFully(must(gateways[at % 2]), someone))
      const flows = await Promise.all(
        clients.map(async (client) => ({
          client,
          challengeId: await beginPin(client, someone.methodId),
          ...(await beginPinEnrollment(client)),
        })),
      )
      // The storm's wrong proofs are the hundredth: the method is disabled in the middle of it.
      await database.db.execute(
        sql`update security_info.method set failures = 97 where user_id = ${uuid(someone.person.userId)}`,
      )
      const storm: Promise<unknown>[] = flows.flatMap(
        ({ client, challengeId, enrollmentId, pin: fresh }, at) => [
          answerPin(client, challengeId, wrong(someone.pin)),
          client.confirmEnrollment({ enrollmentId, proof: { pin: { code: fresh } } }),
          answerPin(client, challengeId, at % 2 ? someone.pin : wrong(someone.pin)),
          client.updateMethod({ methodId: someone.methodId, label: `Name ${at}`, makeDefault: true }),
          at === 3 ? client.removeMethod(someone.methodId) : client.finishRegistration(),
          enrollPin(client).catch(ignoreRefusal),
          provePin(client, someone.pin).catch(ignoreRefusal),
          at === 5 ? client.signOut(true) : client.session(),
        ],
      )
      const { accounts } = gateways[1].securityInfo
      const password = new Secret(`${someone.person.password} again`)
      storm.push(accounts.setPassword({ identifier: someone.person.identifier, password }))
      expect(await unexpected(storm)).toEqual([])
      const of = sql`user_id = ${uuid(someone.person.userId)}`
      const dangling = sql`select count(*) from security_info.account a where ${of} and default_method_id is not null
        and not exists (select from security_info.method m where m.user_id = a.user_id and m.id = a.default_method_id)`
      expect(await count(database, dangling)).toBe(0)
      const pins = sql`select count(*) from security_info.method where ${of} and kind = 'pin'`
      expect(await count(database, pins)).toBeLessThanOrEqual(5)
    }
  })

  /** `granted` throws where the gateway refused. */
  function ignoreRefusal(error: unknown): void {
    if (!String(error).includes('Refused:')) throw error
  }
})
