import { eachDatabase, openTestGateway, type TestDatabase } from '@security-info/testing'
import { sql } from 'drizzle-orm'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { definePlugin, PLUGIN_API } from '../src/index.ts'
import { uuid } from '../src/storage/sql.ts'
import { key, newKey } from './plugins/key.ts'
import { type PinHandlers, pin } from './plugins/pin.ts'
import {
  answerPin,
  beginPin,
  enrollKey,
  enrollPin,
  granted,
  insideOf,
  owner,
  signedIn,
} from './support/people.ts'
import { count, eventCounts } from './support/rows.ts'

eachDatabase('A plugin that hangs or has lost something', (open) => {
  let database: TestDatabase
  beforeEach(async () => {
    database = await open()
  })
  afterEach(() => {
    vi.useRealTimers()
  })
  /** Lets the timers run out once the plugin was called. */
  async function outOfPatience(called: Promise<void>, ms: number): Promise<void> {
    await called
    await vi.advanceTimersByTimeAsync(ms)
  }
  /** A handler that never answers, and what says that it was called. */
  function hanging() {
    let called = () => {}
    const promise = new Promise<void>((resolve) => {
      called = resolve
    })
    const call = () => {
      called()
      return new Promise<never>(() => {})
    }
    return { call, called: promise }
  }

  it('M14: a handler is waited for ten seconds; the attempt is spent, and the next one works', async () => {
    const stuck = hanging()
    let verify: PinHandlers['verify'] | undefined
    const broken = (good: PinHandlers) => ({
      verify: (...given: Parameters<PinHandlers['verify']>) => (verify ?? good.verify)(...given),
    })
    const gateway = await openTestGateway(database, { plugins: [pin({ broken }), key()] })
    const { person, pin: known } = await owner(gateway)
    const { client } = await signedIn(gateway, person)
    const challengeId = await beginPin(client)
    verify = stuck.call
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    await Promise.all([
      expect(answerPin(client, challengeId, known)).rejects.toThrow('longer than 10 s'),
      outOfPatience(stuck.called, 10_000),
    ])
    vi.useRealTimers()
    verify = undefined
    expect(await eventCounts(database, person.userId)).not.toHaveProperty('challenge.succeeded')
    const left = sql`select attempts_left from security_info.flow where id = ${uuid(insideOf(challengeId))}`
    expect(await count(database, left)).toBe(4)
    granted(await answerPin(client, challengeId, known))
  })

  it('M14: its part in a transaction for five, and then all of it is undone', async () => {
    const stuck = hanging()
    const clerk = definePlugin({ id: 'clerk', api: PLUGIN_API, within: stuck.call })
    const gateway = await openTestGateway(database, { plugins: [pin(), clerk] })
    const { person } = await owner(gateway)
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    await Promise.all([
      expect(gateway.securityInfo.accounts.disable(person.identifier)).rejects.toThrow(
        'The part of plugin "clerk" in a transaction took longer than 5 s.',
      ),
      outOfPatience(stuck.called, 5_000),
    ])
    vi.useRealTimers()
    expect((await signedIn(gateway, person)).client.token).toBeDefined()
  })

  it('M14: a row that can not be read hides nothing but itself', async () => {
    const told: unknown[] = []
    const gateway = await openTestGateway(database, {
      plugins: [pin({ answeredBy: 'any' }), key()],
      onUnexpected: (error) => told.push(error),
    })
    const { person, client, pin: known } = await owner(gateway)
    const { methodId } = await enrollPin(client)
    granted(await enrollKey(client, newKey('spare')))
    await database.db.execute(
      sql`update security_info.method set stored = stored || '\\x00' where id = ${uuid(insideOf(methodId))}`,
    )
    const { methods } = await client.securityInfo()
    expect(methods.map(({ kind }) => kind).toSorted()).toEqual(['key', 'pin'])
    expect(told).toHaveLength(1)
    const again = await signedIn(gateway, person)
    granted(await answerPin(again.client, await beginPin(again.client), known))
  })
})
