import { randomBytes } from 'node:crypto'
import { codeOf, type SetUpApp } from './app.ts'
import type { DemoClient } from './client.ts'
import { passGate, startReset } from './gates.ts'
import { received } from './inbox.ts'
import { passQuestions } from './questions.ts'
import { ERROR, expect, expectType, type Person, type Result, type Stage } from './steps.ts'

/** "Forgot my password", by somebody who is not signed in. Gives the person with their new password. */
export async function forgetPassword(
  stage: Stage,
  visitor: DemoClient,
  person: Person,
  { app }: SetUpApp,
): Promise<Person> {
  const { tell } = stage
  tell.chapter('Forgot my password')
  tell.sends(`startPasswordReset for nobody@larkspur.example, and for ${person.identifier}`)
  const nobody = await startReset(visitor, 'nobody@larkspur.example')
  const started = await startReset(visitor, person.identifier)
  expectType(started, 'StartPasswordResetPayload')
  expect(JSON.stringify(nobody.reset), JSON.stringify(started.reset))
  tell.gets('The same answer to both: nobody learns here who has an account.')
  const first = await passGate(visitor, started.resetToken, 'totp', async () => {
    tell.sends('beginResetGate of the app, and verifyResetGate with its code')
    return { totp: { code: await codeOf(stage, app) } }
  })
  tell.gets(
    `Proven ${first.reset.gatesPassed} of ${first.reset.gatesRequired}. What is left: ${first.reset.options.map(({ title }) => title).join(', ')}.`,
  )
  const { resetToken } = await passQuestions(stage, visitor, first.resetToken)

  tell.sends('completePasswordReset with "passwordpassword"')
  const weak = await complete(visitor, resetToken, 'passwordpassword')
  expectType(weak, 'InvalidInput')
  tell.gets(`Refused: ${weak.message}`)
  const password = `a few unrelated words ${randomBytes(6).toString('hex')}`
  tell.sends('completePasswordReset with a few unrelated words')
  const done = await complete(visitor, resetToken, password)
  expectType(done, 'CompletePasswordResetPayload')
  tell.gets(done.message ?? '')
  const { subject, to } = await received(
    visitor,
    (message) => message.to === person.contactEmail && /password .+ was reset/i.test(message.subject),
  )
  tell.gets(`To ${to} goes a mail: "${subject}".`)
  return { ...person, password }
}

function complete(client: DemoClient, token: string, newPassword: string): Promise<Result> {
  return client.ask(
    `mutation ($input: CompletePasswordResetInput!) {
      completePasswordReset(input: $input) {
        __typename
        ... on CompletePasswordResetPayload { message }
        ${ERROR}
      }
    }`,
    { input: { token, newPassword } },
  )
}
