import type { Answer, FlowAnswer } from '@security-info/testing'
import { createClient } from '@security-info/testing'
import type { FakeTwilio } from '@security-info/testing/twilio'
import { clockTime } from '../../support/history.ts'
import { pause, until } from '../../support/load.ts'
import { call, changeOf, idWithin, type Person, prove, type World } from '../../support/person.ts'

/** What people with phones need to know. */
export interface PhoneWorld extends World {
  readonly twilio: FakeTwilio
  /** The next number that nobody has. */
  number(): string
  /** Real time from which on nobody waits for a code any more. */
  readonly end: () => number
}

const LOOK_MS = 300

/** Sets a phone up, whatever it takes: asks for a code, and for another one where nobody knows what became of it. */
export async function addPhone(world: PhoneWorld, person: Person, way: 'text' | 'call'): Promise<void> {
  if (!(await prove(world, person))) return
  const number = world.number()
  const begun = await call(
    world,
    person,
    'phone.begin',
    (client) => client.beginEnrollment({ method: { phone: { number } }, way }),
    (answer) => ({ way, ...refusalOf(answer), ...flowOf(answer.enrollment) }),
  )
  const flowId = begun?.enrollment?.id
  if (flowId === undefined) return
  for (;;) {
    const flow = await until(
      () => settled(world, person, flowId),
      () => clockTime() > world.end(),
      LOOK_MS,
    )
    const { delivery = '' } = flow?.step ?? {}
    if (delivery === 'SENT' || delivery === 'DELIVERED') {
      return confirm(world, person, { flowId, code: await codeSent(world, number, way) })
    }
    if (delivery !== 'UNKNOWN' || !(await askAgain(world, person, { flowId, number, way }))) return
  }
}

interface Setup {
  readonly flowId: string
  readonly number: string
  readonly way: 'text' | 'call'
}

/** The flow, once its message is no longer on its way. */
async function settled(world: World, person: Person, flowId: string): Promise<FlowAnswer | undefined> {
  const { token } = person
  const client = createClient(world.nodes.next().node, token === undefined ? {} : { token })
  const flow = await client.flow(flowId)
  return flow && flow.step.delivery === 'QUEUED' && flow.state === 'OPEN' ? undefined : (flow ?? undefined)
}

/** Waits until a new code may be asked for, and asks. What came of the old one must then be worth nothing. */
async function askAgain(world: PhoneWorld, person: Person, { flowId, number, way }: Setup): Promise<boolean> {
  const before = way === 'text' ? await codeSent(world, number, way) : ringingAt(world, number)?.sid
  let wait = 30_500
  for (;;) {
    if (clockTime() + wait > world.end()) return false
    await pause(wait)
    const answer = await call(
      world,
      person,
      'phone.resend',
      (client) => client.resendCode(flowId),
      (resent) => ({ ...refusalOf(resent), flowId: idWithin(flowId) }),
    )
    if (answer && answer.code === undefined) break
    if (!answer?.retryAt) return false
    wait = Math.max(Date.parse(answer.retryAt) - Date.now(), 0) + 200
  }
  if (before === undefined) return true
  if (way === 'call') await listenAgain(world, person, before)
  else await tryOldCode(world, person, { flowId, code: before })
  return true
}

async function confirm(
  world: World,
  person: Person,
  { flowId: enrollmentId, code = '000000' }: { readonly flowId: string; readonly code: string | undefined },
): Promise<void> {
  const proof = { phone: { code } }
  const answer = await call(
    world,
    person,
    'phone.confirm',
    (client) => client.confirmEnrollment({ enrollmentId, proof }),
    ({ method }) => changeOf(person, 'method.enrolled', method?.id),
  )
  const methodId = answer?.method?.id
  if (methodId === undefined) return
  await call(
    world,
    person,
    'phone.remove',
    (client) => client.removeMethod(methodId),
    ({ code: refused }) => (refused === undefined ? changeOf(person, 'method.removed', methodId) : {}),
  )
}

/** What the newest message to a number says. A call says it to whoever presses a key, once. */
async function codeSent(world: PhoneWorld, number: string, way: Setup['way']): Promise<string | undefined> {
  const { twilio } = world
  if (way === 'text') {
    const text = twilio.messages.findLast(({ to }) => to === number)
    return /#([0-9]{6})$/.exec(text?.body ?? '')?.[1]
  }
  const ringing = ringingAt(world, number)
  return ringing && digitsIn(await twilio.press(ringing.sid, '5')).slice(0, 6)
}

function ringingAt({ twilio }: PhoneWorld, number: string) {
  return twilio.calls.findLast(({ to }) => to === number)
}

async function tryOldCode(
  world: World,
  person: Person,
  { flowId: enrollmentId, code }: { readonly flowId: string; readonly code: string },
): Promise<void> {
  const proof = { phone: { code } }
  await call(world, person, 'phone.oldCode', (client) => client.confirmEnrollment({ enrollmentId, proof }))
}

/** Whoever picks up the old call now hears nothing of any code. */
async function listenAgain({ twilio, history }: PhoneWorld, person: Person, sid: string): Promise<void> {
  const entry = { kind: 'phone.oldCall', node: -1, person: person.userId }
  await history.did(entry, async (): Promise<Answer> => {
    const heard = digitsIn(await twilio.press(sid, '5'))
    return heard === '' ? { __typename: 'Nothing' } : { __typename: 'Heard', code: 'heard' }
  })
}

function digitsIn(spoken: readonly string[]): string {
  return spoken.filter((word) => /^[0-9]$/.test(word)).join('')
}

function flowOf(flow: FlowAnswer | undefined) {
  return flow ? { flowId: idWithin(flow.id) } : {}
}

function refusalOf({ __typename, alternatives, retryAt }: Answer) {
  if (__typename !== 'DeliveryFailed') return {}
  return { refused: __typename, alternatives: alternatives?.length ?? 0, retryAt: retryAt ?? null }
}
