import { eachDatabase } from '@security-info/testing'
import { describe, expect, test } from 'vitest'
import { granted, must } from './support/people.ts'
import { openPhones } from './support/phones.ts'
import { completeReset, forgetful, newPassword, passText, readyReset, startReset } from './support/resets.ts'

eachDatabase('Password reset', (open) => {
  describe('a reset with two gates', () => {
    test('sets a new password, ends every session and asks for the second factor as always (C11)', async () => {
      const gateway = await openPhones(await open())
      const who = await forgetful(gateway)
      const visitor = gateway.client()
      const token = await readyReset(gateway, visitor, who)
      const password = newPassword()
      granted(await completeReset(visitor, { token, newPassword: password }))

      expect(await who.client.session()).toBeUndefined()
      const again = gateway.client()
      expect((await again.signIn(who.person)).__typename).toBe('SignInRejected')
      const signedIn = granted(await again.signIn({ ...who.person, password }))
      expect(must(signedIn.session).state).toBe('SECOND_FACTOR_REQUIRED')
    })

    test('says how far it has come', async () => {
      const gateway = await openPhones(await open())
      const who = await forgetful(gateway)
      const visitor = gateway.client()
      const started = await startReset(visitor, who.person.identifier)
      expect(started.reset).toMatchObject({ gatesRequired: 2, gatesPassed: 0, ready: false, refusal: null })
      const token = await passText(gateway, visitor, must(started.token), who.number)
      expect(token).not.toBe(started.token)
      const missing = await completeReset(visitor, { token, newPassword: newPassword() })
      expect(missing).toMatchObject({ __typename: 'PolicyDenied', code: 'reset.gatesMissing' })
    })
  })
})
