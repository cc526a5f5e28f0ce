import { randomBytes } from 'node:crypto'
import type { Answer, Client, Person, TestGateway } from '@security-info/testing'
import { sql } from 'drizzle-orm'
import { uuid } from '../../src/storage/sql.ts'
import { codeIn, enrollMail, granted, must, owner } from './people.ts'
import { enrollPhone, type PhoneGateway } from './phones.ts'

const errors = (prompt = '') => `... on UserError { code message
  ... on ProofRejected { attemptsLeft retryAt hint path step { __typename kind ${prompt} } }
  ... on RateLimited { retryAt } ... on InvalidInput { path } ... on PolicyDenied { rule } ... on ResetRefused { reason until } }`
const RESET = `token reset { gatesRequired gatesPassed ready rehearsal expiresAt
  options { kind ways retyped } refusal { reason until code } }`
const gate = (prompt = '') => `gate { id kind attemptsLeft expiresAt step { __typename kind way instructions
  ... on CodeSent { destination note delivery problem { code } codeLength resendAt } ${prompt} } }`

const mutation = (name: string, input: string, payload: string, prompt = '') =>
  `mutation Test($input: ${input}!) { ${name}(input: $input) { __typename ${errors(prompt)} ... on ${payload} } }`

const documents = {
  start: mutation('startPasswordReset', 'StartPasswordResetInput', `StartPasswordResetPayload { ${RESET} }`),
  begin: (prompt: string) =>
    mutation('beginResetGate', 'BeginResetGateInput', `BeginResetGatePayload { ${gate(prompt)} }`),
  resend: mutation('resendResetCode', 'ResendResetCodeInput', `BeginResetGatePayload { ${gate()} }`),
  verify: (prompt: string) =>
    mutation('verifyResetGate', 'VerifyResetGateInput', `VerifyResetGatePayload { ${RESET} }`, prompt),
  complete: mutation(
    'completePasswordReset',
    'CompletePasswordResetInput',
    'CompletePasswordResetPayload { message }',
  ),
  unlock: mutation('unlockAccount', 'ResetTokenInput', 'UnlockAccountPayload { message }'),
  ask: mutation('askAdministrator', 'ResetTokenInput', 'AskAdministratorPayload { message }'),
  finish: mutation('finishRehearsal', 'ResetTokenInput', 'FinishRehearsalPayload { message }'),
  rehearse: `mutation Test { rehearseRecovery { __typename ${RESET} } }`,
}

/** What the mutations of a reset give: the parts tests look at. */
export interface ResetAnswer extends Answer {
  readonly reason?: string
  readonly until?: string | null
  /** Of a refused proof: what is asked from now on. */
  readonly step?: Readonly<Record<string, unknown>> | null
  readonly reset?: {
    readonly gatesRequired: number
    readonly gatesPassed: number
    readonly ready: boolean
    readonly rehearsal: boolean
    readonly options: readonly {
      readonly kind: string
      readonly ways: readonly string[]
      readonly retyped: boolean
    }[]
    readonly refusal: { readonly reason: string; readonly until: string | null; readonly code: string } | null
  }
  readonly gate?: {
    readonly id: string
    readonly kind: string
    readonly attemptsLeft: number
    readonly expiresAt: string
    readonly step: Readonly<Record<string, unknown>>
  }
}

type Input = Readonly<Record<string, unknown>>
const asking = (document: string) => (client: Client, input: Input) =>
  client.ask<ResetAnswer>(document, { input })

export const startReset = (client: Client, identifier: string) =>
  asking(documents.start)(client, { identifier })
/** `prompt` selects the fields of the kind's prompt type. */
export const beginGate = (client: Client, input: Input, prompt = '') =>
  asking(documents.begin(prompt))(client, input)
export const resendGate = asking(documents.resend)
export const verifyGate = (client: Client, input: Input, prompt = '') =>
  asking(documents.verify(prompt))(client, input)
export const completeReset = asking(documents.complete)
export const unlock = asking(documents.unlock)
export const askAdministrator = asking(documents.ask)
export const finishRehearsal = asking(documents.finish)
export const rehearse = (client: Client) => client.ask<ResetAnswer>(documents.rehearse)

/** A password that every policy takes. */
export const newPassword = () => `new ${randomBytes(12).toString('hex')}`

/** Somebody with a pin, a number and an address, all old enough to count for a reset. */
export interface Forgetful {
  readonly person: Person
  readonly client: Client
  readonly pin: string
  readonly methodId: string
  readonly number: string
  readonly address: string
}

export async function forgetful(gateway: PhoneGateway): Promise<Forgetful> {
  const { person, client, pin, methodId } = await owner(gateway)
  const { number } = await enrollPhone(gateway, client)
  const address = newAddress()
  granted(await enrollMail(client, gateway, address))
  await gateway.securityInfo.sendDue()
  await age(gateway, person)
  return { person, client, pin, methodId, number, address }
}

/** An address that nobody had before. */
export const newAddress = () => `${randomBytes(6).toString('hex')}@mail.test`

/** Makes all methods of a person so old that they count for a reset, and that notices to them have a link. */
export async function age({ database }: Pick<TestGateway, 'database'>, { userId }: Person, days = 4) {
  await database.db.execute(sql`update security_info.method set created_at = created_at - make_interval(days => ${days}::int)
    where user_id = ${uuid(userId)}`)
}

/** Begins a reset and gives its token. */
export async function resetOf(client: Client, identifier: string): Promise<string> {
  return must((await startReset(client, identifier)).token)
}

/** The gate of a number or address: begins it. */
export const textGate = (client: Client, token: string, number: string, more: Input = {}) =>
  beginGate(client, { token, method: { texting: { number } }, ...more })
export const mailGate = (client: Client, token: string, address: string) =>
  beginGate(client, { token, method: { mail: { address } } })

/** The gate of a kind that needs nothing typed again. */
export const plainGate = (client: Client, token: string, kind: string, more: Input = {}) =>
  beginGate(client, { token, method: { [kind]: {} }, ...more })

/** Proves a pin. Gives the new token. */
export async function passPin(client: Client, token: string, pin: string): Promise<string> {
  const gateId = must((await plainGate(client, token, 'pin')).gate).id
  return must((await verifyGate(client, { token, gateId, proof: { pin: { code: pin } } })).token)
}

/** Proves a number: begins, reads the text, answers. Gives the new token. */
export async function passText(gateway: TestGateway, client: Client, token: string, number: string) {
  const gateId = must((await textGate(client, token, number)).gate).id
  const code = codeIn(await gateway.deliver(), number)
  return must((await verifyGate(client, { token, gateId, proof: { texting: { code } } })).token)
}

/** Proves an address. Gives the new token. */
export async function passMail(gateway: TestGateway, client: Client, token: string, address: string) {
  const gateId = must((await mailGate(client, token, address)).gate).id
  const code = codeIn(await gateway.deliver(), address)
  return must((await verifyGate(client, { token, gateId, proof: { mail: { code } } })).token)
}

/** A reset with both gates passed. */
export async function readyReset(gateway: TestGateway, client: Client, who: Forgetful): Promise<string> {
  const token = await resetOf(client, who.person.identifier)
  return passMail(gateway, client, await passText(gateway, client, token, who.number), who.address)
}

/** Whether a password signs somebody in: from an address of its own, so that no budget is in the way. */
export async function signsIn(gateway: TestGateway, { identifier }: Person, password: string) {
  const [a = 0, b = 0] = randomBytes(2)
  const client = gateway.client({ address: `10.9.${a}.${b}` })
  return (await client.signIn({ identifier, password })).__typename === 'SignInPayload'
}

/** Answers the questions of the quiz. */
export async function enrollQuiz(client: Client, answers: readonly string[]): Promise<Answer> {
  const begun = granted(await client.beginEnrollment({ method: { quiz: {} } }))
  return client.confirmEnrollment({ enrollmentId: must(begun.enrollment).id, proof: { quiz: { answers } } })
}

/** Sets a badge up. */
export async function enrollBadge(client: Client, secret: string, device?: string): Promise<Answer> {
  const begun = granted(await client.beginEnrollment({ method: { badge: {} } }))
  const proof = { badge: { secret, ...(device && { device }) } }
  return client.confirmEnrollment({ enrollmentId: must(begun.enrollment).id, proof })
}

/** Gives somebody an address for notices beside their methods. */
export async function contactOf(
  { database }: Pick<TestGateway, 'database'>,
  { userId }: Person,
): Promise<string> {
  const to = `contact-${userId}@example.test`
  await database.db.execute(
    sql`update security_info.account set contact_email = ${to} where user_id = ${uuid(userId)}`,
  )
  return to
}
