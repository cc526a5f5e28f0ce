import type { DemoClient } from './client.ts'
import { setUpEmail } from './mail.ts'
import { silent } from './narrator.ts'
import { setUpPhone } from './phone.ts'
import { done, expect, type Person, signIn } from './steps.ts'

/**
 * Signs an administrator in for the first time, and sets up a phone and an address for them: all their codes are in the inbox.
 * Gives the number, and leaves `client` with a full session; `undefined` where they have set something up before.
 */
export async function setUpAdministrator(
  client: DemoClient,
  administrator: Pick<Person, 'identifier' | 'password'>,
): Promise<string | undefined> {
  const stage = { client, tell: silent }
  const { state } = await signIn(stage, administrator)
  if (state !== 'SECURITY_INFO_REQUIRED') return undefined
  const number = await setUpPhone(stage, 'Desk phone')
  await setUpEmail(stage, administrator.identifier, 'Work mail')
  await done(stage)
  return number
}

/** The same for somebody who is new. @throws DemoFailure */
export async function setUpNewAdministrator(client: DemoClient, administrator: Person): Promise<string> {
  const number = await setUpAdministrator(client, administrator)
  expect(number === undefined ? 'somebody who has methods' : 'somebody new', 'somebody new')
  return number ?? ''
}
