import { setUpNewApp } from './app.ts'
import { type DemoClient, DemoFailure } from './client.ts'
import { startReset } from './gates.ts'
import { received } from './inbox.ts'
import { proveAct } from './phone.ts'
import { ERROR, expect, expectType, type Person, type Result, type Stage } from './steps.ts'

interface IssueResult extends Result {
  readonly pass?: string
  readonly act?: string | null
}

/** Somebody who has lost everything asks for help. */
export async function askForHelp({ tell }: Stage, visitor: DemoClient, person: Person): Promise<void> {
  tell.chapter('Nothing at hand: ask the administrators')
  tell.sends(`startPasswordReset for ${person.identifier}, and askAdministrator`)
  const { resetToken } = await startReset(visitor, person.identifier)
  const asked = await visitor.ask<Result>(
    `mutation ($input: ResetTokenInput!) {
      askAdministrator(input: $input) { __typename ... on AskAdministratorPayload { message } ${ERROR} }
    }`,
    { input: { token: resetToken } },
  )
  expectType(asked, 'AskAdministratorPayload')
  tell.gets(asked.message ?? '')
  const mail = await received(visitor, ({ subject }) => subject.startsWith(person.identifier))
  tell.gets(`To ${mail.to} goes a mail: "${mail.subject}".`)
}

/** An administrator looks at the queue, and issues a pass, which takes a proof for that very act. */
export async function issuePass(stage: Stage, number: string, person: Person): Promise<string> {
  const { client, tell } = stage
  tell.chapter('An administrator, signed in with two factors, looks after it')
  tell.sends('admin { helpRequests }')
  const { helpRequests } = await client.ask<{
    helpRequests: { edges: readonly { node: { id: string; username: string; gatesPassed: number } }[] }
  }>('query { admin { helpRequests { edges { node { id username gatesPassed } } } } }')
  const request = helpRequests.edges.find(({ node }) => node.username === person.identifier)?.node
  if (!request) throw new DemoFailure('The request for help is not in the queue.')
  tell.gets(
    `${request.username} wants help, and has proven ${request.gatesPassed} methods: it may be anybody. So the administrator calls them back.`,
  )

  const issue = () => {
    tell.sends(`issueAccessPass for ${person.identifier}, for one hour`)
    return client.ask<IssueResult>(
      `mutation ($input: IssueAccessPassInput!) {
        issueAccessPass(input: $input) {
          __typename
          ... on IssueAccessPassPayload { pass }
          ... on FreshProofRequired { act }
          ${ERROR}
        }
      }`,
      { input: { identifier: person.identifier, minutes: 60 } },
    )
  }
  const refused = await issue()
  expectType(refused, 'FreshProofRequired')
  tell.gets(refused.message ?? '')
  await proveAct(stage, number, refused.act ?? '')
  const issued = await issue()
  expectType(issued, 'IssueAccessPassPayload')
  const { pass = '' } = issued
  tell.gets(
    `A pass, shown this once: ${pass.slice(0, 4)}-.... It goes to its owner, who is told by mail as well.`,
  )

  tell.sends('settleHelpRequest')
  const settled = await client.ask<Result>(
    `mutation ($input: SettleHelpRequestInput!) {
      settleHelpRequest(input: $input) { __typename ${ERROR} }
    }`,
    { input: { requestId: request.id } },
  )
  expectType(settled, 'SettleHelpRequestPayload')
  tell.gets('The request is out of the queue.')
  return pass
}

/** The pass opens the wizard, and nothing else. */
export async function redeemPass(stage: Stage, person: Person, pass: string): Promise<void> {
  const { client, tell } = stage
  tell.chapter('With the pass into the wizard')
  tell.sends(`redeemAccessPass of ${person.identifier}`)
  const redeemed = await client.ask<Result & { session: { state: string } }>(
    `mutation ($input: RedeemAccessPassInput!) {
      redeemAccessPass(input: $input) { __typename ... on SignInPayload { token session { state } } ${ERROR} }
    }`,
    { input: { identifier: person.identifier, pass } },
  )
  expectType(redeemed, 'SignInPayload')
  expect(redeemed.session.state, 'SECURITY_INFO_REQUIRED')
  tell.gets('It opens the wizard and no more: a method can be added, and none changed or deleted.')
  await setUpNewApp(stage)
  tell.sends('finishRegistration')
  const finished = await client.ask<Result & { token: string | null }>(
    `mutation {
      finishRegistration(input: {}) { __typename ... on FinishRegistrationPayload { token } ${ERROR} }
    }`,
  )
  expectType(finished, 'FinishRegistrationPayload')
  const viewer = await client.ask<object | null>('query { viewer { username } }')
  expect(viewer === null ? 'no session' : 'a session', 'no session')
  tell.gets('Done ends the session. From now on they sign in as always, with the new app.')
}
