import { codeOf, type SetUpApp } from './app.ts'
import { passGate, refusalOf, startRehearsal } from './gates.ts'
import { addQuestions, passQuestions } from './questions.ts'
import { ERROR, expectType, type Result, type Stage } from './steps.ts'

/**
 * A rehearsal shows, while there is still time, that a reset would not work tonight: number and address are too new. What
 * mends it is set up in its middle, and then it goes on.
 */
export async function rehearse(stage: Stage, { app }: SetUpApp): Promise<void> {
  const { client, tell } = stage
  tell.chapter('Would a password reset work? A rehearsal')
  tell.sends('rehearseRecovery')
  const begun = await startRehearsal(client)
  const titles = begun.reset.options.map(({ title }) => title).join(', ')
  tell.gets(`It takes ${begun.reset.gatesRequired} different methods. What counts now: ${titles}.`)
  const first = await passGate(client, begun.resetToken, 'totp', async () => {
    tell.sends('beginResetGate of the app, and verifyResetGate with its code')
    return { totp: { code: await codeOf(stage, app) } }
  })
  const { reason, message } = refusalOf(first)
  tell.gets(
    `Proven ${first.reset.gatesPassed} of ${first.reset.gatesRequired}, and then ${reason}: ${message}`,
  )

  await addQuestions(stage)
  tell.chapter('The rehearsal goes on where it was')
  const second = await passQuestions(stage, client, first.resetToken)
  tell.gets(`Proven ${second.reset.gatesPassed} of ${second.reset.gatesRequired}.`)
  tell.sends('finishRehearsal')
  const done = await client.ask<Result>(
    `mutation ($input: ResetTokenInput!) {
      finishRehearsal(input: $input) { __typename ... on FinishRehearsalPayload { message } ${ERROR} }
    }`,
    { input: { token: second.resetToken } },
  )
  expectType(done, 'FinishRehearsalPayload')
  tell.gets(done.message ?? '')
}
