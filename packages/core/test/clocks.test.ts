import { eachDatabase, openTestGateway, type TestDatabase } from '@security-info/testing'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { key } from './plugins/key.ts'
import { pin } from './plugins/pin.ts'
import { answerPin, beginPin, DAY, granted, HOUR, MINUTE, owner, signedIn } from './support/people.ts'

eachDatabase('Clocks', (open, driver) => {
  let database: TestDatabase
  beforeEach(async () => {
    database = await open()
  })
  afterEach(() => {
    vi.useRealTimers()
  })
  const opened = async () => {
    const gateway = await openTestGateway(database, { plugins: [pin(), key()] })
    return { gateway, ...(await owner(gateway)) }
  }

  // PGlite has no clock of its own: it asks this process.
  it.skipIf(driver === 'pglite').each([
    ['ahead', DAY],
    ['behind', -DAY],
  ])("M7: the gateway's own clock decides nothing: a day %s, all goes on", async (_, offset) => {
    const { gateway, person, pin: known } = await opened()
    const before = await signedIn(gateway, person)
    const open = await beginPin(before.client)
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + offset })
    granted(await answerPin(before.client, open, known))
    const { client } = await signedIn(gateway, person)
    granted(await answerPin(client, await beginPin(client), known))
    expect((await client.session())?.state).toBe('ACTIVE')
  })

  it.skipIf(driver === 'pglite').each([
    ['ahead', DAY],
    ['behind', -DAY],
  ])('M7: and a day %s, what has expired stays so', async (_, offset) => {
    const { gateway, person, pin: known } = await opened()
    const { client } = await signedIn(gateway, person)
    const old = await beginPin(client)
    await database.clock.advance(11 * MINUTE)
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + offset })
    expect(await answerPin(client, old, known)).toMatchObject({ __typename: 'FlowEnded' })
    await database.clock.advance(25 * HOUR)
    await expect(client.session()).resolves.toBeUndefined()
  })

  it("M7: nor does a session that was seen expired come back when the database's clock is set back", async () => {
    const { client } = await opened()
    expect((await client.session())?.state).toBe('ACTIVE')
    await database.clock.advance(25 * HOUR)
    expect(await client.session()).toBeUndefined()
    await database.clock.reset()
    expect(await client.session()).toBeUndefined()
  })
})
