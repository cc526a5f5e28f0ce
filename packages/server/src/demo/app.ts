import { type Authenticator, scan } from './authenticator.ts'
import { confirm, ERROR, expectType, interrupt, type Result, type Stage, verify } from './steps.ts'

/** An app that was set up, and the code that is spent. */
export interface SetUpApp {
  readonly app: Authenticator
  readonly usedCode: string
}

/** Sets an app up in the wizard; a wrong code comes first where it is to be shown. */
export async function setUpApp(stage: Stage): Promise<SetUpApp> {
  const { tell } = stage
  const { position, required, offers } = await interrupt(stage)
  tell.chapter(`Keep your account secure: method ${position} of ${required}, ${offers[0]?.title}`)
  const { id, step, attemptsLeft } = await beginApp(stage)
  tell.gets(
    `A QR code to scan, or a key to type: ${step.manualKey.slice(0, 4)} .... Nothing is registered yet; ${attemptsLeft} guesses.`,
  )

  const app = scan(step.otpauthUri)
  const named = { enrollmentId: id, label: 'Demo app', makeDefault: true }
  tell.sends('confirmEnrollment with a wrong code')
  const wrong = await confirm(stage, { ...named, proof: { totp: { code: app.wrongCode() } } })
  expectType(wrong, 'ProofRejected')
  tell.gets(`Refused: ${wrong.message}`)

  tell.sends('confirmEnrollment with the code that the app shows')
  const usedCode = await codeOf(stage, app)
  expectType(
    await confirm(stage, { ...named, proof: { totp: { code: usedCode } } }),
    'ConfirmEnrollmentPayload',
  )
  tell.gets('The app works and is registered; it is the default method now.')
  return { app, usedCode }
}

/** Another app, on another phone. */
export async function setUpNewApp(stage: Stage): Promise<void> {
  const { tell } = stage
  const { id, step } = await beginApp(stage)
  const proof = { totp: { code: await codeOf(stage, scan(step.otpauthUri)) } }
  tell.sends('confirmEnrollment with its code')
  expectType(await confirm(stage, { enrollmentId: id, proof, label: 'New app' }), 'ConfirmEnrollmentPayload')
}

async function beginApp({ client, tell }: Stage) {
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
  return begun.enrollment
}

/** What the app shows; says so where that takes a while. */
export function codeOf({ tell }: Stage, app: Authenticator): Promise<string> {
  return app.newCode((seconds) =>
    tell.waits(
      `A code works once, ever. The app shows the next one in ${seconds} s; so you would wait, too.`,
    ),
  )
}

export async function answerByApp(stage: Stage, { app, usedCode }: SetUpApp): Promise<void> {
  const { client, tell } = stage
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
  const replayed = await verify(stage, begun.challenge.id, { totp: { code: usedCode } })
  expectType(replayed, 'ProofRejected')
  tell.gets(`Refused: ${replayed.message}`)

  tell.sends('verifyChallenge with the next code')
  const code = await codeOf(stage, app)
  expectType(await verify(stage, begun.challenge.id, { totp: { code } }), 'VerifyChallengePayload')
  tell.gets('Signed in with two factors.')
}
