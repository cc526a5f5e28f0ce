import { createKeyRing, generateKey } from '@security-info/core'
import { expect, it } from 'vitest'
import type { OpenDatabase } from '../databases/each.ts'
import { openTestGateway } from '../gateway/gateway.ts'
import { type Conformance, createRig, policyFor } from './rig.ts'

/** What must not be found, and what must still open. */
export function checkSecrets<Device>(
  conformance: Conformance<Device>,
  open: OpenDatabase,
  openNew: OpenDatabase,
): void {
  it('leaves no secret in answers after the first, nor anywhere in the database', async () => {
    const rig = await createRig(conformance, await open())
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

  it('survives a rotation of the keys', async () => {
    const database = await openNew()
    const older = generateKey('older')
    const newer = generateKey('newer')
    const before = await createRig(conformance, database, createKeyRing(older))
    const { client, person } = await before.newcomer()
    const { device } = await before.enroll(client)

    const plugins = [conformance.plugin()]
    const keyRing = createKeyRing(`${newer},${older}`)
    const both = await openTestGateway(database, {
      plugins,
      keyRing,
      policy: policyFor(conformance.plugin()),
    })
    expect((await both.securityInfo.rotateKeys()).rewrapped).toBeGreaterThan(0)
    expect((await both.securityInfo.rotateKeys()).rewrapped, 'nothing is left to do').toBe(0)

    const after = await createRig(conformance, database, createKeyRing(newer))
    const again = await after.signIn(person)
    if ((await again.session())?.state === 'SECOND_FACTOR_REQUIRED') {
      const challenge = await after.beginChallenge(again)
      const answer = await after.verify(again, challenge.id, await after.proofFor(device, challenge))
      expect(answer).toHaveProperty('session')
    }
    expect((await again.securityInfo()).methods).toHaveLength(1)
  })
}
