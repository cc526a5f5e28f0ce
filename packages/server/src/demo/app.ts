import { type Authenticator, scan } from './authenticator.ts'
import { confirm, ERROR, expectType, interrupt, type Result, type Stage, verify } from './steps.ts'

/** An app that was set up, and the code that is spent. */
export interface SetUpApp {
  readonly app: Authenticator
  readonly usedCode: string
}

export async function setUpApp(stage: Stage): Promise<SetUpApp> {
  const { client, tell } = stage
  const { position, required, offers } = await interrupt(stage)
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
  const named = { enrollmentId: id, label: 'Demo app', makeDefault: true }
  tell.sends('confirmEnrollment with a wrong code')
  const wrong = await confirm(stage, { ...named, proof: { totp: { code: app.wrongCode() } } })
  expectType(wrong, 'ProofRejected')
  tell.gets(`Refused: ${wrong.message}`)

  tell.sends('confirmEnrollment with the code that the app shows')
  const usedCode = app.code()
  expectType(
    await confirm(stage, { ...named, proof: { totp: { code: usedCode } } }),
    'ConfirmEnrollmentPayload',
  )
  tell.gets('The app works and is registered; it is the default method now.')
  return { app, usedCode }
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

  // The code of the next 30 seconds: the gateway lets clocks be one step apart, so nobody has to wait here.
  tell.sends('verifyChallenge with the next code')
  expectType(
    await verify(stage, begun.challenge.id, { totp: { code: app.code(1) } }),
    'VerifyChallengePayload',
  )
  tell.gets('Signed in with two factors.')
}
