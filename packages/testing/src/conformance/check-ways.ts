import { expect } from 'vitest'
import { must, type Rig } from './rig.ts'
import { enrollingWays, RESET_ONLY, type Suite, twoFactorWays } from './suite.ts'

/** Kinds with several ways: each sets up and proves by itself. What is about flows in general is checked by the first. */
export function checkWays<Device>(suite: Suite<Device>): void {
  const { method, check, skip, rigged } = suite
  if (method.ways.length === 1) return
  for (const { id: way } of method.ways) {
    const title = `sets up by ${way}`
    if (enrollingWays(suite).some(({ id }) => id === way)) {
      check(title, async () => setsUp(await rigged({ way }), way, method.knowledgeBased))
    } else skip(title, '`enrollsBy` leaves it out')
  }
  for (const { id: way } of method.ways) {
    const title = `proves by ${way}`
    if (twoFactorWays(suite).some(({ id }) => id === way)) {
      check(title, async () => proves(await rigged({ way }), way))
    } else skip(title, twoFactorWays(suite).length === 0 ? RESET_ONLY : 'this way is not used for TWO_FACTOR')
  }
}

async function setsUp<Device>(rig: Rig<Device>, way: string, madeUp = false): Promise<void> {
  const { client } = await rig.newcomer()
  const begun = await rig.begin(client)
  const refused = must(begun, begun.enrollment)
  expect(refused.step.way).toBe(way)
  if (!madeUp) {
    const answer = await rig.confirm(client, refused.id, await rig.wrong('enrollment', refused))
    expect(answer).toMatchObject({ __typename: 'ProofRejected', attemptsLeft: rig.attempts - 1 })
  }
  const { methodId } = await rig.enroll(client)
  expect((await client.securityInfo()).methods.map(({ id }) => id)).toEqual([methodId])
}

async function proves<Device>(rig: Rig<Device>, way: string): Promise<void> {
  const { person, client } = await rig.newcomer()
  const { device } = await rig.enroll(client)
  const session = await rig.signIn(person)
  const refused = await rig.beginChallenge(session)
  expect(refused.step.way).toBe(way)
  const answer = await rig.verify(session, refused.id, await rig.wrong('challenge', refused))
  expect(answer).toMatchObject({ __typename: 'ProofRejected', attemptsLeft: rig.attempts - 1 })
  const challenge = await rig.beginChallenge(session)
  const proven = await rig.verify(session, challenge.id, await rig.proofFor(device, challenge))
  expect(must(proven, proven.session).proofs).toContainEqual({ kind: rig.kind, way })
}
