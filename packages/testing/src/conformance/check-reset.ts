import { expect } from 'vitest'
import type { TestDatabase } from '../databases/open.ts'
import { guessesAt } from './check-reset-guesses.ts'
import { passesOnce, provesHere, takesOneOfMany } from './check-reset-once.ts'
import { tellsStrangersNothing } from './check-reset-strangers.ts'
import { newPassword, openResets, type Resets } from './reset-rig.ts'
import { resetWays, type Suite } from './suite.ts'

/** A whole password reset by the API: it takes a gate of the kind, and a second one only where the kind is never the only one. */
export function checkReset<Device>(suite: Suite<Device>): void {
  const { method, conformance, check, skip } = suite
  let shared: Promise<TestDatabase> | undefined
  const database = async () => {
    shared ??= suite.openNew()
    return shared
  }
  for (const way of method.ways) {
    const by = `by ${way.id}`
    if (!resetWays(suite).includes(way)) {
      skip(`A password reset ${by}`, 'this way is not used for PASSWORD_RESET')
      continue
    }
    let opened: Promise<Resets<Device>> | undefined
    const resets = async () => {
      opened ??= database().then((on) => openResets(suite, on, way))
      return opened
    }
    const checks: readonly (readonly [string, (on: Resets<Device>) => Promise<void>])[] = [
      ['C11: sets a new password, and sign-in asks for the second factor as before', setsPassword],
      ['C20: ends what was open before the reset', endsAll],
      ['C1: counts wrong proofs of a gate down, and ends it', countsDown],
      ['C15: spends no attempt on a malformed proof of a gate', spendsNothing],
      ['C6: passes a gate once', passesOnce],
      ['C13: passes a gate in its own reset alone', provesHere],
      ['C5: takes one of 20 right proofs of a gate at the same time', takesOneOfMany],
      ['H1: closes resets to guesses, and never sign-in', guessesAt],
    ]
    check(`H3: walks nobody through the same reset as its owner, ${by}`, async () =>
      tellsStrangersNothing(await resets(), conformance.retype?.stranger),
    )
    if (method.knowledgeBased === true)
      check(`C11: is never the first gate, and asked for once, ${by}`, async () => neverFirst(await resets()))
    const why = conformance.notInReset?.[way.id]
    if (why !== undefined) skip(`A password reset ${by}`, why)
    else for (const [title, run] of checks) check(`${title}, ${by}`, async () => run(await resets()))
  }
}

async function setsPassword<Device>(resets: Resets<Device>): Promise<void> {
  const { rig, way, gates } = resets
  const owner = await resets.owner()
  const visit = await resets.visitOf(owner)
  const password = newPassword()
  expect(await visit.complete(password), 'before the gate').toMatchObject({ code: 'reset.gatesMissing' })
  const gate = await resets.gate(visit, owner)
  expect(gate.step.way).toBe(way.id)
  const { early, codes } = rig.sentFor(gate)
  expect(early, 'nothing goes out before the outbox sends').toBe(0)
  expect(codes.map(({ channel }) => channel)).toEqual(way.channel === undefined ? [] : [way.channel])
  for (const { to } of codes) expect(to, 'the address that was registered').toBe(owner.address ?? to)

  const proven = await visit.prove(gate, await rig.proofFor(owner.device, gate))
  expect(proven.reset).toMatchObject({ ready: true, gatesPassed: gates, refusal: null })
  const completed = await visit.complete(password)
  expect(completed).toMatchObject({ __typename: 'CompletePasswordResetPayload' })

  const forgotten = await rig.client().signIn(owner.person)
  expect(forgotten.session, 'the old password').toBeUndefined()
  const half = await rig.signIn({ ...owner.person, password })
  expect((await half.session())?.state).toBe('SECOND_FACTOR_REQUIRED')
  const whole = await resets.signInFully(owner, password)
  expect((await whole.session())?.state).toBe('ACTIVE')
  const { methods } = await whole.securityInfo()
  expect(methods.map(({ id }) => id)).toContain(owner.methodId)
}

/** What others may find the answers to: whoever could ask for it at will would wait for what they know. */
async function neverFirst<Device>(resets: Resets<Device>): Promise<void> {
  const owner = await resets.owner()
  const typed = resets.typed(owner)
  const [early, visit] = [await resets.visit(owner.person.identifier), await resets.visitOf(owner)]
  expect(await early.begin(typed)).toMatchObject({ __typename: 'PolicyDenied', code: 'reset.notFirst' })
  expect(await visit.begin(typed)).toHaveProperty('gate')
  expect(await visit.begin(typed)).toMatchObject({ __typename: 'PolicyDenied', code: 'reset.alreadyAsked' })
}

async function endsAll<Device>(resets: Resets<Device>): Promise<void> {
  const owner = await resets.owner()
  const sessions = [await resets.signInFully(owner), await resets.rig.signIn(owner.person)]
  const [other, visit] = [await resets.passed(owner), await resets.passed(owner)]
  expect(await visit.complete(newPassword())).toMatchObject({ __typename: 'CompletePasswordResetPayload' })
  for (const session of sessions) expect(await session.session()).toBeUndefined()
  for (const { complete, begin } of [visit, other]) {
    expect(await complete(newPassword())).toMatchObject({ __typename: 'FlowEnded' })
    expect(await begin(resets.typed(owner))).toMatchObject({ __typename: 'FlowEnded' })
  }
}

async function countsDown<Device>(resets: Resets<Device>): Promise<void> {
  const { rig } = resets
  const owner = await resets.owner()
  // What is asked anew after a wrong proof is what the next one answers.
  for (const wrongs of new Set([rig.attempts, rig.attempts - 1])) {
    const visit = await resets.visitOf(owner)
    let gate = await resets.gate(visit, owner)
    for (let left = rig.attempts - 1; left >= rig.attempts - wrongs; left--) {
      const refused = await visit.prove(gate, await rig.wrong('challenge', gate))
      expect(refused).toMatchObject({ __typename: 'ProofRejected', attemptsLeft: left })
      expect(refused.message, 'the code has a text').not.toBe(refused.code)
      gate = { ...gate, step: refused.step ?? gate.step }
    }
    const last = await visit.prove(gate, await rig.proofFor(owner.device, gate))
    const passes = wrongs < rig.attempts
    expect(last.__typename, 'the right proof').toBe(passes ? 'VerifyResetGatePayload' : 'FlowEnded')
  }
}

async function spendsNothing<Device>(resets: Resets<Device>): Promise<void> {
  const { rig } = resets
  const owner = await resets.owner()
  const visit = await resets.visitOf(owner)
  const gate = await resets.gate(visit, owner)
  for (const malformed of rig.malformed('challenge', gate)) {
    const refused = await visit.prove(gate, malformed)
    expect(refused).toMatchObject({ __typename: 'InvalidInput', code: 'input.invalid' })
    expect(refused.path?.slice(0, 2)).toEqual(['proof', rig.kind])
  }
  const wrong = await visit.prove(gate, await rig.wrong('challenge', gate))
  expect(wrong.attemptsLeft, 'the first attempt that counts').toBe(rig.attempts - 1)
}
