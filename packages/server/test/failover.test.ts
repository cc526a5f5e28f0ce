/** M2: the primary is lost under load, and its synchronous standby takes over. */

import { setImmediate } from 'node:timers/promises'
import { type Database, Secret, type SecurityInfo } from '@security-info/core'
import { createClient } from '@security-info/testing'
import { afterAll, beforeAll, expect, it, onTestFinished, vi } from 'vitest'
import { openDatabase } from '../src/databases.ts'
import { securityInfoOn } from './support/own-gateway.ts'
import { createServer, type OwnServer } from './support/own-server.ts'

const PEOPLE = 8
/** So many sign-ins before the loss, and after it. */
const EACH = 40
const password = 'a kettle of unripe mangoes'
const identifier = (n: number) => `person-${n}@example.org`

let primary: OwnServer
let standby: OwnServer
let database: Database
let securityInfo: SecurityInfo
beforeAll(async () => {
  primary = await createServer()
  standby = await primary.copy()
  const synchronous = { synchronous_standby_names: '*' }
  // Nothing can be written before the standby follows; so both start together.
  await Promise.all([
    primary.start({ settings: synchronous }),
    standby.start({
      standby: true,
      settings: { primary_conninfo: `host=127.0.0.1 port=${primary.port} user=postgres` },
    }),
  ])
  // As an operator writes it: every server, and the driver takes the one that is the primary.
  database = await openDatabase({
    url: `postgres://postgres@127.0.0.1:${primary.port},127.0.0.1:${standby.port}/postgres`,
  })
  securityInfo = await securityInfoOn(database)
  for (let n = 0; n < PEOPLE; n++) {
    const person = { identifier: identifier(n), displayName: 'Somebody', password: new Secret(password) }
    await securityInfo.accounts.create(person)
  }
})
afterAll(async () => {
  await securityInfo?.stop()
  await database?.close()
  await Promise.all([primary?.close(), standby?.close()])
})

it('M2: a standby takes over under load: what was acknowledged is there, what was ended stays ended', async () => {
  const alive: string[] = []
  const ended: string[] = []
  let failures = 0
  let goal = EACH
  let over = false
  onTestFinished(() => {
    over = true
  })
  /** Signs in and out until so many answers have come; one in two sessions stays. */
  const live = async (n: number) => {
    const client = createClient(securityInfo, { address: `192.0.2.${n + 1}` })
    while (!over && alive.length < goal) {
      try {
        await client.signIn({ identifier: identifier(n), password })
        const token = client.token ?? ''
        if ((alive.length + ended.length) % 2 === 0) alive.push(token)
        else if ((await client.signOut()).ended === 1) ended.push(token)
      } catch {
        failures++
        await setImmediate()
      }
    }
  }
  const everybody = () => Promise.all(Array.from({ length: PEOPLE }, (_, n) => live(n)))
  await everybody()
  const before = { alive: alive.length, ended: ended.length }
  goal = Number.POSITIVE_INFINITY
  const underLoad = everybody()
  await vi.waitFor(() => expect(alive.length).toBeGreaterThan(before.alive + EACH), 60_000)
  await primary.stop('crash')
  await standby.promote()
  goal = alive.length + EACH
  await underLoad

  expect(failures).toBeGreaterThan(0)
  expect(ended.length).toBeGreaterThan(before.ended)
  // A connection of the driver may still be busy with finding out that its server has gone.
  const stateOf = (token: string) =>
    vi.waitFor(async () => (await createClient(securityInfo, { token }).session())?.state, 30_000)
  const states = async (tokens: readonly string[]) => [...new Set(await Promise.all(tokens.map(stateOf)))]
  expect(await states(alive)).toEqual(['SECURITY_INFO_REQUIRED'])
  expect(await states(ended)).toEqual([undefined])
})
