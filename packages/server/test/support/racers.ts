/** What those do who race against two processes. */
import { generateSync } from 'otplib'
import { operations, type Reply, type TwoProcesses } from './two-processes.ts'

const PASSWORD = 'correct horse battery staple'
const STEP_SECONDS = 30

/** Somebody with an app, and perhaps a phone. */
export interface Racer {
  readonly identifier: string
  /** The id of the phone, where there is one. */
  readonly phone?: string
  /** What the app shows so many steps from now. */
  code(stepsAhead?: number): Promise<string>
  /** Signs in with the password, under any way to write the name; gives the session's token. */
  signIn(node: number, as?: string): Promise<string>
}

/** A part of an answer, or a failure that says what came instead. */
export function must<T>(reply: Reply, part: T | undefined): T {
  if (part === undefined) throw new Error(`Refused: ${reply.__typename} ${reply.code ?? ''}`)
  return part
}

/** Makes somebody with an app; with `number` also with a phone. */
export async function racer(at: TwoProcesses, identifier: string, number?: string): Promise<Racer> {
  const [ask] = at.nodes
  await at.person(identifier, PASSWORD)
  const signIn = async (node: number, as = identifier) => {
    const input = { identifier: as, password: PASSWORD }
    const reply = await at.nodes[node % 2 === 0 ? 0 : 1](operations.signIn, input)
    return must(reply, reply.token)
  }
  let token = await signIn(0)
  const enroll = async (method: object, proofFor: (begun: Reply) => Promise<object>) => {
    const begun = await ask(operations.beginEnrollment, { method }, token)
    const enrollmentId = must(begun, begun.enrollment).id
    const proof = await proofFor(begun)
    const done = await ask(operations.confirmEnrollment, { enrollmentId, proof }, token)
    token = done.token ?? token
    return must(done, done.method).id
  }
  let secret = ''
  const code = async (stepsAhead = 0) => {
    const seconds = (await at.database.clock.now()).getTime() / 1000
    return generateSync({ secret, epoch: seconds + stepsAhead * STEP_SECONDS })
  }
  await enroll({ totp: {} }, async (begun) => {
    secret = must(begun, begun.enrollment?.step.manualKey).replaceAll(' ', '')
    return { totp: { code: await code() } }
  })
  const addPhone = (to: string) =>
    enroll({ phone: { number: to } }, async () => ({ phone: { code: await texted(at, to, 1) } }))
  const phone = number === undefined ? {} : { phone: await addPhone(number) }
  const done = await ask(operations.finishRegistration, {}, token)
  if (done.code !== undefined) throw new Error(`Refused: ${done.__typename} ${done.code}`)
  return { identifier, ...phone, code, signIn }
}

/** The `count`-th code that was texted to a number, once it is there; notices go there, too. */
export async function texted({ twilio }: TwoProcesses, number: string, count: number): Promise<string> {
  const codeIn = ({ body }: { readonly body: string }) => /\b\d{6}\b/.exec(body)?.[0]
  const codes = () => twilio.messages.filter((message) => message.to === number && codeIn(message))
  const message = await twilio.message((one) => codes().indexOf(one) === count - 1)
  return codeIn(message) ?? ''
}

/** Sends all of them, never more than so many at once; gives the answers in order. */
export async function inFlight<T>(most: number, work: readonly (() => Promise<T>)[]): Promise<readonly T[]> {
  const answers: T[] = []
  const queue = work.entries()
  const runner = async () => {
    for (const [at, one] of queue) answers[at] = await one()
  }
  await Promise.all(Array.from({ length: most }, runner))
  return answers
}

/** How often each type of answer came. */
export function tally(replies: readonly Reply[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const { __typename } of replies) counts[__typename] = (counts[__typename] ?? 0) + 1
  return counts
}
