import { expect } from 'vitest'
import { newPassword, type Resets } from './reset-rig.ts'
import type { Rig } from './rig.ts'

const ENDED = { __typename: 'FlowEnded' }

/** The same gate and proof do nothing a second time, with the token that passed it or with the new one. */
export async function passesOnce<Device>(resets: Resets<Device>): Promise<void> {
  const { rig, gates } = resets
  const owner = await resets.owner()
  const visit = await resets.visitOf(owner)
  const gate = await resets.gate(visit, owner)
  const proof = await rig.proofFor(owner.device, gate)
  const old = visit.token
  expect((await visit.prove(gate, proof)).reset).toMatchObject({ gatesPassed: gates })
  expect(visit.token, 'a new token').not.toBe(old)
  for (const token of [old, visit.token]) expect(await visit.prove(gate, proof, token)).toMatchObject(ENDED)
  expect(await visit.complete(newPassword(), old), 'the token before').toMatchObject(ENDED)
  expect(await visit.complete(newPassword())).toMatchObject({ __typename: 'CompletePasswordResetPayload' })
  expect(await visit.prove(gate, proof), 'after the end').toMatchObject(ENDED)
}

/** A gate is of one reset: nobody else's, not another one of the same person, and nobody's passes it. */
export async function provesHere<Device>(resets: Resets<Device>): Promise<void> {
  const { rig } = resets
  const [owner, somebody] = [await resets.owner(), await resets.owner()]
  const visit = await resets.visitOf(owner)
  const others = [
    await resets.visitOf(somebody),
    await resets.visitOf(owner),
    await resets.visit('nobody@example.test'),
  ]
  const gate = await resets.gate(visit, owner)
  const proof = await rig.proofFor(owner.device, gate)
  for (const other of others) {
    expect(await other.prove(gate, proof)).toMatchObject(ENDED)
    expect(await other.complete(newPassword())).toMatchObject({ code: 'reset.gatesMissing' })
  }
  const wrong = await visit.prove(gate, await rig.wrong('challenge', gate))
  expect(wrong.attemptsLeft, 'it cost the owner nothing').toBe(rig.attempts - 1)
  // What is asked anew has another answer, and what had one attempt has ended.
  if (rig.attempts === 1 || wrong.step) return
  expect((await visit.prove(gate, proof)).reset).toMatchObject({ ready: true })
}

/** Many right proofs are one: the others are of a gate that is spent, or of a token that is gone. */
export async function takesOneOfMany<Device>(resets: Resets<Device>): Promise<void> {
  const { rig, gates } = resets
  const owner = await resets.owner()
  const visit = await resets.visitOf(owner)
  const gate = await resets.gate(visit, owner)
  const proof = await rig.proofFor(owner.device, gate)
  const { token } = visit
  const before = await gatesProven(rig)
  const answers = await Promise.all(Array.from({ length: 20 }, () => visit.prove(gate, proof, token)))
  const passed = answers.filter(({ reset }) => reset !== undefined)
  expect(passed).toHaveLength(1)
  expect(passed[0]?.reset).toMatchObject({ gatesPassed: gates, ready: true })
  // Of several that were taken, only the last would have a token that still works.
  expect((await gatesProven(rig)) - before, 'in the audit').toBe(1)
  expect(await visit.complete(newPassword())).toMatchObject({ __typename: 'CompletePasswordResetPayload' })
}

/** How many gates were ever passed, by anybody: as the audit has it. */
async function gatesProven<Device>({ gateway }: Rig<Device>): Promise<number> {
  return (await gateway.database.dump()).split('reset.gateProven').length - 1
}
