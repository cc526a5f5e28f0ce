import { expect } from 'vitest'
import { checkResend } from './check-resend.ts'
import type { Asked } from './conformance.ts'
import { bare } from './leak.ts'
import type { Rig } from './rig.ts'
import { accepted, openFlow } from './sent-flow.ts'
import { enrollingWays, type Suite, sentWays, twoFactorWays } from './suite.ts'

/** Kinds whose codes core sends: one code for each flow, only to its owner, by the way that was picked. */
export function checkCodes<Device>(suite: Suite<Device>): void {
  const { check, skip, rigged } = suite
  if (sentWays(suite).length === 0) {
    skip('Codes that are sent', 'no way has a channel')
    return
  }
  for (const { id: way, channel = '' } of sentWays(suite)) {
    for (const type of flowsBy(suite, way)) {
      const title = `${type === 'enrollment' ? 'when it is set up' : 'when it is asked for'} by ${way}`
      check(`sends one code, masked and only by the outbox, ${title}`, async () =>
        sendsOne(await rigged({ way }), type, channel),
      )
      check(`refuses the code of another flow, ${title}`, async () =>
        refusesForeign(await rigged({ way }), type),
      )
      check(`takes one of 20 right codes at the same time, ${title}`, async () =>
        takesOne(await rigged({ way }), type),
      )
      checkResend(suite, way, type, title)
    }
  }
}

/** What can be begun by a way now. */
function flowsBy<Device>(suite: Suite<Device>, way: string): readonly Asked['flow'][] {
  return [
    ...(enrollingWays(suite).some(({ id }) => id === way) ? (['enrollment'] as const) : []),
    ...(twoFactorWays(suite).some(({ id }) => id === way) ? (['challenge'] as const) : []),
  ]
}

async function sendsOne<Device>(rig: Rig<Device>, type: Asked['flow'], channel: string): Promise<void> {
  const { client, flow } = await openFlow(rig, type)
  expect(flow.step).toMatchObject({ __typename: 'CodeSent', delivery: 'QUEUED', problem: null })
  const { early, codes } = rig.sentFor(flow)
  expect(early, 'nothing goes out before the outbox sends').toBe(0)
  expect(codes).toMatchObject([{ channel, code: expect.stringMatching(/^\d{6}$/) }])
  const all = rig.gateway.messages.filter((message) => message.code !== undefined)
  expect(new Set(all.map(({ to }) => to)).size, 'it goes to the address that was registered').toBe(1)

  const { destination = '' } = flow.step
  expect(destination, 'where it went, masked').not.toBe('')
  for (const { to } of codes) expect(bare(destination).includes(bare(to)), 'the full address').toBe(false)
  expect((await client.flow(flow.id))?.step).toMatchObject({ delivery: 'SENT', destination })
}

async function refusesForeign<Device>(rig: Rig<Device>, type: Asked['flow']): Promise<void> {
  const mine = await openFlow(rig, type)
  const other = await mine.another()
  expect(rig.codeOf(other)).toMatch(/^\d{6}$/)
  const refused = await mine.prove(await mine.proofOf(rig.codeOf(other)))
  expect(refused).toMatchObject({ __typename: 'ProofRejected', attemptsLeft: rig.attempts - 1 })
  if (rig.attempts > 1) expect(accepted(await mine.prove(await mine.proofOf()))).toBe(true)
}

async function takesOne<Device>(rig: Rig<Device>, type: Asked['flow']): Promise<void> {
  const { client, proofOf, prove } = await openFlow(rig, type)
  const proof = await proofOf()
  // A right proof changes the token, so those that come after it are of a session that is gone.
  const twins = Array.from({ length: 20 }, () => rig.client(client.token))
  const answers = await Promise.all(
    twins.map((twin) => prove(proof, twin).catch(() => ({ __typename: 'UNAUTHENTICATED' }))),
  )
  expect(answers.filter(accepted)).toHaveLength(1)
}
