import { randomInt } from 'node:crypto'
import { DemoFailure } from './client.ts'
import { received } from './inbox.ts'
import {
  confirm,
  ERROR,
  expectType,
  interrupt,
  type Result,
  type Session,
  type Stage,
  verify,
} from './steps.ts'

const CODE_SENT = 'step { ... on CodeSent { destination } }'
interface CodeSent {
  readonly id: string
  readonly step: { readonly destination: string }
}

/** Sets a phone up by text, as the backup of the app. Returns its number. */
export async function setUpPhone(stage: Stage): Promise<string> {
  const { client, tell } = stage
  const { position, required, offers } = await interrupt(stage)
  tell.chapter(`Keep your account secure: method ${position} of ${required}, ${offers[0]?.title}`)
  // A number gets few codes an hour, so each play has another one. None of them is anybody's.
  const number = `+1201555${randomInt(1000, 9999)}`
  tell.sends('beginEnrollment of a phone, by text')
  const begun = await client.ask<Result & { enrollment: CodeSent }>(
    `mutation ($input: BeginEnrollmentInput!) {
      beginEnrollment(input: $input) {
        __typename
        ... on BeginEnrollmentPayload { enrollment { id ${CODE_SENT} } }
        ${ERROR}
      }
    }`,
    { input: { method: { phone: { number } }, way: 'text' } },
  )
  expectType(begun, 'BeginEnrollmentPayload')
  const { id, step } = begun.enrollment
  tell.gets(`A code is on its way to ${step.destination}. In a sandbox it lands in /dev/inbox.`)
  const { code } = await received(client, ({ channel, to }) => channel === 'sms' && to === number)
  tell.sends('confirmEnrollment with the code of the text')
  const input = { enrollmentId: id, proof: { phone: { code } }, label: 'Demo phone' }
  expectType(await confirm(stage, input), 'ConfirmEnrollmentPayload')
  tell.gets('The phone is registered: for texts and for calls, and as a backup of the app.')
  return number
}

/** The second proof by a call. */
export async function answerByPhone(stage: Stage, { proofOptions }: Session, number: string): Promise<void> {
  const { client, tell } = stage
  const call = proofOptions.find(({ way }) => way === 'call')
  if (!call) throw new DemoFailure('The phone is not among the ways to prove.')
  tell.sends(`beginChallenge of "${call.method.label}", by call`)
  const begun = await client.ask<Result & { challenge: CodeSent }>(
    `mutation ($input: BeginChallengeInput!) {
      beginChallenge(input: $input) {
        __typename
        ... on BeginChallengePayload { challenge { id ${CODE_SENT} } }
        ${ERROR}
      }
    }`,
    { input: { methodId: call.method.id, way: call.way } },
  )
  expectType(begun, 'BeginChallengePayload')
  tell.gets(`${begun.challenge.step.destination} rings, and reads the code out once a key is pressed.`)
  const { code } = await received(client, ({ channel, to }) => channel === 'voice' && to === number)
  tell.sends('verifyChallenge with the code of the call')
  expectType(await verify(stage, begun.challenge.id, { phone: { code } }), 'VerifyChallengePayload')
  tell.gets('Signed in with two factors.')
}
