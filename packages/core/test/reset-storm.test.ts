import { type Client, openTestDatabase, type TestDatabase } from '@security-info/testing'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createKeyRing, generateKey, Secret } from '../src/index.ts'
import { clearLedgers, spendFrom } from '../src/lifecycle/budget.ts'
import { uuid } from '../src/storage/sql.ts'
import { shelf } from './plugins/shelf.ts'
import { administrator, issuePass, passFor, proveFor, redeem } from './support/admins.ts'
import { undoTokenIn } from './support/notices.ts'
import { answerPin, beginPin, granted, must, signedIn, signInFully, wrong } from './support/people.ts'
import { openPhones, type PhoneGateway } from './support/phones.ts'
import { secondPool } from './support/pools.ts'
import {
  askAdministrator,
  completeReset,
  forgetful,
  newPassword,
  passPin,
  plainGate,
  readyReset,
  rehearse,
  resendGate,
  resetOf,
  startReset,
  textGate,
  unlock,
  verifyGate,
} from './support/resets.ts'

describe('Resets and all else at once for one person, on two gateways (PostgreSQL)', () => {
  let database: TestDatabase
  let second: TestDatabase
  let gateways: readonly [PhoneGateway, PhoneGateway]
  let gateway: PhoneGateway
  beforeAll(async () => {
    const plugins = [shelf()]
    database = await openTestDatabase('postgres', { plugins })
    second = secondPool(database)
    const options = { keyRing: createKeyRing(generateKey('storm')), plugins }
    gateways = [await openPhones(database, options), await openPhones(second, options)]
    gateway = gateways[0]
  })
  afterAll(async () => {
    await second.close()
    await database.close()
  })
  let addresses = 0
  const visitor = (at = 0) =>
    must(gateways[at % 2]).client({ address: `10.4.${++addresses >> 8}.${addresses % 256}` })

  /** What was thrown, but for refusals. */
  async function unexpected(work: readonly Promise<unknown>[]): Promise<readonly string[]> {
    const settled = await Promise.allSettled(work)
    return settled.flatMap((one) => {
      if (one.status === 'fulfilled') return []
      const { extensions, cause, message } = one.reason as Error & { extensions?: { code?: string } }
      const refused = ['FORBIDDEN', 'UNAUTHENTICATED'].includes(extensions?.code ?? '')
      return refused || message.startsWith('Refused:') || message.startsWith('Expected')
        ? []
        : [`${message.slice(0, 300)} ${String(cause)}`]
    })
  }

  it('M6: nothing deadlocks and nothing fails but for a reason', async () => {
    for (let round = 0; round < 6; round++) {
      const who = await forgetful(gateway)
      const { identifier } = who.person
      const admin = await administrator(gateway)
      const pass = await passFor(gateway, who.person, { once: false })
      granted(
        await who.client.updateMethod({ methodId: who.methodId, makeDefault: true, defaultWay: 'code' }),
      )
      const tabs: Client[] = []
      for (let at = 0; at < 4; at++) tabs.push(await signInFully(must(gateways[at % 2]), who))
      const pending = await signedIn(gateway, who.person)
      const challengeId = await beginPin(pending.client)
      const ready = [await readyReset(gateway, visitor(), who), await readyReset(gateway, visitor(1), who)]
      const half = await passPin(visitor(), await resetOf(visitor(), identifier), who.pin)
      const begun = await resetOf(visitor(), identifier)
      const gateId = must((await plainGate(visitor(), begun, 'pin')).gate).id
      const textId = must((await textGate(visitor(), begun, who.number)).gate).id
      await gateway.deliver()
      const act = must((await issuePass(admin.client, { identifier, once: true })).act)
      granted(await proveFor(admin.client, admin.pin, act))
      const removed = must(
        (await must(tabs[0]).securityInfo()).methods.find(({ kind }) => kind === 'mail'),
      ).id
      granted(await must(tabs[0]).removeMethod(removed))
      await gateway.deliver()
      const link = undoTokenIn(gateway, who.address, 'was removed')
      const change = `mutation Test($input: ChangePasswordInput!) { changePassword(input: $input) { __typename } }`
      const one = visitor()
      const storm: Promise<unknown>[] = [
        ...ready.map((token, at) => completeReset(visitor(at), { token, newPassword: newPassword() })),
        unlock(visitor(), { token: must(ready[0]) }),
        ...[who.pin, wrong(who.pin), wrong(who.pin), who.pin].map((code, at) =>
          verifyGate(visitor(at), { token: begun, gateId, proof: { pin: { code } } }),
        ),
        resendGate(visitor(), { token: begun, gateId: textId }),
        textGate(visitor(1), half, who.number),
        plainGate(visitor(), begun, 'pin'),
        askAdministrator(visitor(), { token: half }),
        startReset(visitor(1), identifier),
        // From one address, right and wrong: they share both ledgers.
        ...Array.from({ length: 8 }, (_, at) =>
          one.signIn({ identifier, password: at % 2 ? who.person.password : 'wrong' }),
        ),
        ...Array.from({ length: 4 }, (_, at) => redeem(visitor(at), who.person, at % 2 ? pass : 'wrong')),
        answerPin(pending.client, challengeId, who.pin),
        ...tabs.flatMap((tab, at) => [
          tab.ask('mutation { putOnShelf(name: "book") { __typename } }'),
          at === 0 ? rehearse(tab) : tab.updateMethod({ methodId: who.methodId, label: `Name ${at}` }),
          at === 1
            ? tab.ask(change, { input: { currentPassword: who.person.password, newPassword: newPassword() } })
            : tab.session(),
        ]),
        issuePass(admin.client, { identifier, once: true }),
        gateway.client().undoChange(link),
        must(gateways[1]).securityInfo.accounts.unlock(identifier),
        must(gateways[1]).securityInfo.sendDue(),
        round % 2
          ? must(gateways[1]).securityInfo.accounts.disable(identifier)
          : must(gateways[1]).securityInfo.accounts.setPassword({
              identifier,
              password: new Secret(newPassword()),
            }),
      ]
      expect(await unexpected(storm)).toEqual([])
    }
  })

  it('M6: budgets are locked in one order, whoever takes from them, clears or opens them', async () => {
    const person = await gateway.person()
    const owner = uuid(person.userId)
    const take = () =>
      database.db.execute(sql`with at_address as (${spendFrom(sql`(select ${owner} as user_id)`, 'password@here', 1_000_000)}),
        at_account as (${spendFrom(sql`(select user_id from at_address)`, 'password', 1_000_000)})
        select from at_account`)
    const clear = () =>
      database.db.execute(sql`with done as (select 1)
        ${clearLedgers(owner, ['password', 'password@here'], sql`done`)}`)
    const open = () => gateway.securityInfo.accounts.unlock(person.identifier)
    for (let round = 0; round < 60; round++) {
      const all = Array.from({ length: 12 }, (_, at) => (at % 3 < 2 ? take() : at % 2 ? clear() : open()))
      expect(await unexpected(all)).toEqual([])
    }
  })
})
