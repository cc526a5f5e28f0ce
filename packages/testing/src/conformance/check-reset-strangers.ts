import { expect } from 'vitest'
import type { Gate } from './reset-documents.ts'
import { newPassword, type Resets } from './reset-rig.ts'
import { comparable } from './shape.ts'

/** Who is named in a reset, and what is typed. */
interface Said {
  readonly who: string
  readonly identifier: string
  readonly typed: object
}

/**
 * Whoever knows nothing learns nothing: not from the words of any answer nor from what a step shows. The walk is the same for a
 * method's owner, for nobody, for somebody without one and for one that is too new; and only the owner is sent something.
 */
export async function tellsStrangersNothing<Device>(
  resets: Resets<Device>,
  stranger: object | undefined,
): Promise<void> {
  const { rig, way } = resets
  const owner = await resets.owner()
  const typed = resets.typed(owner)
  const { identifier } = owner.person
  const cast: Said[] = [{ who: 'nobody', identifier: `no-${identifier}`, typed }]
  const { person: bare } = await rig.newcomer()
  cast.push({ who: 'somebody without one', identifier: bare.identifier, typed })
  if (stranger && rig.watched.refs?.retyped) {
    const { person } = await resets.owner()
    cast.push({ who: 'the owner of another', identifier: person.identifier, typed: stranger })
  }
  if (way.channel !== undefined) {
    const held = await resets.owner({ justNow: true })
    cast.push({
      who: 'the owner of a new one',
      identifier: held.person.identifier,
      typed: resets.typed(held),
    })
  }
  const known = await walk(resets, { who: 'the owner', identifier, typed })
  const mayBegin = resets.gates === 1
  expect(known.sent).toBe(mayBegin && way.channel !== undefined ? 1 : 0)
  for (const said of cast) {
    const seen = await walk(resets, said)
    expect(seen.sent, `codes to ${said.who}`).toBe(0)
    for (const [at, answer] of seen.answers.entries()) {
      expect({ who: said.who, answer }).toEqual({ who: said.who, answer: known.answers[at] })
    }
    expect(seen.answers).toHaveLength(known.answers.length)
  }
}

/** Everything that can be done without a right proof. A kind that is never the first gate is refused as one. */
async function walk<Device>({ rig, visit: start }: Resets<Device>, { identifier, typed }: Said) {
  const visit = await start(identifier)
  const begun = await visit.begin(typed)
  const answers = [comparable(visit.started), comparable(begun)]
  let { gate }: { readonly gate?: Gate } = begun
  const codes = gate ? rig.sentFor(gate).codes : []
  for (let times = 0; gate && times <= rig.attempts; times++) {
    const refused = await visit.prove(gate, await rig.wrong('challenge', gate))
    answers.push(comparable(refused))
    gate = { ...gate, step: refused.step ?? gate.step }
  }
  answers.push(comparable(await visit.complete(newPassword())))
  return { answers, sent: codes.length }
}
