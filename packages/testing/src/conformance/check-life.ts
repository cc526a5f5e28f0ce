import { expect } from 'vitest'
import type { Client } from '../gateway/client.ts'
import { must, policyFor, type Rig } from './rig.ts'
import { RESET_ONLY, type Suite, twoFactorWays } from './suite.ts'

/** What becomes of a registered method: gone when it is removed, and back when that was not its owner. */
export function checkLife<Device>(suite: Suite<Device>): void {
  const { plugin, check, skip, rigged } = suite
  const second = twoFactorWays(suite).length > 0
  const optional = policyFor(plugin, { optional: true })
  const idsOf = async (client: Client) => (await client.securityInfo()).methods.map(({ id }) => id)

  check('is gone as soon as it is removed', async () => {
    const rig = await rigged({ policy: optional })
    const { client } = await rig.newcomer()
    const { methodId } = await rig.enroll(client)
    expect(await client.removeMethod(methodId)).toHaveProperty('securityInfo')
    expect(await idsOf(client)).toEqual([])
    expect(await client.updateMethod({ methodId, label: 'Again' })).toMatchObject({ __typename: 'NotFound' })
  })

  const open = 'proves nothing after it was removed, not in a challenge that was open either'
  if (!second) skip(open, RESET_ONLY)
  else {
    check(open, async () => {
      const rig = await rigged({ policy: optional })
      const { person, client } = await rig.newcomer()
      const { methodId, device } = await rig.enroll(client)
      const session = await rig.signIn(person)
      const challenge = await rig.beginChallenge(session)
      const proof = await rig.proofFor(device, challenge)
      must(await client.removeMethod(methodId), true)
      expect(await rig.verify(session, challenge.id, proof)).toMatchObject({ __typename: 'FlowEnded' })
    })
  }

  check('is taken away by the link of the notice that it was set up', async () => {
    const rig = await rigged()
    const { person, client, contact } = await rig.newcomer()
    const token = await undoTokenOf(rig, contact, () => rig.enroll(client))
    const undone = rig.client()
    expect(await undone.undoChange(token)).toMatchObject({ __typename: 'UndoChangePayload' })
    expect(await client.session(), 'whoever did it had a session').toBeUndefined()
    expect(await undone.undoChange(token)).toMatchObject({ __typename: 'FlowEnded' })
    const again = await rig.signIn(person)
    expect(await idsOf(again)).toEqual([])
  })

  check('comes back by the link of the notice that it was replaced, and proves', async () => {
    const rig = await rigged()
    const { person, client, contact } = await rig.newcomer()
    const old = await rig.enroll(client)
    await rig.gateway.database.clock.advance(60_000)
    const token = await undoTokenOf(rig, contact, () => rig.enroll(client, old.methodId))
    must(await rig.client().undoChange(token), true)
    expect(await client.session()).toBeUndefined()
    const again = await rig.signInWith(person, old)
    expect((await again.session())?.state).not.toBe('SECOND_FACTOR_REQUIRED')
    expect(await idsOf(again)).toEqual([old.methodId])
  })

  check('comes back after the link of the notice that it was removed, at the next sign-in', async () => {
    const rig = await rigged({ policy: optional })
    const { person, client, contact } = await rig.newcomer()
    const held = await rig.enroll(client)
    const token = await undoTokenOf(rig, contact, () => client.removeMethod(held.methodId))
    must(await rig.client().undoChange(token), true)
    expect(await client.session()).toBeUndefined()
    const again = await rig.signInWith(person, held)
    expect(await idsOf(again)).toEqual([held.methodId])
    if (second)
      expect((await again.session())?.proofs).toContainEqual(expect.objectContaining({ kind: rig.kind }))
  })

  check('has its owner told of each change, at every address', async () => {
    const rig = await rigged({ policy: optional })
    const { client, contact } = await rig.newcomer()
    const told = await toldOf(rig, () => rig.enroll(client))
    const { handlers, stored, counter } = rig.watched
    const list = stored ? [{ id: 'own', label: 'Own', stored, counter }] : []
    const addresses = [{ channel: 'email', to: contact }, ...(handlers?.addresses?.(list) ?? [])]
    const { methods } = await client.securityInfo()
    const removed = await toldOf(rig, () => client.removeMethod(methods[0]?.id ?? ''))
    for (const { channel, to } of addresses) {
      expect(told.filter((notice) => notice.channel === channel && notice.to === to)).toHaveLength(1)
      expect(removed.filter((notice) => notice.channel === channel && notice.to === to)).toHaveLength(1)
    }
  })
}

/** The notices that go out for what `work` changes. */
async function toldOf<Device>(rig: Rig<Device>, work: () => Promise<unknown>) {
  await rig.gateway.deliver()
  const before = rig.gateway.messages.length
  await work()
  await rig.gateway.deliver()
  return rig.gateway.messages.slice(before).filter((message) => message.code === undefined)
}

/** The token of the "this wasn't me" link that the person gets for what `work` changes. */
async function undoTokenOf<Device>(
  rig: Rig<Device>,
  contact: string,
  work: () => Promise<unknown>,
): Promise<string> {
  const notices = (await toldOf(rig, work)).filter((notice) => notice.to === contact)
  const token = notices.flatMap(({ link }) => (link ? [new URL(link.url).hash.slice(1)] : [])).at(-1)
  if (!token) throw new Error(`Expected a notice with a link, got ${notices.length} without one.`)
  return token
}
