import { randomUUID } from 'node:crypto'
import type { KeyRing, Plugin } from '@security-info/core'
import type { TestDatabase } from '../databases/open.ts'
import type { Answer, FlowAnswer } from '../gateway/answers.ts'
import type { Client, Person } from '../gateway/client.ts'
import { openTestGateway, type SentMessage, type TestGateway } from '../gateway/gateway.ts'
import { company } from './company.ts'
import type { Asked, Conformance } from './conformance.ts'
import { type Watched, watch } from './watch.ts'

/** A registered method and the device that belongs to it. */
interface Held<Device> {
  readonly methodId: string
  readonly device: Device
  readonly proof: object
  readonly answer: Answer
}

/** Codes that one call has sent. */
interface Sent {
  /** How many were gone when the call answered: before the outbox was asked to send. */
  readonly early: number
  readonly codes: readonly SentMessage[]
}

/** What somebody is asked: an enrolment, a challenge, a gate of a reset. */
type Asking = Pick<FlowAnswer, 'id' | 'step'>

/** What a call gives that sends a code. */
interface Sending extends Answer {
  readonly gate?: Asking
}

export interface RigOptions {
  readonly keyRing?: KeyRing
  /** By which way people set up and prove; the kind's first for each, where it is left out. */
  readonly way?: string
  /** The policy, where it is not that one method of the kind is required. */
  readonly policy?: object
  readonly beside?: readonly Plugin[]
}

/** A gateway with the plugin under test, and what people do with it. */
export interface Rig<Device> {
  readonly gateway: TestGateway
  readonly kind: string
  readonly attempts: number
  readonly limit: number
  readonly ttlSeconds: number
  readonly watched: Watched
  /** Everything that clients of this rig were told, as JSON. */
  readonly heard: readonly string[]
  /** A client whose answers are in `heard`. */
  client(token?: string): Client
  /** Somebody new who has signed in and is in the wizard, or would be asked for nothing. Notices go to `contact`. */
  newcomer(): Promise<{ readonly person: Person; readonly client: Client; readonly contact: string }>
  /** Begins an enrolment; a code that is sent goes out. */
  begin(client: Client, replaces?: string): Promise<Answer>
  /** The device and the first proof of an enrolment that has begun; with the code that was sent last, or with this one. */
  setUp(enrollment: FlowAnswer, code?: string): Promise<{ readonly device: Device; readonly proof: object }>
  /** Goes through enrolment with the right proof. */
  enroll(client: Client, replaces?: string): Promise<Held<Device>>
  /** A new session of the person, up to the second factor. */
  signIn(person: Person): Promise<Client>
  /** The same, and proves where that is asked. */
  signInWith(person: Person, held: Pick<Held<Device>, 'methodId' | 'device'>): Promise<Client>
  /** Asks for one method, or for the default; a code that is sent goes out. */
  beginChallenge(client: Client, methodId?: string): Promise<FlowAnswer>
  /** The right proof for a challenge or a gate, half a minute after the last one. */
  proofFor(device: Device, challenge: Asking, code?: string): Promise<object>
  /** Does what sends a code, which goes out. */
  sending<A extends Sending>(work: () => Promise<A>): Promise<A>
  /** What the last call that began a flow, or sent its code again, has sent. */
  sentFor(flow: Pick<FlowAnswer, 'id'>): Sent
  /** The code that was sent last for a flow; empty where none was. */
  codeOf(flow: Pick<FlowAnswer, 'id'>): string
  /** Asks for a new code, which goes out. */
  resend(client: Client, flowId: string, way?: string): Promise<Answer>
  wrong(flow: Asked['flow'], of: Asking): Promise<object>
  malformed(flow: Asked['flow'], of: Asking): readonly object[]
  /** Confirms an enrolment, or verifies a challenge, with a proof of this kind. */
  confirm(client: Client, enrollmentId: string, proof: object): Promise<Answer>
  verify(client: Client, challengeId: string, proof: object): Promise<Answer>
}

const DAY = 86_400

export async function createRig<Device>(
  conformance: Conformance<Device>,
  database: TestDatabase,
  options: RigOptions = {},
): Promise<Rig<Device>> {
  const { plugin, watched } = watch(conformance.plugin())
  const { method, id: kind } = plugin
  if (!method) throw new Error(`Plugin "${kind}" has no method; describeMethod is for methods.`)
  const gateway = await openTestGateway(database, {
    plugins: [plugin, ...company(plugin, conformance.others ?? []), ...(options.beside ?? [])],
    policy: options.policy ?? policyFor(plugin),
    // Sessions outlive flows, so that it is the flow that a test sees expire.
    session: { pendingSeconds: DAY, idleSeconds: DAY },
    ...(options.keyRing ? { keyRing: options.keyRing } : {}),
  })
  const { clock } = database
  const ids: readonly string[] = method.ways.map((way) => way.id)
  const enrolling = conformance.enrollsBy ?? ids
  const enrollWay = options.way !== undefined && enrolling.includes(options.way) ? options.way : enrolling[0]
  const heard: string[] = []
  const begun = new Map<string, object>()
  const sent = new Map<string, Sent>()

  /** What is due goes out before, so that of two codes the one that `work` sends is known. */
  const sending = async <A extends Sending>(work: () => Promise<A>): Promise<A> => {
    await gateway.deliver()
    const before = gateway.messages.length
    const answer = await work()
    const early = gateway.messages.length - before
    await gateway.deliver()
    const codes = gateway.messages.slice(before).filter((message) => message.code !== undefined)
    const flow = answer.enrollment ?? answer.challenge ?? answer.flow ?? answer.gate
    if (flow) sent.set(flow.id, { early, codes })
    return answer
  }

  const rig: Rig<Device> = {
    gateway,
    kind,
    attempts: method.limits.attempts,
    limit: method.limits.methods,
    ttlSeconds: method.limits.ttlSeconds,
    watched,
    heard,
    sending,
    client(token) {
      const client = gateway.client(token === undefined ? {} : { token })
      const { send } = client
      client.send = async (document, variables) => {
        const outcome = await send(document, variables)
        heard.push(JSON.stringify(outcome))
        return outcome
      }
      return client
    },
    async newcomer() {
      const contact = `contact-${randomUUID()}@example.test`
      const person = await gateway.person({ contactEmail: contact })
      return { person, client: await rig.signIn(person), contact }
    },
    async begin(client, replaces) {
      const { begin = {} } = conformance
      const input: object = typeof begin === 'function' ? begin(enrollWay ?? '') : begin
      const answer = await sending(() =>
        client.beginEnrollment(
          { method: { [kind]: input }, way: enrollWay, ...(replaces ? { replaces } : {}) },
          conformance.setup,
        ),
      )
      if (answer.enrollment) begun.set(answer.enrollment.id, input)
      return answer
    },
    async setUp(enrollment, code = rig.codeOf(enrollment)) {
      return conformance.enroll(enrollment.step, await clock.now(), code, begun.get(enrollment.id) ?? {})
    },
    async enroll(client, replaces) {
      const answered = await rig.begin(client, replaces)
      const enrollment = must(answered, answered.enrollment)
      const { device, proof } = await rig.setUp(enrollment)
      const answer = await rig.confirm(client, enrollment.id, proof)
      return { methodId: must(answer, answer.method).id, device, proof, answer }
    },
    async signIn(person) {
      const client = rig.client()
      const answer = await client.signIn(person)
      must(answer, answer.session)
      return client
    },
    async signInWith(person, { methodId, device }) {
      const client = await rig.signIn(person)
      if ((await client.session())?.state !== 'SECOND_FACTOR_REQUIRED') return client
      const challenge = await rig.beginChallenge(client, methodId)
      const answer = await rig.verify(client, challenge.id, await rig.proofFor(device, challenge))
      must(answer, answer.session)
      return client
    },
    async beginChallenge(client, methodId) {
      const input = { ...(methodId && { methodId }), ...(options.way && { way: options.way }) }
      const answer = await sending(() => client.beginChallenge(input, conformance.prompt))
      return must(answer, answer.challenge)
    },
    async proofFor(device, challenge, code = rig.codeOf(challenge)) {
      await clock.advance(31_000)
      return conformance.answer(device, challenge.step, await clock.now(), code)
    },
    sentFor: ({ id }) => sent.get(id) ?? { early: 0, codes: [] },
    codeOf: (flow) => rig.sentFor(flow).codes.at(-1)?.code ?? '',
    resend: (client, flowId, way) => sending(() => client.resendCode(flowId, way)),
    async wrong(flow, { step }) {
      const { wrong } = conformance
      return typeof wrong === 'function' ? wrong({ flow, step }) : wrong
    },
    malformed(flow, { step }) {
      const { malformed } = conformance
      return typeof malformed === 'function' ? malformed({ flow, step }) : malformed
    },
    confirm: (client, enrollmentId, proof) =>
      client.confirmEnrollment({ enrollmentId, proof: { [kind]: proof } }),
    verify: (client, challengeId, proof) => client.verifyChallenge({ challengeId, proof: { [kind]: proof } }),
  }
  return rig
}

/**
 * A policy under which one method of the kind is required: for two-factor, or where it can't be that, for reset. It needs no
 * other kind beside it. `optional`: none is required, and who has one proves it.
 */
export function policyFor(plugin: Plugin, { optional = false } = {}): object {
  const second = plugin.method?.ways.some((way) => way.usedFor.includes('TWO_FACTOR'))
  const methods = { [plugin.id]: { needsAnother: false } }
  if (optional) return { twoFactor: second ? 'whenRegistered' : 'off', methods }
  return second
    ? { methods }
    : { twoFactor: 'off', registration: { required: { PASSWORD_RESET: 1 } }, methods }
}

/** The payload's part, or a failure that says what came instead. */
export function must<T>(answer: Answer, part: T | null | undefined): T {
  if (part === null || part === undefined || answer.code !== undefined) {
    throw new Error(`Expected success, got ${answer.__typename}: ${answer.code} ${answer.message}`)
  }
  return part
}
