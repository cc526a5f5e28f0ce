/** A gateway with everything that the sandbox has and its inbox, and somebody who has set a phone up. */
import { appPassword } from '@security-info/method-app-password'
import { email } from '@security-info/method-email'
import { phone } from '@security-info/method-phone'
import { questions } from '@security-info/method-questions'
import { webauthn } from '@security-info/method-webauthn'
import { createInbox, type Inbox, type InboxMessage } from '../../src/sandbox/inbox/inbox.ts'
import { devInbox } from '../../src/sandbox/inbox/plugin.ts'
import {
  password,
  signInDocument,
  type TestGateway,
  type TestGatewayOptions,
  testGateway,
} from './gateway.ts'

export interface InboxGateway extends TestGateway {
  readonly inbox: Inbox
  /** Sends what is due, and gives the newest message of a channel. */
  newest(channel: 'sms' | 'voice' | 'email'): Promise<InboxMessage>
  /** Signs a new person in, who sets a phone up by text; gives what sends the session. */
  personWithPhone(identifier: string): Promise<Record<string, string>>
}

const BEGIN = `mutation ($input: BeginEnrollmentInput!) { beginEnrollment(input: $input) {
  ... on BeginEnrollmentPayload { enrollment { id } } ... on UserError { message } } }`
const CONFIRM = `mutation ($input: ConfirmEnrollmentInput!) { confirmEnrollment(input: $input) {
  ... on ConfirmEnrollmentPayload { token method { id } } ... on UserError { message } } }`

export async function inboxGateway(options: TestGatewayOptions = {}): Promise<InboxGateway> {
  const inbox = createInbox()
  const plugins = [phone(), email(), webauthn(), questions(), appPassword(), devInbox(inbox)]
  const at = await testGateway({ ...options, plugins, deliver: inbox.deliver })
  let people = 0
  const newest = async (channel: string) => {
    await at.securityInfo.sendDue()
    const message = inbox.messages().find((one) => one.channel === channel)
    if (!message) throw new Error('Nothing was sent.')
    return message
  }
  return {
    ...at,
    inbox,
    newest,
    async personWithPhone(identifier) {
      await at.person(identifier, `contact-of-${identifier}`)
      const signedIn = await at.ask(signInDocument, { input: { identifier, password } })
      const session = { authorization: `Bearer ${signedIn.data.signIn.token}` }
      // A number gets few codes an hour, so everybody has their own.
      const method = { phone: { number: `+1201555${String(100 + people++).padStart(4, '0')}` } }
      const { data } = await at.ask(BEGIN, { input: { method } }, session)
      const { code } = await newest('sms')
      const proof = { phone: { code } }
      const enrollmentId = data.beginEnrollment.enrollment.id
      const confirmed = await at.ask(CONFIRM, { input: { enrollmentId, proof } }, session)
      return { authorization: `Bearer ${confirmed.data.confirmEnrollment.token}` }
    },
  }
}
