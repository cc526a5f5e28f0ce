import { expect } from 'vitest'
import type { Gate, ResetAnswer } from './reset-documents.ts'
import type { Owner, Resets } from './reset-rig.ts'
import type { Visit } from './reset-visit.ts'

/** Wrong proofs in a row before resets by a kind close. */
const CAP = 10
/** One address gets five codes in ten minutes and ten in a day: after each four gates it is another day. */
const CODES = 4
const DAY = 86_400_000

/** A gate that somebody may guess at, and what it asks now. */
interface Open {
  readonly visit: Visit
  readonly gate: Gate
}

/**
 * Anybody can guess in somebody's reset, so that closes resets by the kind, and nothing else. What can't be guessed is never
 * closed.
 */
export async function guessesAt<Device>(resets: Resets<Device>): Promise<void> {
  const { rig, way, gates } = resets
  const owner = await resets.owner()
  await guess(resets, owner, CAP - 1)
  const open = await openGate(resets, owner)
  const last = await guess(resets, owner, 1)
  if (way.guessable) {
    expect(last, 'the last one says until when').toHaveProperty('retryAt', expect.any(String))
    const late = await open.visit.prove(open.gate, await rig.proofFor(owner.device, open.gate))
    expect(late, 'a gate that was open').toMatchObject({ __typename: 'RateLimited' })
    const next = await resets.visitOf(owner)
    const refused = await next.begin(resets.typed(owner))
    // Who has proven something already is told that there is nothing else.
    const closed =
      gates === 1 ? { __typename: 'RateLimited' } : { __typename: 'ResetRefused', reason: 'LOCKED' }
    expect(refused, 'another gate').toMatchObject(closed)
  } else {
    const proven = await open.visit.prove(open.gate, await rig.proofFor(owner.device, open.gate))
    expect(proven.reset, 'what nobody can guess').toMatchObject({ ready: true })
  }
  const session = await resets.signInFully(owner)
  expect((await session.session())?.state).toBe('ACTIVE')
}

/** So many wrong proofs, in as many resets as it takes. Gives the answer to the last. */
async function guess<Device>(resets: Resets<Device>, owner: Owner<Device>, times: number) {
  const { rig, way } = resets
  let open: Open | undefined
  let answer: ResetAnswer | undefined
  for (let at = 0; at < times; at++) {
    const gates = at / rig.attempts
    if (!open || Number.isInteger(gates)) {
      if (way.channel !== undefined && gates % CODES === CODES - 1)
        await rig.gateway.database.clock.advance(DAY)
      open = await openGate(resets, owner)
    }
    const { visit, gate } = open
    answer = await visit.prove(gate, await rig.wrong('challenge', gate))
    expect(answer).toMatchObject({ __typename: 'ProofRejected' })
    open = { visit, gate: { ...gate, step: answer.step ?? gate.step } }
  }
  return answer
}

async function openGate<Device>(resets: Resets<Device>, owner: Owner<Device>): Promise<Open> {
  const visit = await resets.visitOf(owner)
  return { visit, gate: await resets.gate(visit, owner) }
}
