import { eachDatabase } from '@security-info/testing'
import { sql } from 'drizzle-orm'
import { expect, it } from 'vitest'
import { made, revoke } from './documents.ts'
import { one, opened, openWorld, type Question, type World } from './world.ts'

const MINUTE = 60_000

/** A password of the right form that is nobody's: their own, revoked. */
async function revoked(world: World) {
  const all = await opened(world)
  const gone = await made(all.client)
  await revoke(all.client, gone.appPassword.id)
  return { ...all, wrong: { ...all.right, password: gone.password } }
}

async function statusesOf(world: World, question: Question, times: number): Promise<readonly number[]> {
  const all: number[] = []
  for (let time = 0; time < times; time++) all.push((await world.check(question)).status)
  return all
}

const many = (times: number, status: number) => Array.from({ length: times }, () => status)

eachDatabase('Failures of app passwords', (open, driver) => {
  it('are answered with "later" after ten from one address, and then longer each time (H24)', async () => {
    const database = await open()
    const world = await openWorld(database)
    const { wrong } = await revoked(world)
    expect(await statusesOf(world, wrong, 12)).toEqual([...many(10, 401), 429, 429])
    const later = await world.check(wrong)
    expect([later.status, await later.text()]).toEqual([429, ''])
    const seconds = Number(later.headers.get('retry-after'))
    expect(seconds).toBeGreaterThan(14 * 60)
    expect(seconds).toBeLessThanOrEqual(15 * 60)
    await database.clock.advance(15 * MINUTE + 1000)
    expect(await statusesOf(world, wrong, 11)).toEqual([...many(10, 401), 429])
    await database.clock.advance(16 * MINUTE)
    expect((await world.check(wrong)).status).toBe(429)
    await database.clock.advance(15 * MINUTE)
    expect((await world.check(wrong)).status).toBe(401)
  })

  it('never close the account to a right password, from there or from elsewhere (H1, H24)', async () => {
    const world = await openWorld(await open())
    const { right, wrong } = await revoked(world)
    const stranger = { ...wrong, address: '198.51.100.66' }
    await world.statuses(many(60, 0).map(() => stranger))
    await world.statuses(many(60, 0).map(() => wrong))
    expect((await world.check(stranger)).status).toBe(429)
    expect((await world.check(wrong)).status).toBe(429)
    expect((await world.check(right)).status).toBe(200)
    expect((await world.check({ ...right, address: stranger.address })).status).toBe(200)
    expect((await world.check({ ...right, address: '2001:db8::9' })).status).toBe(200)
  })

  it('of one address against many names, and of many addresses against one name, are bounded', async () => {
    const database = await open()
    const world = await openWorld(database)
    const { person, wrong, right } = await revoked(world)
    const names = many(110, 0).map((_, at) => ({ ...wrong, username: `nobody-${at}@example.test` }))
    const sprayed = []
    for (const question of names) sprayed.push((await world.check(question)).status)
    expect(sprayed).toEqual([...many(100, 401), ...many(10, 429)])
    expect((await world.check({ ...right, username: person.identifier })).status).toBe(200)

    const spread = many(110, 0).map((_, at) => ({ ...wrong, address: `192.0.2.${at}` }))
    const answered = []
    for (const question of spread) answered.push((await world.check(question)).status)
    expect(answered).toEqual([...many(100, 401), ...many(10, 429)])
    // One network of IPv6 is one address.
    const hopping = many(11, 0).map((_, at) => ({ ...wrong, username: 'x', address: `2001:db8::${at}` }))
    expect(await world.statuses(hopping.slice(0, 10))).toEqual(many(10, 401))
    expect((await world.check({ ...wrong, username: 'x', address: '2001:db8::ffff:1' })).status).toBe(429)
    expect((await world.check({ ...wrong, username: 'x', address: '2001:db8:0:1::1' })).status).toBe(401)
  })

  it('write no more than the limits let them, at once and one after the other', async () => {
    const database = await open()
    const worlds = [await openWorld(database), await openWorld(database)] as const
    const { person, wrong } = await revoked(worlds[0])
    const requests = driver === 'postgres' ? 200 : 60
    const statuses = await Promise.all(
      many(requests, 0).map(async (_, at) => (await worlds[at % 2 === 0 ? 0 : 1].check(wrong)).status),
    )
    expect(statuses.filter((status) => status === 401)).toHaveLength(10)
    expect(statuses.filter((status) => status === 429)).toHaveLength(requests - 10)
    const refused = (await worlds[0].events(person.userId)).filter(
      ({ type }) => type === 'appPassword.refused',
    )
    expect(refused).toHaveLength(10)
    // Beyond the limits, a failure is one look-up.
    expect(await database.statements.count(() => worlds[0].check(wrong))).toBe(1)
  })

  it('walk the same way for a name that nobody has (H3)', async () => {
    const database = await open()
    const world = await openWorld(database)
    const { right, wrong } = await revoked(world)
    await world.check(right)
    const nobody = { ...wrong, username: 'nobody@example.test' }
    const seen = async (question: Question) => {
      const before = database.statements.log.length
      const answer = await world.check(question)
      const statements = database.statements.log.slice(before).map((text) => text.replaceAll(/\s+/g, ' '))
      // The one was closed a moment before the other: the seconds that are left may differ by those in between.
      const headers = [...answer.headers].map(([name, value]) => [
        name,
        name === 'retry-after' ? String(Math.ceil(Number(value) / 60)) : value,
      ])
      return { status: answer.status, headers, text: await answer.text(), statements }
    }
    expect(await seen(nobody)).toEqual(await seen(wrong))
    await statusesOf(world, wrong, 9)
    await statusesOf(world, nobody, 9)
    expect(await seen(nobody)).toEqual(await seen(wrong))
    const rows = await one<{ n: number }>(
      database,
      sql`select count(*)::int as n from security_info.account where identifier like 'nobody%'`,
    )
    expect(rows?.n).toBe(0)
  })
})
