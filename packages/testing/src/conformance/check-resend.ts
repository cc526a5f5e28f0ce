import { expect } from 'vitest'
import type { Asked } from './conformance.ts'
import { accepted, openFlow } from './sent-flow.ts'
import { type Suite, sentWays } from './suite.ts'

/** A code can be asked for again, after a pause: the one before it is void, and attempts are not refilled. */
export function checkResend<Device>(
  suite: Suite<Device>,
  way: string,
  type: Asked['flow'],
  title: string,
): void {
  const { check, skip, rigged } = suite

  check(`sends another code after a pause, and the one before is void, ${title}`, async () => {
    const rig = await rigged({ way })
    const { client, flow, proofOf, prove } = await openFlow(rig, type)
    const old = rig.codeOf(flow)
    const early = await rig.resend(client, flow.id)
    expect(early).toMatchObject({ __typename: 'RateLimited', code: 'rate.resend' })
    let left = rig.attempts
    if (left > 2) {
      left--
      const wrong = await prove(await rig.wrong(type, flow))
      expect(wrong).toMatchObject({ __typename: 'ProofRejected', attemptsLeft: left })
    }
    await rig.gateway.database.clock.advance(31_000)
    const resent = await rig.resend(client, flow.id)
    expect(resent.flow, 'attempts stay spent').toMatchObject({ attemptsLeft: left })
    expect(resent.flow?.step).toMatchObject({ way, destination: flow.step.destination })
    expect(rig.sentFor(flow).codes).toHaveLength(1)
    if (left > 1 && old !== rig.codeOf(flow)) {
      const voided = await prove(await proofOf(old))
      expect(voided).toMatchObject({ __typename: 'ProofRejected', attemptsLeft: left - 1 })
    }
    expect(accepted(await prove(await proofOf()))).toBe(true)
  })

  const others = sentWays(suite).filter(
    ({ id, usedFor }) => id !== way && (type === 'enrollment' || usedFor.includes('TWO_FACTOR')),
  )
  if (others.length === 0) {
    skip(`sends another code by another way, ${title}`, 'no other way sends')
    return
  }
  for (const { id: other, channel } of others) {
    check(`sends another code by ${other}, ${title}`, async () => {
      const rig = await rigged({ way })
      const { client, flow, proofOf, prove } = await openFlow(rig, type)
      await rig.gateway.database.clock.advance(31_000)
      const resent = await rig.resend(client, flow.id, other)
      expect(resent.flow?.step).toMatchObject({ way: other, destination: flow.step.destination })
      const [first] = rig.gateway.messages.filter((message) => message.code !== undefined)
      expect(rig.sentFor(flow).codes).toMatchObject([{ channel, to: first?.to }])
      expect(accepted(await prove(await proofOf()))).toBe(true)
    })
  }
}
