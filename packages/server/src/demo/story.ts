import { answerByApp, setUpApp } from './app.ts'
import { addEmail, undo } from './mail.ts'
import { answerByPhone, setUpPhone } from './phone.ts'
import { done, expect, type Person, type Session, type Stage, signIn, signInAgain } from './steps.ts'

/**
 * Plays the product's story over HTTP: first sign-in, app, phone, later sign-ins by each of them, an email address, and
 * taking a change back. @throws DemoFailure where it takes another turn
 */
export async function playStory(stage: Stage, person: Person): Promise<void> {
  const { tell } = stage
  tell.chapter(`${person.identifier} signs in for the first time`)
  const first = await signIn(stage, person)
  expect(first.state, 'SECURITY_INFO_REQUIRED')
  tell.gets(`The password is right, but the account stays closed: ${reasons(first)}`)

  const app = await setUpApp(stage)
  const number = await setUpPhone(stage)
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
  await undo(stage, link)
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
