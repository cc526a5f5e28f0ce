import type { Answer, Client, ClientOptions, Person, SentMessage, TestGateway } from '@security-info/testing'
import { type KeyInHand, keyAnswer } from '../plugins/key.ts'

/** What is there, or the test fails saying what is not. */
export function must<T>(value: T | null | undefined, what = 'value'): T {
  if (value === null || value === undefined) throw new Error(`Expected ${what}, got nothing.`)
  return value
}

/** An answer that succeeded, or the test fails with what came instead. */
export function granted(answer: Answer): Answer {
  if (answer.code !== undefined) throw new Error(`Refused: ${answer.__typename} ${answer.code}`)
  return answer
}

export interface Visitor {
  readonly person: Person
  readonly client: Client
}
/** Somebody with a pin. */
export interface Owner extends Visitor {
  readonly pin: string
  readonly methodId: string
}

/** Somebody new (or the given person), signed in with the password and nothing else. */
export async function signedIn(
  gateway: TestGateway,
  person?: Person,
  options: ClientOptions = {},
): Promise<Visitor> {
  const who = person ?? (await gateway.person())
  const client = gateway.client(options)
  granted(await client.signIn(who))
  return { person: who, client }
}

/** Begins to set a pin up. */
export async function beginPinEnrollment(client: Client, more: object = {}) {
  const { enrollment } = granted(
    await client.beginEnrollment({ method: { pin: {} }, ...more }, '... on PinSetup { pin }'),
  )
  return { enrollmentId: must(enrollment).id, pin: String(must(enrollment).step.pin) }
}

/** Sets a pin up. */
export async function enrollPin(
  client: Client,
  more: { replaces?: string; tick?: number; label?: string } = {},
) {
  const { replaces, tick, label } = more
  const { enrollmentId, pin } = await beginPinEnrollment(client, replaces ? { replaces } : {})
  const answer = granted(
    await client.confirmEnrollment({
      enrollmentId,
      proof: { pin: { code: pin, ...(tick === undefined ? {} : { tick }) } },
      ...(label === undefined ? {} : { label }),
    }),
  )
  return { pin, methodId: must(answer.method).id, answer }
}

/** Sets a key up. */
export async function enrollKey(client: Client, key: KeyInHand, more: object = {}): Promise<Answer> {
  const begun = await client.beginEnrollment({ method: { key: {} }, ...more }, '... on KeySetup { nonce }')
  if (!begun.enrollment) return begun
  const { id, step } = begun.enrollment
  return client.confirmEnrollment({
    enrollmentId: id,
    proof: { key: { ...key, answer: keyAnswer(key.secret, String(step.nonce)) } },
  })
}

/** Sets an address up, for reset, with the code that is sent there. */
export async function enrollMail(client: Client, gateway: TestGateway, address: string): Promise<Answer> {
  const begun = granted(await client.beginEnrollment({ method: { mail: { address } } }))
  const proof = { mail: { code: codeIn(await gateway.deliver(), address) } }
  return client.confirmEnrollment({ enrollmentId: must(begun.enrollment).id, proof })
}

/** The last code that went there. */
export function codeIn(sent: readonly SentMessage[], to: string): string {
  return must(
    sent.findLast((message) => message.to === to && message.code !== undefined)?.code,
    `a code to ${to}`,
  )
}

/** Somebody new with a pin and a full session. */
export async function owner(gateway: TestGateway, more: { tick?: number } = {}): Promise<Owner> {
  const visitor = await signedIn(gateway)
  const { pin, methodId } = await enrollPin(visitor.client, more)
  granted(await visitor.client.finishRegistration())
  return { ...visitor, pin, methodId }
}

/** Begins a challenge and gives its id. */
export async function beginPin(client: Client, methodId?: string): Promise<string> {
  const begun = granted(await client.beginChallenge(methodId === undefined ? {} : { methodId }))
  return must(begun.challenge).id
}

/** Answers a challenge with a pin. */
export function answerPin(client: Client, challengeId: string, code: string, tick?: number): Promise<Answer> {
  return client.verifyChallenge({
    challengeId,
    proof: { pin: { code, ...(tick === undefined ? {} : { tick }) } },
  })
}

/** Proves a pin: begins and answers. */
export async function provePin(client: Client, code: string, tick?: number): Promise<Answer> {
  return answerPin(client, await beginPin(client), code, tick)
}

/** A full session of somebody with a pin. */
export async function signInFully(gateway: TestGateway, { person, pin }: Owner): Promise<Client> {
  const { client } = await signedIn(gateway, person)
  granted(await provePin(client, pin))
  return client
}

/** Proves a key. */
export async function proveKey(client: Client, key: KeyInHand, methodId?: string): Promise<Answer> {
  const begun = granted(
    await client.beginChallenge(methodId === undefined ? {} : { methodId }, '... on KeyPrompt { nonce }'),
  )
  const { id, step } = must(begun.challenge)
  return client.verifyChallenge({
    challengeId: id,
    proof: { key: { answer: keyAnswer(key.secret, String(step.nonce)) } },
  })
}

/** A pin that is not this one. */
export const wrong = (pin: string) => (pin === '000000' ? '000001' : '000000')

/** `count` clients that send the same token: tabs of one browser. Each keeps its own copy of what it is given. */
export function tabs(gateways: readonly TestGateway[], client: Client, count: number): readonly Client[] {
  return Array.from({ length: count }, (_, index) =>
    must(gateways[index % gateways.length]).client({
      token: must(client.token),
      address: `10.0.${index >> 8}.${index % 256}`,
    }),
  )
}

/** What each answer was: its type, or the code of the error that took its place. */
export async function outcomes(answers: readonly Promise<Answer>[]): Promise<readonly string[]> {
  const settled = await Promise.allSettled(answers)
  return settled.map((one) => (one.status === 'fulfilled' ? one.value.__typename : codeOf(one.reason)))
}

function codeOf(error: unknown): string {
  const { extensions } = error as { extensions?: { code?: unknown } }
  return String(extensions?.code ?? error)
}

/** How often each outcome occurred. */
export function tally(names: readonly string[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1
  return counts
}

/** The key within a global id, and a global id made of one: as somebody does who looked inside. */
export const insideOf = (globalId: string) =>
  must(Buffer.from(globalId, 'base64url').toString('utf8').split(':')[1])
export const disguise = (type: string, globalId: string) =>
  Buffer.from(`${type}:${insideOf(globalId)}`, 'utf8').toString('base64url')

export const MINUTE = 60_000
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR
