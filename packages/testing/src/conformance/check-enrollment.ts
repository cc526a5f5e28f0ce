import { expect } from 'vitest'
import { must } from './rig.ts'
import type { Suite } from './suite.ts'

/** Setting up: nothing before the proof, one method after it, never two, never too many. */
export function checkEnrollment<Device>({ method, check, skip, rigged }: Suite<Device>): void {
  /** What somebody makes up is right by being made up. */
  const madeUp = method.knowledgeBased === true
  check('registers nothing before the first proof, and the method after it', async () => {
    const rig = await rigged()
    const { client } = await rig.newcomer()
    await rig.begin(client)
    expect((await client.securityInfo()).methods).toEqual([])
    const { methodId, answer } = await rig.enroll(client)
    expect(answer.method?.label).not.toBe('')
    expect((await client.securityInfo()).methods.map((method) => method.id)).toEqual([methodId])
  })

  const wrongFirst = 'refuses wrong first proofs, counts down, and then ends'
  if (madeUp) skip(wrongFirst, 'it is `knowledgeBased`: what people make up is right')
  else
    check(wrongFirst, async () => {
      const rig = await rigged()
      const { client } = await rig.newcomer()
      const begun = await rig.begin(client)
      const enrollment = must(begun, begun.enrollment)
      const { id } = enrollment
      const right = await rig.setUp(enrollment)
      for (let left = rig.attempts - 1; left >= 0; left--) {
        const refused = await rig.confirm(client, id, await rig.wrong('enrollment', enrollment))
        expect(refused).toMatchObject({ __typename: 'ProofRejected', attemptsLeft: left })
        expect(refused.message, 'the code has a text').not.toBe(refused.code)
      }
      expect(await rig.confirm(client, id, right.proof)).toMatchObject({ __typename: 'FlowEnded' })
      expect((await client.securityInfo()).methods).toEqual([])
    })

  check('refuses a malformed proof with a path, and without spending an attempt', async () => {
    const rig = await rigged()
    const { client } = await rig.newcomer()
    const begun = await rig.begin(client)
    const enrollment = must(begun, begun.enrollment)
    const { id } = enrollment
    const right = await rig.setUp(enrollment)
    for (const malformed of rig.malformed('enrollment', enrollment)) {
      const refused = await rig.confirm(client, id, malformed)
      expect(refused).toMatchObject({ __typename: 'InvalidInput' })
      // By its format, or by `checkConfirm` with a code of the kind's own.
      expect(refused.code).toMatch(new RegExp(`^(input\\.invalid$|${rig.kind}\\.)`))
      expect(refused.message, 'the code has a text').not.toBe(refused.code)
      expect(refused.path?.slice(0, 2)).toEqual(['proof', rig.kind])
    }
    if (madeUp) {
      expect(await rig.confirm(client, id, right.proof)).toHaveProperty('method')
      return
    }
    const wrong = await rig.confirm(client, id, await rig.wrong('enrollment', enrollment))
    expect(wrong.attemptsLeft, 'the first attempt that counts').toBe(rig.attempts - 1)
    if (rig.attempts > 1) expect(await rig.confirm(client, id, right.proof)).toHaveProperty('method')
  })

  check('ends an enrolment that is spent, expired, or of somebody else, all alike', async () => {
    const rig = await rigged()
    const { client } = await rig.newcomer()
    const other = await rig.newcomer()
    const begun = await rig.begin(client)
    const enrollment = must(begun, begun.enrollment)
    const { id } = enrollment
    const { clock } = rig.gateway.database
    const { proof } = await rig.setUp(enrollment)
    const foreign = await rig.confirm(other.client, id, proof)
    const unknown = await rig.confirm(other.client, 'bm8', proof)
    must(await rig.confirm(client, id, proof), true)
    const spent = await rig.confirm(client, id, proof)

    const late = await rig.newcomer()
    const lateBegun = await rig.begin(late.client)
    const lateFlow = must(lateBegun, lateBegun.enrollment)
    const lateProof = await rig.setUp(lateFlow)
    await clock.advance(rig.ttlSeconds * 1000 + 1000)
    const expired = await rig.confirm(late.client, lateFlow.id, lateProof.proof)

    expect(foreign).toMatchObject({ __typename: 'FlowEnded' })
    for (const ended of [unknown, spent, expired]) expect(ended).toEqual(foreign)
    expect((await other.client.securityInfo()).methods).toEqual([])
    expect((await late.client.securityInfo()).methods).toEqual([])
  })

  check('registers once when the same proof comes twice at the same time', async () => {
    const rig = await rigged()
    const { person, client } = await rig.newcomer()
    const begun = await rig.begin(client)
    const enrollment = must(begun, begun.enrollment)
    const { id } = enrollment
    const { proof } = await rig.setUp(enrollment)
    const twins = [client, rig.client(client.token)]
    const answers = await Promise.all(
      twins.map((twin) => rig.confirm(twin, id, proof).catch(() => ({ __typename: 'UNAUTHENTICATED' }))),
    )
    expect(answers.filter((answer) => 'method' in answer)).toHaveLength(1)
    const winner = twins[answers.findIndex((answer) => 'method' in answer)] ?? client
    expect((await winner.securityInfo()).methods, person.identifier).toHaveLength(1)
  })

  check('replaces a method in one step', async () => {
    const rig = await rigged()
    const { client } = await rig.newcomer()
    const old = await rig.enroll(client)
    await client.updateMethod({ methodId: old.methodId, label: 'Mine' })
    await rig.gateway.database.clock.advance(60_000)
    const { methodId } = await rig.enroll(client, old.methodId)
    const methods = (await client.securityInfo()).methods
    expect(methods.map(({ id, label }) => ({ id, label }))).toEqual([{ id: methodId, label: 'Mine' }])
  })

  check('renames, and removes what policy does not need', async () => {
    const rig = await rigged()
    const { client } = await rig.newcomer()
    const first = await rig.enroll(client)
    const renamed = await client.updateMethod({ methodId: first.methodId, label: '  My  own  ' })
    expect(renamed.method?.label).toBe('My  own')
    if (madeUp) {
      // By itself it counts for nothing, so no policy needs it.
      expect(await client.removeMethod(first.methodId)).toHaveProperty('securityInfo')
      return
    }
    expect(await client.removeMethod(first.methodId)).toMatchObject({ __typename: 'PolicyDenied' })
    if (rig.limit === 1) return
    await rig.gateway.database.clock.advance(60_000)
    await rig.enroll(client)
    expect(await client.removeMethod(first.methodId)).toHaveProperty('securityInfo')
  })

  check('keeps its limit, also when enrolments finish at the same time', async () => {
    const rig = await rigged()
    const { person, client } = await rig.newcomer()
    let held = await rig.enroll(client)
    if (rig.limit === 1) {
      expect(await rig.begin(client)).toMatchObject({ __typename: 'LimitReached', limit: 1 })
      return
    }
    for (let count = 1; count < rig.limit - 1; count++) held = await rig.enroll(client)

    // Of codes that are sent, one person gets only so many in ten minutes.
    await rig.gateway.database.clock.advance(10 * 60_000)
    const ready = []
    for (let count = 0; count < 4; count++) {
      const session = await rig.signInWith(person, held)
      const begun = await rig.begin(session)
      if (begun.enrollment) ready.push({ session, enrollment: begun.enrollment })
    }
    const answers = await Promise.all(
      ready.map(async ({ session, enrollment }) => {
        const { proof } = await rig.setUp(enrollment)
        return rig.confirm(session, enrollment.id, proof)
      }),
    )
    expect(answers.filter((answer) => answer.__typename === 'LimitReached')).not.toEqual([])
    expect((await client.securityInfo()).methods).toHaveLength(rig.limit)
    expect(await rig.begin(ready[0]?.session ?? client)).toMatchObject({ __typename: 'LimitReached' })
  })
}
