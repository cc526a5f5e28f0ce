import { type Authenticator, scan } from './authenticator.ts'
import { type DemoClient, DemoFailure } from './client.ts'
import type { Narrator } from './narrator.ts'

/** What the demo reads of an answer; every union has `__typename`, and errors have code and message. */
interface Result {
  readonly __typename: string
  readonly code?: string
  readonly message?: string
}
interface Session {
  readonly state: string
  readonly interrupt: {
    readonly position: number
    readonly required: number
    readonly reasons: readonly { readonly message: string }[]
    readonly offers: readonly { readonly title: string }[]
  } | null
  readonly proofOptions: readonly { readonly method: { readonly label: string } }[]
}

const SESSION = `session {
  state
  interrupt { position required reasons { message } offers { title } }
  proofOptions { method { label } }
}`
const ERROR = '... on UserError { code message }'

export interface Person {
  readonly identifier: string
  readonly password: string
}

/** Plays sections 1 to 3, 5 and 7 of the product's story over HTTP. @throws DemoFailure where it takes another turn */
export async function playStory(client: DemoClient, tell: Narrator, person: Person): Promise<void> {
  tell.chapter(`${person.identifier} signs in for the first time`)
  const first = await signIn(client, tell, person)
  expect(first.state, 'SECURITY_INFO_REQUIRED')
  tell.gets(`The password is right, but the account stays closed: ${reasons(first)}`)

  const { app, usedCode } = await setUpApp(client, tell, first)
  await done(client, tell)

  tell.chapter('Signing in from now on')
  tell.sends('signOut')
  await client.ask('mutation { signOut(input: {}) { ended } }')
  tell.gets('The session is ended; its token is worth nothing any more.')
  const again = await signIn(client, tell, person)
  expect(again.state, 'SECOND_FACTOR_REQUIRED')
  tell.gets(
    `The password is right; now a second proof is asked for, by "${again.proofOptions[0]?.method.label}".`,
  )
  await answerChallenge(client, tell, app, usedCode)
  await showSecurityInfo(client, tell)
}

async function signIn(client: DemoClient, tell: Narrator, person: Person): Promise<Session> {
  tell.sends(`signIn with ${person.identifier} and the password`)
  const result = await client.ask<Result & { session: Session }>(
    `mutation ($input: SignInInput!) {
      signIn(input: $input) { __typename ... on SignInPayload { token ${SESSION} } ${ERROR} }
    }`,
    { input: person },
  )
  expectType(result, 'SignInPayload')
  return result.session
}

async function setUpApp(
  client: DemoClient,
  tell: Narrator,
  session: Session,
): Promise<{ readonly app: Authenticator; readonly usedCode: string }> {
  const { position, required, offers } = session.interrupt ?? { position: 1, required: 1, offers: [] }
  tell.chapter(`Keep your account secure: method ${position} of ${required}, ${offers[0]?.title}`)
  tell.sends('beginEnrollment of an authenticator app')
  const begun = await client.ask<
    Result & {
      enrollment: { id: string; attemptsLeft: number; step: { otpauthUri: string; manualKey: string } }
    }
  >(
    `mutation {
      beginEnrollment(input: { method: { totp: {} } }) {
        __typename
        ... on BeginEnrollmentPayload {
          enrollment { id attemptsLeft step { ... on TotpSetup { otpauthUri manualKey } } }
        }
        ${ERROR}
      }
    }`,
  )
  expectType(begun, 'BeginEnrollmentPayload')
  const { id, step, attemptsLeft } = begun.enrollment
  tell.gets(
    `A QR code to scan, or a key to type: ${step.manualKey.slice(0, 4)} .... Nothing is registered yet; ${attemptsLeft} guesses.`,
  )

  const app = scan(step.otpauthUri)
  tell.sends('confirmEnrollment with a wrong code')
  const wrong = await confirm(client, id, app.wrongCode())
  expectType(wrong, 'ProofRejected')
  tell.gets(`Refused: ${wrong.message}`)

  tell.sends('confirmEnrollment with the code that the app shows')
  const usedCode = app.code()
  const confirmed = await confirm(client, id, usedCode)
  expectType(confirmed, 'ConfirmEnrollmentPayload')
  tell.gets('The app works and is registered; it is the default method now.')
  return { app, usedCode }
}

function confirm(client: DemoClient, enrollmentId: string, code: string): Promise<Result> {
  return client.ask<Result>(
    `mutation ($input: ConfirmEnrollmentInput!) {
      confirmEnrollment(input: $input) {
        __typename
        ... on ConfirmEnrollmentPayload { token method { label } }
        ${ERROR}
      }
    }`,
    { input: { enrollmentId, proof: { totp: { code } }, label: 'Demo phone', makeDefault: true } },
  )
}

async function done(client: DemoClient, tell: Narrator): Promise<void> {
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

async function answerChallenge(
  client: DemoClient,
  tell: Narrator,
  app: Authenticator,
  usedCode: string,
): Promise<void> {
  tell.sends('beginChallenge of the default method')
  const begun = await client.ask<Result & { challenge: { id: string; step: { instructions: string } } }>(
    `mutation {
      beginChallenge(input: {}) {
        __typename
        ... on BeginChallengePayload { challenge { id step { instructions } } }
        ${ERROR}
      }
    }`,
  )
  expectType(begun, 'BeginChallengePayload')
  tell.gets(begun.challenge.step.instructions)

  tell.sends('verifyChallenge with the code that set the app up, as somebody who had watched it would')
  const replayed = await verify(client, begun.challenge.id, usedCode)
  expectType(replayed, 'ProofRejected')
  tell.gets(`Refused: ${replayed.message}`)

  // The code of the next 30 seconds: the gateway lets clocks be one step apart, so nobody has to wait here.
  tell.sends('verifyChallenge with the next code')
  const proven = await verify(client, begun.challenge.id, app.code(1))
  expectType(proven, 'VerifyChallengePayload')
  tell.gets('Signed in with two factors.')
}

function verify(client: DemoClient, challengeId: string, code: string): Promise<Result> {
  return client.ask<Result>(
    `mutation ($input: VerifyChallengeInput!) {
      verifyChallenge(input: $input) { __typename ... on VerifyChallengePayload { token } ${ERROR} }
    }`,
    { input: { challengeId, proof: { totp: { code } } } },
  )
}

async function showSecurityInfo(client: DemoClient, tell: Narrator): Promise<void> {
  tell.chapter('The security info page')
  tell.sends('viewer { securityInfo { ... } }')
  const viewer = await client.ask<{
    session: { state: string }
    securityInfo: {
      methods: readonly { label: string; kind: string; isDefault: boolean; lastUsedAt: string | null }[]
    }
  }>(
    `query {
      viewer { session { state } securityInfo { methods { label kind isDefault lastUsedAt } } }
    }`,
  )
  expect(viewer.session.state, 'ACTIVE')
  for (const { label, kind, isDefault, lastUsedAt } of viewer.securityInfo.methods) {
    tell.gets(`"${label}" (${kind})${isDefault ? ', the default' : ''}, last used ${lastUsedAt ?? 'never'}.`)
  }
}

const reasons = ({ interrupt }: Session) => interrupt?.reasons.map(({ message }) => message).join(' ')

function expectType(result: Result, expected: string): void {
  const came = result.code ? `${result.__typename}, ${result.code}: ${result.message}` : result.__typename
  if (result.__typename !== expected) throw new DemoFailure(`Expected ${expected}, but got ${came}`)
}

function expect(came: string, expected: string): void {
  if (came !== expected) throw new DemoFailure(`Expected the session to be ${expected}, but it is ${came}.`)
}
