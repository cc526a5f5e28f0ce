import {
  type Answer,
  type Client,
  eachDatabase,
  openTestGateway,
  type Person,
  type TestDatabase,
  type TestGateway,
} from '@security-info/testing'
import { sql } from 'drizzle-orm'
import fc from 'fast-check'
import { beforeAll, expect, it } from 'vitest'
import { uuid } from '../src/storage/sql.ts'
import { type KeyInHand, key, newKey } from './plugins/key.ts'
import { pin } from './plugins/pin.ts'
import { answerPin, enrollKey, must, proveKey, signedIn, wrong } from './support/people.ts'

/** What one person and two browsers do, in any order, with good and bad proofs. */
type Step =
  | { readonly do: 'signIn' | 'signOut' | 'finish' | 'snooze' | 'reauthenticate' | 'remove' | 'rename' }
  | {
      readonly do: 'beginPin' | 'confirmPin' | 'challenge' | 'answer' | 'key' | 'touch'
      readonly good: boolean
    }
type Walk = readonly (Step & { readonly session: number })[]

const names = ['signIn', 'signOut', 'finish', 'snooze', 'reauthenticate', 'remove', 'rename'] as const
const proofs = ['beginPin', 'confirmPin', 'challenge', 'answer', 'key', 'touch'] as const
const session = fc.nat({ max: 1 })
const step = fc.oneof(
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom(...names), session }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('finish' as const), session }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constantFrom(...proofs), good: fc.boolean(), session }),
  },
)
const walks: fc.Arbitrary<Walk> = fc.array(step, { minLength: 5, maxLength: 20 })

/** The shortest way to a full session: walks at random might all miss it. */
const straight: Walk = [
  { do: 'beginPin', good: true, session: 0 },
  { do: 'confirmPin', good: true, session: 0 },
  { do: 'finish', session: 0 },
]

/** What a session has earned, as the model sees it. */
interface Earned {
  password: boolean
  /** It proved, or enrolled itself, a second factor. */
  second: boolean
  /** By a bad proof. */
  cheated?: boolean
  enrollment?: { readonly id: string; readonly pin: string }
  challenge?: { readonly id: string; readonly kind: string }
}

interface Browser {
  client: Client
  earned: Earned
}
/** One person with two browsers. */
interface Scene {
  readonly gateway: TestGateway
  readonly person: Person
  readonly browsers: readonly Browser[]
  readonly hand: KeyInHand
  /** The newest pin that was enrolled. */
  pin: string
}

function sceneOf(gateway: TestGateway, person: Person): Scene {
  const browsers = [0, 1].map(() => ({
    client: gateway.client(),
    earned: { password: false, second: false },
  }))
  return { gateway, person, browsers, hand: newKey(`walk ${person.userId}`), pin: '123456' }
}

/** Takes one step, and keeps what it earned. A bad proof earns nothing, whatever the gateway says. */
async function take(scene: Scene, step: Walk[number]): Promise<void> {
  const at = must(scene.browsers[step.session])
  switch (step.do) {
    case 'signIn':
      at.client = scene.gateway.client()
      at.earned = { password: false, second: false }
      at.earned.password = succeeded(await at.client.signIn(scene.person))
      return
    case 'signOut':
      await at.client.signOut()
      at.earned = { password: false, second: false }
      return
    case 'finish':
      return void (await at.client.finishRegistration())
    case 'snooze':
      return void (await at.client.snoozeRegistration())
    case 'reauthenticate':
      return void (await at.client.reauthenticate(scene.person.password))
    case 'remove':
    case 'rename':
      return change(at.client, step.do)
    default:
      if (await prove(scene, at, step.do, step.good)) {
        at.earned.second = true
        at.earned.cheated = !step.good
      }
  }
}

async function change(client: Client, what: 'remove' | 'rename'): Promise<void> {
  if ((await client.session()) === undefined) return
  const [method] = (await client.securityInfo()).methods
  if (!method) return
  if (what === 'remove') await client.removeMethod(method.id)
  else await client.updateMethod({ methodId: method.id, label: 'Renamed', makeDefault: true })
}

/** Whether a second factor was accepted. */
async function prove(
  scene: Scene,
  { client, earned }: Browser,
  how: (typeof proofs)[number],
  good: boolean,
): Promise<boolean> {
  if (how === 'confirmPin' && !earned.enrollment) await prove(scene, { client, earned }, 'beginPin', good)
  if (how === 'answer' && !earned.challenge) await prove(scene, { client, earned }, 'challenge', good)
  const { enrollment, challenge } = earned
  switch (how) {
    case 'beginPin': {
      const begun = await client.beginEnrollment({ method: { pin: {} } }, '... on PinSetup { pin }')
      if (begun.enrollment)
        earned.enrollment = { id: begun.enrollment.id, pin: String(begun.enrollment.step.pin) }
      return false
    }
    case 'confirmPin': {
      if (!enrollment) return false
      const code = good ? enrollment.pin : wrong(enrollment.pin)
      const done = await client.confirmEnrollment({ enrollmentId: enrollment.id, proof: { pin: { code } } })
      if (done.__typename !== 'ProofRejected') delete earned.enrollment
      if (succeeded(done)) scene.pin = enrollment.pin
      return succeeded(done)
    }
    case 'challenge': {
      const begun = await client.beginChallenge()
      if (begun.challenge) earned.challenge = { id: begun.challenge.id, kind: begun.challenge.kind }
      return false
    }
    case 'answer': {
      if (challenge?.kind !== 'pin') return false
      const done = await answerPin(client, challenge.id, good ? scene.pin : wrong(scene.pin))
      if (done.__typename !== 'ProofRejected') delete earned.challenge
      return succeeded(done)
    }
    case 'key': {
      const hand = { ...scene.hand, credential: crypto.randomUUID() }
      return good && succeeded(await enrollKey(client, hand))
    }
    case 'touch': {
      const options = (await client.session())?.proofOptions ?? []
      const method = options.find((one) => one.method.kind === 'key')?.method
      if (!method) return false
      const hand = good ? scene.hand : { ...scene.hand, secret: 'another' }
      return succeeded(await proveKey(client, hand, method.id))
    }
  }
}

const succeeded = (answer: Answer) => answer.code === undefined

eachDatabase('Whatever the order of steps', (open, driver) => {
  let database: TestDatabase
  let gateway: TestGateway
  beforeAll(async () => {
    database = await open()
    gateway = await openTestGateway(database, { plugins: [pin(), key()] })
  })

  it('C7: no session is full without a password and a second factor, proven or enrolled in it', async () => {
    let full = 0
    await fc.assert(
      fc.asyncProperty(walks, async (walk) => {
        const person = await gateway.person()
        const scene = sceneOf(gateway, person)
        for (const at of [0, 1]) await take(scene, { do: 'signIn', session: at })
        for (const step of walk) {
          // A refusal by the gate is an answer too.
          await take(scene, step).catch((error: unknown) => {
            const { extensions } = error as { extensions?: { code?: string } }
            if (!['FORBIDDEN', 'UNAUTHENTICATED'].includes(extensions?.code ?? '')) throw error
          })
          // The ledgers are another test's matter; a walk is long.
          await database.db.execute(
            sql`delete from security_info.budget where user_id = ${uuid(person.userId)}`,
          )
          for (const { client, earned } of scene.browsers) {
            const state = (await client.session())?.state
            const deserved = { live: earned.password, full: earned.password && earned.second }
            const has = { live: state !== undefined, full: state === 'ACTIVE' }
            const tooMuch = (has.live && !deserved.live) || (has.full && !deserved.full) || earned.cheated
            expect({ earned, state, tooMuch: tooMuch ?? false }).toEqual({ earned, state, tooMuch: false })
            if (has.full) full++
          }
        }
      }),
      { numRuns: driver === 'postgres' ? 25 : 10, examples: [[straight]] },
    )
    // The walks do get somewhere.
    expect(full).toBeGreaterThan(0)
  })

  it('C7: no step can be left out', async () => {
    const { client } = await signedIn(gateway)
    expect((await client.session())?.state).toBe('SECURITY_INFO_REQUIRED')
    expect(await client.finishRegistration()).toMatchObject({
      code: 'registration.missing.TWO_FACTOR',
      rule: 'registration.required.TWO_FACTOR',
    })
    expect(await client.snoozeRegistration()).toMatchObject({ code: 'registration.notSkippable' })
    const nothing = Buffer.from(`Enrollment:${crypto.randomUUID()}`).toString('base64url')
    expect(
      await client.confirmEnrollment({ enrollmentId: nothing, proof: { pin: { code: '123456' } } }),
    ).toMatchObject({ code: 'flow.ended' })
    expect((await client.session())?.state).toBe('SECURITY_INFO_REQUIRED')
  })
})
