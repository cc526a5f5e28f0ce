import { type DemoClient, DemoFailure } from './client.ts'
import type { Narrator } from './narrator.ts'

/** What each chapter plays with. */
export interface Stage {
  readonly client: DemoClient
  readonly tell: Narrator
}

/** What the demo reads of an answer; every union has `__typename`, and errors have code and message. */
export interface Result {
  readonly __typename: string
  readonly code?: string
  readonly message?: string
}

export interface Session {
  readonly state: string
  readonly interrupt: {
    readonly position: number
    readonly required: number
    readonly reasons: readonly { readonly message: string }[]
    readonly offers: readonly { readonly title: string }[]
  } | null
  readonly proofOptions: readonly {
    readonly way: string
    readonly method: { readonly id: string; readonly label: string; readonly kind: string }
  }[]
}

export interface Person {
  readonly identifier: string
  readonly password: string
  readonly contactEmail: string
  /** What a mail server asks with about their app passwords. */
  readonly serviceKey: string
}

const SESSION = `session {
  state
  interrupt { position required reasons { message } offers { title } }
  proofOptions { way method { id label kind } }
}`
export const ERROR = '... on UserError { code message }'

export async function signIn(
  { client, tell }: Stage,
  { identifier, password }: Pick<Person, 'identifier' | 'password'>,
): Promise<Session> {
  tell.sends(`signIn with ${identifier} and the password`)
  const result = await client.ask<Result & { session: Session }>(
    `mutation ($input: SignInInput!) {
      signIn(input: $input) { __typename ... on SignInPayload { token ${SESSION} } ${ERROR} }
    }`,
    { input: { identifier, password } },
  )
  expectType(result, 'SignInPayload')
  return result.session
}

/** Signs out and in again, up to where a second proof is asked for. */
export async function signInAgain(stage: Stage, person: Person): Promise<Session> {
  const { client, tell } = stage
  tell.sends('signOut')
  await client.ask('mutation { signOut(input: {}) { ended } }')
  tell.gets('The session is ended; its token is worth nothing any more.')
  const session = await signIn(stage, person)
  expect(session.state, 'SECOND_FACTOR_REQUIRED')
  return session
}

/** The wizard as it stands: which method of how many. */
export async function interrupt({ client }: Stage): Promise<NonNullable<Session['interrupt']>> {
  const viewer = await client.ask<{ session: Session }>(`query { viewer { ${SESSION} } }`)
  return viewer.session.interrupt ?? { position: 1, required: 1, reasons: [], offers: [] }
}

export async function done({ client, tell }: Stage): Promise<void> {
  tell.chapter('Success: look it over, and Done')
  tell.sends('finishRegistration')
  const finished = await client.ask<Result & { session: Session }>(
    `mutation {
      finishRegistration(input: {}) { __typename ... on FinishRegistrationPayload { token ${SESSION} } ${ERROR} }
    }`,
  )
  expectType(finished, 'FinishRegistrationPayload')
  expect(finished.session.state, 'ACTIVE')
  tell.gets('Nothing is missing any more. The session is a full one, with a new token.')
}

export function confirm({ client }: Stage, input: object): Promise<Result> {
  return client.ask<Result>(
    `mutation ($input: ConfirmEnrollmentInput!) {
      confirmEnrollment(input: $input) {
        __typename
        ... on ConfirmEnrollmentPayload { token method { label } }
        ${ERROR}
      }
    }`,
    { input },
  )
}

export function verify({ client }: Stage, challengeId: string, proof: object): Promise<Result> {
  return client.ask<Result>(
    `mutation ($input: VerifyChallengeInput!) {
      verifyChallenge(input: $input) { __typename ... on VerifyChallengePayload { token } ${ERROR} }
    }`,
    { input: { challengeId, proof } },
  )
}

export function expectType(result: Result, expected: string): void {
  const came = result.code ? `${result.__typename}, ${result.code}: ${result.message}` : result.__typename
  if (result.__typename !== expected) throw new DemoFailure(`Expected ${expected}, but got ${came}`)
}

export function expect(came: string, expected: string): void {
  if (came !== expected) throw new DemoFailure(`Expected ${expected}, but got ${came}.`)
}
