import { randomBytes, randomUUID } from 'node:crypto'
import { Secret } from '@security-info/core'
import { type Answer, type Client, createClient } from '@security-info/testing'
import { generate } from 'otplib'
import type { BenchClock } from './database.ts'
import type { Recorder } from './history.ts'
import type { Nodes } from './nodes.ts'

/** Somebody with an authenticator app and a full session. They do one thing at a time. */
export interface Person {
  readonly userId: string
  readonly contact: string
  readonly secret: string
  readonly methodId: string
  token: string | undefined
  /** The newest step of the app that was used: each is taken once. */
  step: number
  busy: boolean
  /** Addresses that the gateway has said are registered. */
  readonly addresses: string[]
  /** Methods beside the app that the gateway has said are registered, by their global id. */
  readonly extra: string[]
}

/** Where people live and what they do is written down. */
export interface World {
  readonly nodes: Nodes
  readonly clock: BenchClock
  readonly history: Recorder
}

/** One call by a person, on the node whose turn it is; the next call may meet the other one. */
export async function call(
  { nodes, history }: World,
  person: Person,
  kind: string,
  work: (client: Client) => Promise<Answer>,
  detail?: (answer: Answer) => Readonly<Record<string, unknown>>,
): Promise<Answer | undefined> {
  const { node, index } = nodes.next()
  const client = createClient(node, person.token === undefined ? {} : { token: person.token })
  const entry = { kind, node: index, person: person.userId }
  const answer = await history.did(entry, () => work(client), detail)
  person.token = client.token
  return answer
}

const stepOf = (clock: BenchClock) => Math.floor(clock.now() / 30_000)

function codeOf(world: World, person: { readonly secret: string; step: number }): Promise<string> {
  person.step = stepOf(world.clock)
  return generate({ secret: person.secret, epoch: Math.floor(world.clock.now() / 1000) })
}

/** Proves the app: two calls. Whether it was taken. */
export async function prove(world: World, person: Person): Promise<boolean> {
  const { methodId } = person
  const begun = await call(world, person, 'totp.begin', (client) => client.beginChallenge({ methodId }))
  const challengeId = begun?.challenge?.id
  if (challengeId === undefined) return false
  const code = await codeOf(world, person)
  const proof = { totp: { code } }
  const answer = await call(world, person, 'totp.verify', (client) =>
    client.verifyChallenge({ challengeId, proof }),
  )
  return answer !== undefined && answer.code === undefined
}

/** Sets a further app up, or the first one. Gives its secret and global id. */
export async function addApp(
  world: World,
  person: Person,
): Promise<{ readonly secret: string; readonly methodId: string } | undefined> {
  const begun = await call(world, person, 'app.begin', (client) =>
    client.beginEnrollment({ method: { totp: {} } }, '... on TotpSetup { manualKey }'),
  )
  const { id: enrollmentId, step } = begun?.enrollment ?? {}
  if (enrollmentId === undefined) return undefined
  const secret = String(step?.manualKey).replaceAll(' ', '')
  // An app of its own has steps of its own.
  const code = await codeOf(world, { secret, step: 0 })
  const answer = await call(
    world,
    person,
    'app.confirm',
    (client) => client.confirmEnrollment({ enrollmentId, proof: { totp: { code } } }),
    (confirmed) => changeOf(person, 'method.enrolled', confirmed.method?.id),
  )
  return answer?.method ? { secret, methodId: answer.method.id } : undefined
}

/** What a client knows of a change that was acknowledged: what it did, and where its owner is reached. */
export function changeOf(person: Person, type: string, methodId: string | undefined) {
  if (methodId === undefined) return {}
  return { change: type, methodId: idWithin(methodId), addresses: [person.contact, ...person.addresses] }
}

/** The database's id in a global one. */
export function idWithin(globalId: string): string {
  return Buffer.from(globalId, 'base64url').toString('utf8').split(':')[1] ?? globalId
}

/** Makes people, each with an app and a full session. A few at once: passwords are hashed on the way. */
export async function recruit(world: World, count: number): Promise<readonly Person[]> {
  const people: Person[] = []
  const left = Array.from({ length: count }, (_, index) => index)
  const make = async () => {
    while (left.pop() !== undefined) people.push(await newPerson(world))
  }
  await Promise.all([make(), make(), make(), make()])
  return people
}

async function newPerson(world: World): Promise<Person> {
  const identifier = `person-${randomUUID()}@example.test`
  const contact = `contact-${randomUUID()}@mail.example`
  const password = randomBytes(12).toString('hex')
  const made = await world.nodes.next().node.accounts.create({
    identifier,
    displayName: 'Somebody',
    password: new Secret(password),
    contactEmail: contact,
  })
  if (!made.ok) throw new Error(made.problem)
  const nobody: Person = {
    userId: made.userId,
    contact,
    secret: '',
    methodId: '',
    token: undefined,
    step: 0,
    busy: false,
    addresses: [],
    extra: [],
  }
  await call(world, nobody, 'signIn', (client) => client.signIn({ identifier, password }))
  const app = await addApp(world, nobody)
  if (!app) throw new Error('Somebody could not set their app up: see the history.')
  const person = { ...nobody, ...app, step: stepOf(world.clock) }
  await call(world, person, 'finishRegistration', (client) => client.finishRegistration())
  return person
}

/** Lends each person to one piece of work at a time, in turn. */
export function createQueue(world: Pick<World, 'clock'>, people: readonly Person[]) {
  let turn = 0
  return async (work: (person: Person) => Promise<unknown>): Promise<void> => {
    // Whose app has shown nothing new since they last used it has to wait.
    const ready = ({ busy, step }: Person) => !busy && step < stepOf(world.clock)
    const order = people.map((_, index) => people[(turn + index) % people.length])
    const person = order.find((one) => one && ready(one))
    if (!person) return
    turn = people.indexOf(person) + 1
    person.busy = true
    await work(person).finally(() => {
      person.busy = false
    })
  }
}
