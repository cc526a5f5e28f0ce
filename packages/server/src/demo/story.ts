import { setUpNewAdministrator } from './administrator.ts'
import { answerByApp, setUpApp } from './app.ts'
import { useAppPassword } from './app-password.ts'
import type { DemoClient } from './client.ts'
import { askForHelp, issuePass, redeemPass } from './help.ts'
import { addEmail, undo } from './mail.ts'
import type { MailServer } from './mail-server.ts'
import { addPhone, answerByPhone } from './phone.ts'
import { rehearse } from './rehearsal.ts'
import { forgetPassword } from './reset.ts'
import { done, expect, type Person, type Session, type Stage, signIn, signInAgain } from './steps.ts'

/** Who plays, and with what. */
export interface Cast {
  readonly person: Person
  readonly administrator: Person
  /** Another client, without a session. */
  newClient(): DemoClient
  /** Logs in at a mail server, which asks the gateway. */
  readonly askMailServer: MailServer
}

/**
 * Plays the product's story over HTTP: first sign-in, app, phone, later sign-ins by each of them, an email address, an app
 * password, a rehearsal of the password reset, taking a change back, a forgotten password, and help by an administrator. @throws DemoFailure where it takes
 * another turn
 */
export async function playStory(stage: Stage, cast: Cast): Promise<void> {
  const { tell } = stage
  const { person, administrator } = cast
  tell.chapter(`${person.identifier} signs in for the first time`)
  const first = await signIn(stage, person)
  expect(first.state, 'SECURITY_INFO_REQUIRED')
  tell.gets(`The password is right, but the account stays closed: ${reasons(first)}`)

  const app = await setUpApp(stage)
  const number = await addPhone(stage)
  await done(stage)

  tell.chapter('Signing in from now on')
  const again = await signInAgain(stage, person)
  tell.gets(
    `The password is right; now a second proof is asked for, by "${again.proofOptions[0]?.method.label}".`,
  )
  await answerByApp(stage, app)

  tell.chapter('Signing in without the app at hand')
  await answerByPhone(stage, await signInAgain(stage, person), number)

  const link = await addEmail(stage, person)
  await showSecurityInfo(stage)
  await useAppPassword(stage, person, cast.askMailServer)
  await rehearse(stage, app)
  await undo(stage, link)

  const renewed = await forgetPassword(stage, cast.newClient(), person, app)
  tell.chapter('Signing in with the new password: the second factor is asked for as always')
  const newSession = await signIn(stage, renewed)
  expect(newSession.state, 'SECOND_FACTOR_REQUIRED')
  await answerByPhone(stage, newSession, number)

  await askForHelp(stage, cast.newClient(), person)
  const desk = { client: cast.newClient(), tell }
  const pass = await issuePass(desk, await setUpNewAdministrator(desk.client, administrator), person)
  await redeemPass({ client: cast.newClient(), tell }, person, pass)
}

async function showSecurityInfo({ client, tell }: Stage): Promise<void> {
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
