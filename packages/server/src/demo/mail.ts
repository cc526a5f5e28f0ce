import { received } from './inbox.ts'
import { confirm, ERROR, expectType, type Person, type Result, type Stage } from './steps.ts'

/** Registers an address, and proves it. */
export async function setUpEmail(stage: Stage, address: string, label: string): Promise<void> {
  const { client, tell } = stage
  tell.sends('beginEnrollment of an email address')
  const begun = await client.ask<Result & { enrollment: { id: string } }>(
    `mutation ($input: BeginEnrollmentInput!) {
      beginEnrollment(input: $input) { __typename ... on BeginEnrollmentPayload { enrollment { id } } ${ERROR} }
    }`,
    { input: { method: { email: { address } } } },
  )
  expectType(begun, 'BeginEnrollmentPayload')
  const isCode = ({ to, code }: { to: string; code: string | null }) => to === address && code !== null
  const { code } = await received(client, isCode)
  tell.sends('confirmEnrollment with the code of the mail')
  const input = { enrollmentId: begun.enrollment.id, proof: { email: { code } }, label }
  expectType(await confirm(stage, input), 'ConfirmEnrollmentPayload')
}

/** Adds an address for password reset, and gives what the notice of it links to. */
export async function addEmail(stage: Stage, person: Person): Promise<string> {
  const { client, tell } = stage
  tell.chapter('An email address, for password reset')
  await setUpEmail(stage, person.identifier, 'Work mail')
  tell.gets('The address is registered. It never signs in, but it counts for password reset.')

  const notice = await received(
    client,
    ({ to, link, subject }) => to === person.contactEmail && link !== null && /email/i.test(subject),
  )
  tell.gets(`To ${notice.to}, as to every address of this person, goes a mail: "${notice.subject}".`)
  return notice.link ?? ''
}

/** "This wasn't me": what the page behind the link sends. */
export async function undo({ client, tell }: Stage, link: string): Promise<void> {
  tell.chapter('"This wasn\'t me"')
  tell.sends('undoChange with what follows # in the link of that mail; no session is needed')
  const undone = await client.ask<Result>(
    `mutation ($input: UndoChangeInput!) {
      undoChange(input: $input) { __typename ... on UndoChangePayload { message } ${ERROR} }
    }`,
    { input: { token: new URL(link).hash.slice(1) } },
  )
  expectType(undone, 'UndoChangePayload')
  tell.gets(undone.message ?? '')
  const viewer = await client.ask<object | null>('query { viewer { username } }')
  tell.gets(viewer === null ? 'The session that made the change is dead.' : 'The session still lives.')
}
