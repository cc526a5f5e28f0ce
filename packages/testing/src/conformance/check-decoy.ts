import { expect } from 'vitest'
import { type Alone, alone } from './alone.ts'
import { shapeOf } from './shape.ts'
import type { Suite } from './suite.ts'

/**
 * A reset asks for people who may not exist, so a challenge of nobody has to look like one of somebody, and a proof of nobody has
 * to be refused like a wrong one. The handlers are asked: what they keep and how much they compute shows in no answer.
 */
export function checkDecoy<Device>(suite: Suite<Device>): void {
  const { method, check, skip } = suite
  for (const { id: way, usedFor, channel } of method.ways) {
    const resets = usedFor.includes('PASSWORD_RESET')
    const sends = channel !== undefined
    const purpose = resets ? 'PASSWORD_RESET' : 'TWO_FACTOR'

    check(`refuses every proof of nobody as a wrong one, by ${way}`, async () =>
      refusesNobody(suite, await alone(suite, way, purpose), { resets, sends }),
    )
    const [asks, refuses] = [
      `asks nobody the same as somebody, by ${way}`,
      `refuses nobody the same as somebody, after the same work, by ${way}`,
    ]
    if (resets) {
      check(asks, async () => asksAlike(await alone(suite, way, purpose), sends))
      check(refuses, async () => refusesAlike(suite, await alone(suite, way, purpose), sends))
    } else {
      const why = 'this way is not used for PASSWORD_RESET, and sign-in knows its people'
      for (const title of [asks, refuses]) skip(title, why)
    }
  }
}

async function asksAlike<Device>({ challenge, own }: Alone<Device>, sends: boolean): Promise<void> {
  const [somebody, nobody, again] = [await challenge([own]), await challenge([]), await challenge([])]
  expect(nobody, 'a decoy sends nothing').not.toHaveProperty('deliver')
  expect(shapeOf(nobody.view)).toEqual(shapeOf(somebody.view))
  if (!sends) return
  expect(somebody, 'a code goes to the method').toHaveProperty('deliver.to')
  expect(again, 'asked twice, nobody has the same address').toHaveProperty('view', nobody.view)
}

async function refusesNobody<Device>(
  suite: Suite<Device>,
  kind: Alone<Device>,
  { resets, sends }: { readonly resets: boolean; readonly sends: boolean },
): Promise<void> {
  const { handlers, attempt } = kind
  const step = await kind.challenge(resets ? [] : [kind.own])
  const { right, wrong } = await proofs(suite, kind, step)
  for (const proof of [wrong, right]) {
    // The code that nobody was sent is guessed once in a million times.
    for (const codeOk of sends ? [false, true] : [undefined]) {
      for (const number of [1, 2]) {
        const at = attempt(step.pending, { number, ...(codeOk === undefined ? {} : { codeOk }) })
        const verdict = await handlers.verify(at, [], proof)
        expect(verdict).toMatchObject({ ok: false, refused: 'wrong-proof' })
        expect(verdict, 'nobody has a copy').not.toHaveProperty('risk')
      }
    }
  }
}

async function refusesAlike<Device>(
  suite: Suite<Device>,
  kind: Alone<Device>,
  sends: boolean,
): Promise<void> {
  const { handlers, attempt, own, hashes } = kind
  const [somebody, nobody] = [await kind.challenge([own]), await kind.challenge([])]
  const ofSomebody = await proofs(suite, kind, somebody)
  const ofNobody = await proofs(suite, kind, nobody)
  const code = (codeOk: boolean) => (sends ? { codeOk } : {})
  const proven = await handlers.verify(attempt(somebody.pending, code(true)), [own], ofSomebody.right)
  expect(proven, 'its owner proves it').toMatchObject({ ok: true, methodId: own.id })

  const real = attempt(somebody.pending, code(false))
  const decoy = attempt(nobody.pending, code(false))
  const refused = await handlers.verify(real, [own], ofSomebody.wrong)
  const nobodys = await handlers.verify(decoy, [], ofNobody.wrong)
  expect(told(nobodys)).toEqual(told(refused))
  for (const verdict of [refused, nobodys]) {
    if (!('next' in verdict) || !verdict.next) continue
    expect(shapeOf(verdict.next.view), 'what is asked next').toEqual(shapeOf(somebody.view))
    const kept: unknown = JSON.parse(JSON.stringify(verdict.next.pending))
    expect(suite.method.challenging.safeParse(kept).error, 'what is kept of it').toBeUndefined()
    expect(verdict.next, 'a new code comes by resendCode alone').not.toHaveProperty('deliver')
  }
  const work = await hashes(() => handlers.verify(real, [own], ofSomebody.wrong))
  expect(await hashes(() => handlers.verify(decoy, [], ofNobody.wrong)), 'slow hashes').toBe(work)
}

/** What a stranger hears of a refusal. */
function told(verdict: object): unknown {
  const { refused, path, next } = verdict as { refused?: string; path?: readonly string[]; next?: object }
  return { refused, path: path ?? [], asksAgain: next !== undefined }
}

/** What the device gives, right or wrong, for what a challenge shows. */
async function proofs<Device>(
  { conformance }: Suite<Device>,
  { device, start, shown, proof }: Alone<Device>,
  of: Parameters<Alone<Device>['shown']>[0],
) {
  const step = await shown(of)
  const { wrong } = conformance
  return {
    right: proof(await conformance.answer(device, step, start.now, '271828')),
    wrong: proof(typeof wrong === 'function' ? await wrong({ flow: 'challenge', step }) : wrong),
  }
}
