import {
  openTestDatabase,
  openTestGateway,
  type TestDatabase,
  type TestGateway,
} from '@security-info/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Secret } from '../src/index.ts'
import { pin } from './plugins/pin.ts'
import { type Gate, gateAt } from './support/gate.ts'

describe('A password that changes while somebody signs in with the old one (PostgreSQL)', () => {
  let database: TestDatabase
  let gateway: TestGateway
  let gate: Gate
  beforeAll(async () => {
    database = await openTestDatabase('postgres')
    gateway = await openTestGateway(database, { plugins: [pin()] })
    gate = await gateAt(database, 'session')
  })
  afterAll(async () => {
    await gate.close()
    await database.close()
  })

  it('C20: the session it opens does not outlive the change', async () => {
    const person = await gateway.person()
    const client = gateway.client()
    const password = new Secret('another password')
    await gate.race(
      () => client.signIn(person),
      () => gateway.securityInfo.accounts.setPassword({ identifier: person.identifier, password }),
    )
    expect(await client.session()).toBeUndefined()
  })
})
