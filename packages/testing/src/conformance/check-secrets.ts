import { createKeyRing, generateKey } from '@security-info/core'
import { expect } from 'vitest'
import { bare, found } from './leak.ts'
import { createRig } from './rig.ts'
import { type Suite, sentWays } from './suite.ts'

/** What must not be found, and what must still open. */
export function checkSecrets<Device>(suite: Suite<Device>): void {
  const { check, conformance } = suite

  check('leaves no secret in answers after the first, nor anywhere in the database', async () => {
    const rig = await suite.rigged()
    const { client, person } = await rig.newcomer()
    const { device } = await rig.enroll(client)
    await rig.begin(client)
    const answers = JSON.stringify([await client.securityInfo(), await client.session()])
    const dump = await rig.gateway.database.dump()
    const secrets = [...conformance.secrets(device), person.password, client.token ?? '']
    expect(secrets.filter((secret) => secret.length < 4)).toEqual([])
    for (const secret of secrets) {
      expect(answers.includes(secret), 'a secret in an answer').toBe(false)
      expect(dump.includes(secret), 'a secret in the database').toBe(false)
    }
  })

  const codes = 'leaves no sent code and no full address in any answer, nor anywhere in the database'
  for (const { id: way } of sentWays(suite)) {
    check(`${codes}, by ${way}`, async () => {
      const rig = await suite.rigged({ way })
      const { client, person } = await rig.newcomer()
      const begun = await rig.begin(client)
      if (begun.enrollment) {
        await rig.confirm(client, begun.enrollment.id, await rig.wrong('enrollment', begun.enrollment))
      }
      const held = await rig.enroll(client)
      const again = await rig.signInWith(person, held)
      await again.securityInfo()
      const sent = rig.gateway.messages.filter((message) => message.code !== undefined)
      expect(sent).not.toEqual([])
      const dump = await rig.gateway.database.dump()
      for (const { code = '', to } of sent) {
        for (const told of [dump, ...rig.heard]) expect(found(told, code), 'a sent code').toBe(false)
        expect(dump.includes(to), 'a full address in the database').toBe(false)
        for (const told of rig.heard) expect(bare(told).includes(bare(to)), 'a full address').toBe(false)
      }
    })
  }

  check('survives a rotation of the keys', async () => {
    const database = await suite.openNew()
    const older = generateKey('older')
    const newer = generateKey('newer')
    const before = await createRig(conformance, database, { keyRing: createKeyRing(older) })
    const { client, person } = await before.newcomer()
    const held = await before.enroll(client)

    const both = await createRig(conformance, database, { keyRing: createKeyRing(`${newer},${older}`) })
    expect((await both.gateway.securityInfo.rotateKeys()).rewrapped).toBeGreaterThan(0)
    expect((await both.gateway.securityInfo.rotateKeys()).rewrapped, 'nothing is left to do').toBe(0)

    const after = await createRig(conformance, database, { keyRing: createKeyRing(newer) })
    const again = await after.signInWith(person, held)
    expect((await again.securityInfo()).methods).toHaveLength(1)
  })
}
