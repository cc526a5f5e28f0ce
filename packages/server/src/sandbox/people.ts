import { Secret, type SecurityInfo } from '@security-info/core'
import { setUpAdministrator } from '../demo/administrator.ts'
import { createClient, DemoFailure } from '../demo/client.ts'
import type { Gateway } from '../gateway.ts'
import { demoAdministrator, type SandboxPerson } from './organisation.ts'

/** Makes somebody of the sandbox, unless they are there. */
export async function ensurePerson(
  { accounts }: Pick<SecurityInfo, 'accounts'>,
  person: SandboxPerson,
  password: string,
): Promise<void> {
  if (await accounts.exists(person.identifier)) return
  const made = await accounts.create({ ...person, password: new Secret(password) })
  if (!made.ok) throw new Error(`${person.displayName} could not be made: ${made.problem}`)
}

/**
 * Sets up what the administrator proves with, by the API and before anybody is served: so whoever plays helpdesk begins with a
 * phone whose texts are in the inbox. Does nothing to what a person has set up since. Gives the reason where it can't be done, such as
 * a password that was changed: that keeps nobody from the rest of the sandbox.
 */
export async function ensureAdministratorsPhone(
  gateway: Pick<Gateway, 'fetch'>,
  publicUrl: URL,
  password: string,
): Promise<string | undefined> {
  const here: typeof fetch = (address, init) => {
    const request = new Request(address, init)
    request.headers.set('host', publicUrl.host)
    return gateway.fetch(request, { clientAddress: '127.0.0.1' })
  }
  const client = createClient(publicUrl.origin, here)
  try {
    await setUpAdministrator(client, { identifier: demoAdministrator.identifier, password })
    await client.ask('mutation { signOut(input: {}) { ended } }')
    return undefined
  } catch (error) {
    if (error instanceof DemoFailure) return error.message
    throw error
  }
}
