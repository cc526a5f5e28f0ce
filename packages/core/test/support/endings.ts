import type { Answer } from '@security-info/testing'
import { Secret } from '../../src/index.ts'
import { undoTokenIn } from './notices.ts'
import { granted, signInFully } from './people.ts'
import { enrollPhone, type PhoneGateway } from './phones.ts'
import { completeReset, type Forgetful, newPassword, readyReset } from './resets.ts'

const CHANGE = `mutation Test($input: ChangePasswordInput!) { changePassword(input: $input) { __typename } }`

type Ending = (gateway: PhoneGateway, who: Forgetful) => Promise<() => Promise<unknown>>

/** The ways in which all that a person has open ends: each is made ready, and then done. */
export const endings: readonly (readonly [string, Ending])[] = Object.entries<Ending>({
  async 'a reset'(gateway, who) {
    const visitor = gateway.client()
    const token = await readyReset(gateway, visitor, who)
    return async () => granted(await completeReset(visitor, { token, newPassword: newPassword() }))
  },
  async 'a new password'(gateway, who) {
    const client = await signInFully(gateway, who)
    const input = { currentPassword: who.person.password, newPassword: newPassword() }
    return async () => granted(await client.ask<Answer>(CHANGE, { input }))
  },
  async 'a new password from the operator'(gateway, { person: { identifier } }) {
    const password = new Secret(newPassword())
    return () => gateway.securityInfo.accounts.setPassword({ identifier, password })
  },
  async 'a disabled account'(gateway, { person: { identifier } }) {
    return () => gateway.securityInfo.accounts.disable(identifier)
  },
  async 'a change that is undone'(gateway, who) {
    await enrollPhone(gateway, who.client)
    await gateway.securityInfo.sendDue()
    const token = undoTokenIn(gateway, who.address, 'was added')
    return async () => granted(await gateway.client().undoChange(token))
  },
})
