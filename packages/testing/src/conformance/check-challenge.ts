import { expect } from 'vitest'
import type { FlowAnswer } from '../gateway/answers.ts'
import { must } from './rig.ts'
import { RESET_ONLY, type Suite, twoFactorWays } from './suite.ts'

/** Proving: once, in time, by its owner, and not by trying. */
export function checkChallenge<Device>(suite: Suite<Device>): void {
  const { check } = suite
  if (twoFactorWays(suite).length === 0) {
    suite.skip('Proving at sign-in', RESET_ONLY)
    return
  }
  const rigged = async () => {
    const rig = await suite.rigged()
    const { person, client } = await rig.newcomer()
    const held = await rig.enroll(client)
    await client.finishRegistration()
    return { rig, person, held }
  }

  check('signs its owner in, once for each challenge', async () => {
    const { rig, person, held } = await rigged()
    const client = await rig.signIn(person)
    expect((await client.session())?.state).toBe('SECOND_FACTOR_REQUIRED')
    const challenge = await rig.beginChallenge(client)
    const proof = await rig.proofFor(held.device, challenge)
    const answer = await rig.verify(client, challenge.id, proof)
    expect(answer.session?.state).toBe('ACTIVE')
    expect(await rig.verify(client, challenge.id, proof)).toMatchObject({ __typename: 'FlowEnded' })
    expect((await client.securityInfo()).methods[0]?.lastUsedAt).not.toBeNull()
  })

  check('refuses wrong proofs, counts down, and then ends', async () => {
    const { rig, person, held } = await rigged()
    const client = await rig.signIn(person)
    const challenge = await rig.beginChallenge(client)
    const right = await rig.proofFor(held.device, challenge)
    for (let left = rig.attempts - 1; left >= 0; left--) {
      const refused = await rig.verify(client, challenge.id, await rig.wrong('challenge', challenge))
      expect(refused).toMatchObject({ __typename: 'ProofRejected', attemptsLeft: left })
      expect(refused.message, 'the code has a text').not.toBe(refused.code)
    }
    expect(await rig.verify(client, challenge.id, right)).toMatchObject({ __typename: 'FlowEnded' })
    expect((await client.session())?.state).toBe('SECOND_FACTOR_REQUIRED')
  })

  check('refuses a malformed proof with a path, and without spending an attempt', async () => {
    const { rig, person, held } = await rigged()
    const client = await rig.signIn(person)
    const challenge = await rig.beginChallenge(client)
    for (const malformed of rig.malformed('challenge', challenge)) {
      const refused = await rig.verify(client, challenge.id, malformed)
      expect(refused).toMatchObject({ __typename: 'InvalidInput', code: 'input.invalid' })
      expect(refused.path?.slice(0, 2)).toEqual(['proof', rig.kind])
    }
    const proof = await rig.proofFor(held.device, challenge)
    expect(await rig.verify(client, challenge.id, proof)).toHaveProperty('session')
  })

  check('ends a challenge of somebody else, of another session, or expired, all alike', async () => {
    const { rig, person, held } = await rigged()
    const client = await rig.signIn(person)
    const challenge = await rig.beginChallenge(client)
    const proof = await rig.proofFor(held.device, challenge)
    const stranger = await rig.newcomer()
    const sibling = await rig.signIn(person)
    const answers = [
      await rig.verify(stranger.client, challenge.id, proof),
      await rig.verify(sibling, challenge.id, proof),
      await rig.verify(client, 'bm8', proof),
    ]
    await rig.gateway.database.clock.advance(rig.ttlSeconds * 1000)
    answers.push(await rig.verify(client, challenge.id, proof))
    expect(answers[0]).toMatchObject({ __typename: 'FlowEnded' })
    for (const answer of answers) expect(answer).toEqual(answers[0])
  })

  check(
    'lets one of many equal proofs in, for one challenge and for one each, at the same time',
    async () => {
      const { rig, person, held } = await rigged()
      const sessions = await Promise.all(Array.from({ length: 4 }, () => rig.signIn(person)))
      const challenges: FlowAnswer[] = []
      for (const session of sessions) challenges.push(await rig.beginChallenge(session))
      const [first] = challenges
      if (!first) throw new Error('No challenge.')
      const proof = await rig.proofFor(held.device, first)
      const answers = await Promise.all(
        [
          ...sessions.map((session, at) => rig.verify(session, challenges[at]?.id ?? '', proof)),
          ...sessions.map(() => rig.verify(rig.client(sessions[0]?.token), first.id, proof)),
        ].map((answer) => answer.catch(() => ({ __typename: 'UNAUTHENTICATED', session: undefined }))),
      )
      expect(answers.filter((answer) => answer.session !== undefined)).toHaveLength(1)
    },
  )

  check('can be the default, and a fresh proof', async () => {
    const { rig, person, held } = await rigged()
    const client = await rig.signIn(person)
    const challenge = await rig.beginChallenge(client)
    must(await rig.verify(client, challenge.id, await rig.proofFor(held.device, challenge)), true)
    await rig.gateway.database.clock.advance(6 * 60_000)
    const stale = await client.updateMethod({ methodId: held.methodId, makeDefault: true })
    expect(stale).toMatchObject({ __typename: 'FreshProofRequired', options: [{ id: held.methodId }] })
    const again = await rig.beginChallenge(client)
    must(await rig.verify(client, again.id, await rig.proofFor(held.device, again)), true)
    const updated = await client.updateMethod({ methodId: held.methodId, label: 'Later', makeDefault: true })
    expect(updated.method).toMatchObject({ label: 'Later', isDefault: true })
  })
}
