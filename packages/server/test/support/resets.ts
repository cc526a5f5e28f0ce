/** Password resets as a client sends them. */
import { password, signInDocument } from './gateway.ts'
import type { Recovery } from './recovery.ts'

const ERROR = '... on UserError { code message }'
const RESET = 'token reset { gatesPassed ready options { kind } refusal { reason } }'
const mutation = (name: string, input: string, payload: string) =>
  `mutation ($input: ${input}!) { ${name}(input: $input) { __typename ... on ${payload} ${ERROR} } }`

export const resets = {
  start: mutation('startPasswordReset', 'StartPasswordResetInput', `StartPasswordResetPayload { ${RESET} }`),
  begin: mutation('beginResetGate', 'BeginResetGateInput', 'BeginResetGatePayload { gate { id kind } }'),
  verify: mutation('verifyResetGate', 'VerifyResetGateInput', `VerifyResetGatePayload { ${RESET} }`),
  complete: mutation(
    'completePasswordReset',
    'CompletePasswordResetInput',
    'CompletePasswordResetPayload { message }',
  ),
  ask: mutation('askAdministrator', 'ResetTokenInput', 'AskAdministratorPayload { message }'),
  undo: mutation('undoChange', 'UndoChangeInput', 'UndoChangePayload { message }'),
}
const enrollments = {
  begin: mutation('beginEnrollment', 'BeginEnrollmentInput', 'BeginEnrollmentPayload { enrollment { id } }'),
  confirm: mutation('confirmEnrollment', 'ConfirmEnrollmentInput', 'ConfirmEnrollmentPayload { token }'),
}

export interface Owner {
  readonly identifier: string
  readonly contact: string
  readonly number: string
  readonly address: string
}
type Headers = Readonly<Record<string, string>>

let people = 0
const DAY_MS = 25 * 3_600_000

/** Somebody with a number and an address, both old enough to count. Moves the clock by a day. */
export async function owner(at: Recovery): Promise<Owner> {
  const n = ++people
  const who = {
    identifier: `owner-${n}@example.org`,
    contact: `contact-${n}@home.example`,
    number: `+1201555${String(2000 + n)}`,
    address: `owner-${n}@mail.example`,
  }
  await at.person(who.identifier, who.contact)
  let { token } = await at.call(signInDocument, { identifier: who.identifier, password })
  const enroll = async (method: object, to: string, kind: string) => {
    const session = { authorization: `Bearer ${token}` }
    const { enrollment } = await at.call(enrollments.begin, { method }, session)
    const proof = { [kind]: { code: await codeFor(at, to) } }
    const confirmed = await at.call(enrollments.confirm, { enrollmentId: enrollment.id, proof }, session)
    token = confirmed.token
  }
  await enroll({ phone: { number: who.number } }, who.number, 'phone')
  await enroll({ email: { address: who.address } }, who.address, 'email')
  await at.database.clock.advance(DAY_MS)
  await at.securityInfo.sendDue()
  return who
}

/** The newest code for a number or address. */
async function codeFor(at: Recovery, to: string): Promise<string> {
  await at.securityInfo.sendDue()
  return at.inbox.messages().find((message) => message.to === to && message.code !== null)?.code ?? ''
}

/** Begins a reset, and gives its token. */
export async function started(at: Recovery, { identifier }: Owner, headers: Headers = {}): Promise<string> {
  return (await at.call(resets.start, { identifier }, headers)).token
}

/** Goes through both gates; gives the token of a reset that is ready. */
export async function passed(
  at: Recovery,
  who: Owner,
  token: string,
  headers: Headers = {},
): Promise<string> {
  const gate = async (held: string, method: object, to: string, kind: string): Promise<string> => {
    const { gate } = await at.call(resets.begin, { token: held, method }, headers)
    const proof = { [kind]: { code: await codeFor(at, to) } }
    return (await at.call(resets.verify, { token: held, gateId: gate.id, proof }, headers)).token
  }
  const second = await gate(token, { phone: { number: who.number } }, who.number, 'phone')
  return gate(second, { email: { address: who.address } }, who.address, 'email')
}
