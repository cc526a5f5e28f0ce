import { randomInt } from 'node:crypto'
import { DemoFailure } from './client.ts'
import { newest, received } from './inbox.ts'
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

/** Adds a phone in the wizard, as the backup of the app. Returns its number. */
export async function addPhone(stage: Stage): Promise<string> {
  const { tell } = stage
  const { position, required, offers } = await interrupt(stage)
  tell.chapter(`Keep your account secure: method ${position} of ${required}, ${offers[0]?.title}`)
  const number = await setUpPhone(stage, 'Demo phone')
  tell.gets('The phone is registered: for texts and for calls, and as a backup of the app.')
  return number
}

/** Registers a phone by text, and proves it. Returns its number. */
export async function setUpPhone(stage: Stage, label: string): Promise<string> {
  const { client, tell } = stage
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
  const input = { enrollmentId: id, proof: { phone: { code } }, label }
  expectType(await confirm(stage, input), 'ConfirmEnrollmentPayload')
  return number
}

/** The second proof by a call. */
export async function answerByPhone(stage: Stage, { proofOptions }: Session, number: string): Promise<void> {
  const { tell } = stage
  const call = proofOptions.find(({ way }) => way === 'call')
  if (!call) throw new DemoFailure('The phone is not among the ways to prove.')
  tell.sends(`beginChallenge of "${call.method.label}", by call`)
  await prove(stage, number, 'voice', { methodId: call.method.id, way: call.way }, ({ destination }) =>
    tell.gets(`${destination} rings, and reads the code out once a key is pressed.`),
  )
  tell.gets('Signed in with two factors.')
}

/** A proof by text for one act of an administrator, and for nothing else. */
export async function proveAct(stage: Stage, number: string, act: string): Promise<void> {
  stage.tell.sends('beginChallenge for this very act')
  await prove(stage, number, 'sms', { act }, () => {})
}

async function prove(
  stage: Stage,
  number: string,
  by: 'voice' | 'sms',
  input: object,
  sent: (step: CodeSent['step']) => void,
): Promise<void> {
  const { client, tell } = stage
  const before = await newest(client)
  const begun = await client.ask<Result & { challenge: CodeSent }>(
    `mutation ($input: BeginChallengeInput!) {
      beginChallenge(input: $input) {
        __typename
        ... on BeginChallengePayload { challenge { id ${CODE_SENT} } }
        ${ERROR}
      }
    }`,
    { input },
  )
  expectType(begun, 'BeginChallengePayload')
  sent(begun.challenge.step)
  const { code } = await received(client, ({ channel, to }) => channel === by && to === number, before)
  tell.sends(`verifyChallenge with the code of the ${by === 'voice' ? 'call' : 'text'}`)
  expectType(await verify(stage, begun.challenge.id, { phone: { code } }), 'VerifyChallengePayload')
}
