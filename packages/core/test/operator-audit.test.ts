import { eachDatabase, openTestGateway } from '@security-info/testing'
import { sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { createKeyRing, generateKey } from '../src/index.ts'
import { pin } from './plugins/pin.ts'
import { owner } from './support/people.ts'
import { query } from './support/rows.ts'

const oldKey = generateKey('old')

eachDatabase('What the operator does to the gateway itself (H28)', (open) => {
  test('H28 is in the audit once, and what changed nothing is not', async () => {
    const database = await open()
    const plugins = [pin()]
    const gateway = await openTestGateway(database, { plugins, keyRing: createKeyRing(oldKey) })
    await owner(gateway)
    const ring = createKeyRing(`${generateKey('new')},${oldKey}`)
    const rotated = await openTestGateway(database, {
      plugins,
      policy: { twoFactor: 'required' },
      keyRing: ring,
    })
    const { securityInfo } = rotated
    await securityInfo.migrate()

    const { rewrapped } = await securityInfo.rotateKeys()
    expect(rewrapped).toBeGreaterThan(0)
    for (const _ of ['forgets the older key', 'does nothing']) await securityInfo.rotateKeys()
    await securityInfo.rotatePepper()
    const sessions = await securityInfo.beginEpoch()

    const events = await query(
      database,
      sql`select type, request_id, detail
      from security_info.audit_event where user_id = '00000000-0000-0000-0000-000000000000' order by at, id`,
    )
    const request_id = 'operator'
    expect(events).toEqual([
      { type: 'policy.changed', request_id, detail: { version: 1 } },
      { type: 'policy.changed', request_id, detail: { version: 2 } },
      { type: 'keys.rotated', request_id, detail: { keyId: 'new', count: rewrapped } },
      { type: 'keys.rotated', request_id, detail: { keyId: 'new', count: 0 } },
      { type: 'pepper.rotated', request_id, detail: { version: 2 } },
      { type: 'epoch.begun', request_id, detail: { count: sessions } },
    ])
  })
})
