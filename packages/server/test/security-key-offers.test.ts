/** Where a security key stands among the offers, and that it waits for another method by default. */
import { webauthn } from '@security-info/method-webauthn'
import { generateSync } from 'otplib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadPlugins } from '../src/plugins.ts'
import { demoOrganisation } from '../src/sandbox/organisation.ts'
import { password, signInDocument, type TestGateway, testGateway } from './support/gateway.ts'
import { type InboxGateway, inboxGateway } from './support/inbox.ts'

const OFFERS = '{ viewer { session { interrupt { offers { kind blocked { code } } } } } }'
const BEGIN = `mutation ($input: BeginEnrollmentInput!) { beginEnrollment(input: $input) { __typename
  ... on UserError { code } ... on PolicyDenied { rule }
  ... on BeginEnrollmentPayload { enrollment { id step { ... on TotpSetup { otpauthUri } } } } } }`
const CONFIRM = `mutation ($input: ConfirmEnrollmentInput!) { confirmEnrollment(input: $input) {
  ... on ConfirmEnrollmentPayload { token } } }`

/** Signs somebody in; gives what is offered to them, before and after they have an app. */
async function offersOf(at: TestGateway, identifier: string) {
  await at.person(identifier)
  const { data } = await at.ask(signInDocument, { input: { identifier, password } })
  const session = { authorization: `Bearer ${data.signIn.token}` }
  const offered = async () => {
    const answer = await at.ask(OFFERS, {}, session)
    const { offers } = answer.data.viewer.session.interrupt
    return offers.map(({ kind, blocked }: { kind: string; blocked: { code: string } | null }) =>
      blocked ? `${kind}: ${blocked.code}` : kind,
    )
  }
  const before = await offered()
  const refused = await at.ask(BEGIN, { input: { method: { webauthn: {} } } }, session)
  const begun = await at.ask(BEGIN, { input: { method: { totp: {} } } }, session)
  const { id, step } = begun.data.beginEnrollment.enrollment
  const secret = new URL(step.otpauthUri).searchParams.get('secret') ?? ''
  const proof = { totp: { code: generateSync({ secret }) } }
  const confirmed = await at.ask(CONFIRM, { input: { enrollmentId: id, proof } }, session)
  session.authorization = `Bearer ${confirmed.data.confirmEnrollment.token}`
  return { before, refused: refused.data.beginEnrollment, after: await offered() }
}

let sandbox: InboxGateway
let plain: TestGateway
beforeAll(async () => {
  sandbox = await inboxGateway({ policy: demoOrganisation.policy })
  const required = { TWO_FACTOR: 2, PASSWORD_RESET: 2 }
  plain = await testGateway({ plugins: [webauthn()], policy: { registration: { required } } })
})
afterAll(async () => {
  await sandbox.close()
  await plain.close()
})

describe('A security key among the offers', () => {
  it('comes after the app while it waits for another method, and is refused until then', async () => {
    const { before, refused, after } = await offersOf(plain, 'ada@example.org')
    expect(before).toEqual(['totp', 'webauthn: policy.needsAnother'])
    expect(refused).toMatchObject({ code: 'policy.needsAnother', rule: 'methods.webauthn.needsAnother' })
    expect(after).toEqual(['webauthn'])
  })

  it('in the sandbox comes after app and phone, in the order of its organisation', async () => {
    const { before, after } = await offersOf(sandbox, 'ada@example.org')
    const first = 'policy.firstMethodTwoFactor'
    const waiting = ['webauthn: policy.needsAnother', `email: ${first}`, `questions: ${first}`]
    expect(before).toEqual(['totp', 'phone', ...waiting])
    expect(after).toEqual(['phone', 'webauthn', 'email', 'questions'])
  })

  it('is loaded by the configuration of the sandbox', () => {
    const { plugins, faults } = loadPlugins(demoOrganisation.methods, () => undefined)
    expect(faults).toEqual([])
    expect(plugins.map(({ id }) => id)).toContain('webauthn')
  })
})
