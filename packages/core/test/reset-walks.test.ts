import { type Client, eachDatabase, type TestDatabase } from '@security-info/testing'
import { sql } from 'drizzle-orm'
import fc from 'fast-check'
import { beforeAll, expect, it } from 'vitest'
import { json, uuid } from '../src/storage/sql.ts'
import { newAnswers, quiz } from './plugins/quiz.ts'
import { granted, must, wrong } from './support/people.ts'
import { openPhones, type PhoneGateway } from './support/phones.ts'
import {
  beginGate,
  completeReset,
  enrollQuiz,
  type Forgetful,
  finishRehearsal,
  forgetful,
  newPassword,
  type ResetAnswer,
  rehearse,
  resendGate,
  signsIn,
  startReset,
  unlock,
  verifyGate,
} from './support/resets.ts'
import { belongings, query } from './support/rows.ts'

const KINDS = ['pin', 'texting', 'mail', 'quiz'] as const
type Kind = (typeof KINDS)[number]

/** What two people and whoever poses as them do, in any order, with good and bad proofs. */
type Step =
  | { readonly do: 'start' | 'rehearse'; readonly slot: number; readonly person: number }
  | { readonly do: 'begin'; readonly slot: number; readonly kind: Kind; readonly own: boolean }
  | { readonly do: 'prove'; readonly slot: number; readonly flow: number; readonly good: boolean }
  | { readonly do: 'pass'; readonly slot: number; readonly kind: Kind }
  | { readonly do: 'resend'; readonly slot: number; readonly flow: number }
  | { readonly do: 'complete' | 'unlock' | 'finish'; readonly slot: number }
  | { readonly do: 'old'; readonly slot: number }
  | { readonly do: 'remove'; readonly person: number; readonly kind: Kind }
  | { readonly do: 'demand'; readonly gates: 1 | 2 }

const slot = fc.nat({ max: 1 })
const person = fc.nat({ max: 1 })
const kind = fc.constantFrom(...KINDS)
const mostly = fc.oneof(
  { weight: 3, arbitrary: fc.constant(true) },
  { weight: 1, arbitrary: fc.constant(false) },
)
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('start', 'start', 'rehearse'), slot, person }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('begin'), slot, kind, own: mostly }) },
  {
    weight: 7,
    arbitrary: fc.record({ do: fc.constant('prove'), slot, flow: fc.nat({ max: 4 }), good: mostly }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('resend'), slot, flow: fc.nat({ max: 4 }) }) },
  {
    weight: 5,
    arbitrary: fc.record({ do: fc.constantFrom('complete', 'complete', 'unlock', 'finish'), slot }),
  },
  // Begun and proven at once: else few walks would get anywhere.
  { weight: 9, arbitrary: fc.record({ do: fc.constant('pass'), slot, kind }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('old'), slot }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('remove'), person, kind }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('demand'), gates: fc.constantFrom(1, 2) }) },
)
const walks = fc.array(step, { minLength: 15, maxLength: 35 })

/** The shortest way to a new password: walks at random might all miss it. */
const straight: readonly Step[] = [
  { do: 'start', slot: 0, person: 0 },
  { do: 'begin', slot: 0, kind: 'texting', own: true },
  { do: 'prove', slot: 0, flow: 0, good: true },
  { do: 'complete', slot: 0 },
  { do: 'begin', slot: 0, kind: 'quiz', own: true },
  { do: 'prove', slot: 0, flow: 0, good: true },
  { do: 'complete', slot: 0 },
]

interface Flow {
  readonly id: string
  readonly kind: Kind
  readonly code: string | undefined
  question: number
}
/** A reset, or a rehearsal, as the model sees it. */
interface Slot {
  token: string
  old: string
  readonly person: number
  readonly rehearsal: boolean
  readonly proven: Set<Kind>
  readonly flows: Flow[]
}
interface Someone extends Forgetful {
  readonly answers: readonly string[]
  password: string
  readonly has: Set<Kind>
}
interface Scene {
  readonly gateway: PhoneGateway
  readonly people: readonly Someone[]
  readonly slots: (Slot | undefined)[]
  readonly visitor: Client
  gates: number
  completed: number
}

const PROMPT = '... on QuizPrompt { question }'
const succeeded = (answer: ResetAnswer) => answer.code === undefined

async function someone(gateway: PhoneGateway): Promise<Someone> {
  const who = await forgetful(gateway)
  const answers = newAnswers()
  granted(await enrollQuiz(who.client, answers))
  return { ...who, answers, password: who.person.password, has: new Set(KINDS) }
}

/** What was typed, or would be the right answer. */
function typed(who: Someone, which: Kind): object {
  return which === 'texting' ? { number: who.number } : which === 'mail' ? { address: who.address } : {}
}
function proofOf(who: Someone, { kind: which, code, question }: Flow, good: boolean): object {
  if (which === 'quiz') return { quiz: { answer: good ? who.answers[question] : 'wrong' } }
  if (which === 'pin') return { pin: { code: good ? who.pin : wrong(who.pin) } }
  const right = code ?? '000000'
  return { [which]: { code: good ? right : wrong(right) } }
}

/** Whether the policy lets a slot set a password: by what it has really proven, of what is still there. */
function entitled({ people, gates }: Scene, { proven, person: at, rehearsal }: Slot): boolean {
  const counts = [...proven].filter((one) => must(people[at]).has.has(one))
  return !rehearsal && counts.length >= gates && counts.some((one) => one !== 'quiz')
}

/** Takes a step. What is refused changes nothing; what is granted has to be earned. */
async function take(scene: Scene, step: Step): Promise<void> {
  const { gateway, people, slots, visitor } = scene
  if (step.do === 'demand') {
    scene.gates = step.gates
    await gateway.database.db.execute(sql`insert into security_info.policy_version (document, source)
      values (${json({ passwordReset: { gates: step.gates } })}, 'administrator')`)
    return
  }
  if (step.do === 'remove') {
    const { userId } = must(people[step.person]).person
    must(people[step.person]).has.delete(step.kind)
    await gateway.database.db.execute(sql`with gone as (
        delete from security_info.method where user_id = ${uuid(userId)} and kind = ${step.kind})
      update security_info.account set revision = revision + 1 where user_id = ${uuid(userId)}`)
    return
  }
  if ('person' in step) {
    const who = must(people[step.person])
    const begun =
      step.do === 'start' ? await startReset(visitor, who.person.identifier) : await rehearse(who.client)
    const token = must(begun.token)
    const rehearsal = step.do === 'rehearse'
    slots[step.slot] = { token, old: token, person: step.person, rehearsal, proven: new Set(), flows: [] }
    return
  }
  const at = slots[step.slot]
  if (at) await within(scene, at, step)
}

type Inner = Exclude<Step, { readonly person: number } | { readonly gates: 1 | 2 }>

async function within(scene: Scene, at: Slot, step: Inner): Promise<void> {
  const { gateway, people, slots, visitor } = scene
  const who = must(people[at.person])
  const { token } = at
  switch (step.do) {
    case 'begin': {
      const typist = step.own ? who : must(people[1 - at.person])
      const method = { [step.kind]: typed(typist, step.kind) }
      const { gate } = await beginGate(visitor, { token, method }, PROMPT)
      const to = step.kind === 'mail' ? typist.address : typist.number
      const code = (await gateway.deliver()).findLast((one) => one.to === to && one.code !== undefined)?.code
      if (gate)
        at.flows.unshift({ id: gate.id, kind: step.kind, code, question: Number(gate.step.question ?? 0) })
      return
    }
    case 'prove': {
      // Its own gates, and those of the other slots.
      const all = [...at.flows, ...slots.flatMap((one) => (one && one !== at ? one.flows : []))]
      const flow = all[step.flow]
      if (!flow) return
      const input = { token, gateId: flow.id, proof: proofOf(who, flow, step.good) }
      const answer = await verifyGate(visitor, input, PROMPT)
      if (typeof answer.step?.question === 'number') flow.question = answer.step.question
      if (!succeeded(answer)) return
      const earned =
        step.good && at.flows.includes(flow) && who.has.has(flow.kind) && !at.proven.has(flow.kind)
      expect({ earned, flow, proven: [...at.proven] }).toMatchObject({ earned: true })
      at.proven.add(flow.kind)
      at.old = token
      at.token = must(answer.token)
      return
    }
    case 'pass':
      await within(scene, at, { do: 'begin', slot: step.slot, kind: step.kind, own: true })
      return within(scene, at, { do: 'prove', slot: step.slot, flow: 0, good: true })
    case 'resend':
      return void (await resendGate(visitor, { token, gateId: at.flows[step.flow]?.id ?? 'none' }))
    case 'old':
      if (at.old === token) return
      expect(await completeReset(visitor, { token: at.old, newPassword: newPassword() })).toMatchObject({
        code: 'flow.ended',
      })
      return
    case 'finish':
      return void (await finishRehearsal(who.client, { token }))
    default: {
      const password = newPassword()
      const may = entitled(scene, at)
      const answer =
        step.do === 'complete'
          ? await completeReset(visitor, { token, newPassword: password })
          : await unlock(visitor, { token })
      if (!succeeded(answer)) return
      expect({ may, proven: [...at.proven], gates: scene.gates }).toMatchObject({ may: true })
      // The reset is over; a new password ends all the others.
      for (const [index, one] of slots.entries()) {
        if (one === at || (step.do === 'complete' && one?.person === at.person)) slots[index] = undefined
      }
      if (step.do === 'unlock') return
      who.password = password
      scene.completed++
    }
  }
}

eachDatabase('Whatever the order of steps in a reset', (open, driver) => {
  let database: TestDatabase
  let gateway: PhoneGateway
  beforeAll(async () => {
    database = await open()
    gateway = await openPhones(database, { plugins: [quiz()] })
  })
  const hashOf = async ({ person: { userId } }: Someone) =>
    (
      await query<{ hash: string }>(
        database,
        sql`select encode(password, 'base64') || ' ' || password_version as hash from security_info.account where user_id = ${uuid(userId)}`,
      )
    )[0]?.hash

  it('C7 C11: no password changes without the gates that policy demands, and nobody touches what is not theirs', async () => {
    let completed = 0
    await fc.assert(
      fc.asyncProperty(walks, async (walk) => {
        const people = [await someone(gateway), await someone(gateway)] as const
        const scene: Scene = { gateway, people, slots: [], visitor: gateway.client(), gates: 2, completed: 0 }
        await take(scene, { do: 'demand', gates: 2 })
        for (const at of [0, 1]) await take(scene, { do: 'start', slot: at, person: at })
        for (const one of walk) {
          const owner = personOf(scene, one)
          const others = people.filter((_, at) => at !== owner)
          const rows = await Promise.all(others.map(({ person: { userId } }) => belongings(database, userId)))
          const [hashes, before] = [await Promise.all(people.map(hashOf)), scene.completed]
          // A refusal by the gate is an answer too: the session of the owner has ended, or owes something.
          await take(scene, one).catch((error: unknown) => {
            const { extensions } = error as { extensions?: { code?: string } }
            if (!['UNAUTHENTICATED', 'FORBIDDEN'].includes(extensions?.code ?? '')) throw error
          })
          const after = await Promise.all(
            others.map(({ person: { userId } }) => belongings(database, userId)),
          )
          const untouched = owner === undefined ? after : rows
          expect({ one, after }).toEqual({ one, after: untouched })
          const changed = (await Promise.all(people.map(hashOf))).filter((hash, at) => hash !== hashes[at])
          expect({ one, changed: changed.length }).toEqual({ one, changed: scene.completed - before })
          // Ledgers and caps are another test's matter; a walk is long.
          await database.db.execute(sql`delete from security_info.budget`)
          await database.db.execute(sql`delete from security_info.send_count`)
        }
        for (const who of people) expect(await signsIn(gateway, who.person, who.password)).toBe(true)
        completed += scene.completed
      }),
      { numRuns: driver === 'postgres' ? 8 : 3, examples: [[straight]] },
    )
    // The walks do get somewhere.
    expect(completed).toBeGreaterThan(0)
  })

  /** Whose rows a step may change; undefined where it is everybody's. */
  function personOf({ slots }: Scene, one: Step): number | undefined {
    if (one.do === 'demand') return undefined
    return 'person' in one ? one.person : slots[one.slot]?.person
  }
})
