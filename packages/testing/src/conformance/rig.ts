import type { KeyRing, Plugin } from '@security-info/core'
import type { TestDatabase } from '../databases/open.ts'
import type { Answer, FlowAnswer } from '../gateway/answers.ts'
import type { Client, Person } from '../gateway/client.ts'
import { openTestGateway, type TestGateway } from '../gateway/gateway.ts'

/** What a plugin's author tells the kit: how a person with this kind of authenticator behaves. */
export interface Conformance<Device> {
  /** Makes the plugin, as a server would. */
  readonly plugin: () => Plugin
  /** Plugins it has to get along with in one schema. */
  readonly others?: readonly Plugin[]
  /** The input of `beginEnrollment`, where the kind needs one. */
  readonly begin?: object
  /** Fields of the setup type that `enroll` needs: `... on TotpSetup { manualKey }`. */
  readonly setup: string
  /** Fields of the prompt type that `answer` needs. */
  readonly prompt?: string
  /** Plays the person who sets the method up: gives the device they now hold, and its first proof. */
  enroll(step: FlowAnswer['step'], now: Date): Promise<{ readonly device: Device; readonly proof: object }>
  /** Plays the person who is asked: gives the proof. `now` is at least half a minute after the last proof. */
  answer(device: Device, step: FlowAnswer['step'], now: Date): Promise<object>
  /** A proof of the right form that is not right. */
  readonly wrong: object
  /** Proofs of the wrong form: refused before an attempt is spent. */
  readonly malformed: readonly object[]
  /** Everything about a device that must be found nowhere in the clear. */
  secrets(device: Device): readonly string[]
}

/** A registered method and the device that belongs to it. */
interface Held<Device> {
  readonly methodId: string
  readonly device: Device
  readonly proof: object
  readonly answer: Answer
}

/** A gateway with the plugin under test, and what people do with it. */
export interface Rig<Device> {
  readonly gateway: TestGateway
  readonly kind: string
  readonly attempts: number
  readonly limit: number
  readonly ttlSeconds: number
  /** Somebody new who has signed in and is in the wizard, or would be asked for nothing. */
  newcomer(): Promise<{ readonly person: Person; readonly client: Client }>
  begin(client: Client, replaces?: string): Promise<Answer>
  /** Goes through enrolment with the right proof. */
  enroll(client: Client, replaces?: string): Promise<Held<Device>>
  /** A new session of the person, up to the second factor. */
  signIn(person: Person): Promise<Client>
  /** Asks for one method, or for the default. */
  beginChallenge(client: Client, methodId?: string): Promise<FlowAnswer>
  /** The right proof for a challenge, half a minute after the last one. */
  proofFor(device: Device, challenge: FlowAnswer): Promise<object>
  /** Confirms an enrolment, or verifies a challenge, with a proof of this kind. */
  confirm(client: Client, enrollmentId: string, proof: object): Promise<Answer>
  verify(client: Client, challengeId: string, proof: object): Promise<Answer>
}

const DAY = 86_400

export async function createRig<Device>(
  conformance: Conformance<Device>,
  database: TestDatabase,
  keyRing?: KeyRing,
): Promise<Rig<Device>> {
  const plugin = conformance.plugin()
  const { method, id: kind } = plugin
  if (!method) throw new Error(`Plugin "${kind}" has no method; describeMethod is for methods.`)
  const gateway = await openTestGateway(database, {
    plugins: [plugin],
    policy: policyFor(plugin),
    // Sessions outlive flows, so that it is the flow that a test sees expire.
    session: { pendingSeconds: DAY, idleSeconds: DAY },
    ...(keyRing ? { keyRing } : {}),
  })
  const { clock } = database

  const rig: Rig<Device> = {
    gateway,
    kind,
    attempts: method.limits.attempts,
    limit: method.limits.methods,
    ttlSeconds: method.limits.ttlSeconds,
    async newcomer() {
      const person = await gateway.person()
      return { person, client: await rig.signIn(person) }
    },
    begin: (client, replaces) =>
      client.beginEnrollment(
        { method: { [kind]: conformance.begin ?? {} }, ...(replaces ? { replaces } : {}) },
        conformance.setup,
      ),
    async enroll(client, replaces) {
      const begun = await rig.begin(client, replaces)
      const enrollment = must(begun, begun.enrollment)
      const { device, proof } = await conformance.enroll(enrollment.step, await clock.now())
      const answer = await rig.confirm(client, enrollment.id, proof)
      return { methodId: must(answer, answer.method).id, device, proof, answer }
    },
    async signIn(person) {
      const client = gateway.client()
      const answer = await client.signIn(person)
      must(answer, answer.session)
      return client
    },
    async beginChallenge(client, methodId) {
      const begun = await client.beginChallenge(methodId ? { methodId } : {}, conformance.prompt)
      return must(begun, begun.challenge)
    },
    async proofFor(device, challenge) {
      await clock.advance(31_000)
      return conformance.answer(device, challenge.step, await clock.now())
    },
    confirm: (client, enrollmentId, proof) =>
      client.confirmEnrollment({ enrollmentId, proof: { [kind]: proof } }),
    verify: (client, challengeId, proof) => client.verifyChallenge({ challengeId, proof: { [kind]: proof } }),
  }
  return rig
}

/** A policy under which one method of the kind is required: for two-factor, or where it can't be that, for reset. */
export function policyFor(plugin: Plugin): object {
  const second = plugin.method?.ways.some((way) => way.usedFor.includes('TWO_FACTOR'))
  return second ? {} : { twoFactor: 'off', registration: { required: { PASSWORD_RESET: 1 } } }
}

/** The payload's part, or a failure that says what came instead. */
export function must<T>(answer: Answer, part: T | null | undefined): T {
  if (part === null || part === undefined) {
    throw new Error(`Expected success, got ${answer.__typename}: ${answer.code} ${answer.message}`)
  }
  return part
}
