import { type Client, eachDatabase, openTestGateway } from '@security-info/testing'
import { expect, test } from 'vitest'
import { key, keyAnswer, newKey } from './plugins/key.ts'
import { mail } from './plugins/mail.ts'
import { pin } from './plugins/pin.ts'
import { beginPin, enrollKey, enrollPin, granted, must, provePin, signedIn } from './support/people.ts'

const BEGIN = `mutation { beginPasskeySignIn { ... on BeginPasskeySignInPayload { token step { ... on KeyPrompt { nonce } } } } }`
const FINISH = `mutation ($input: SignInWithPasskeyInput!) { signInWithPasskey(input: $input) {
  ... on SignInPayload { token session { state } } } }`
const plugins = [key({ passwordless: true }), pin(), mail()]

async function signInByKey(client: Client, { credential, secret }: ReturnType<typeof newKey>) {
  const begun = await client.ask<{ token: string; step: { nonce: string } }>(BEGIN)
  const proof = { key: { credential, answer: keyAnswer(secret, begun.step.nonce) } }
  return client.ask<{ session?: { state: string } }>(FINISH, { input: { token: begun.token, proof } })
}

eachDatabase('A session opened by a passkey alone', (open) => {
  test.each(['required', 'whenRegistered', 'off'])(
    'C20: ends with its passkey (two factors: %s), and no other single proof takes its place',
    async (twoFactor) => {
      const gateway = await openTestGateway(await open(), { plugins, policy: { twoFactor } })
      const { person, client: owner } = await signedIn(gateway)
      const { pin: code } = await enrollPin(owner)
      const device = newKey('stolen')
      const added = granted(await enrollKey(owner, device))
      await owner.finishRegistration()
      const thief = gateway.client()
      expect((await signInByKey(thief, device)).session?.state).toBe('ACTIVE')
      const challenge = await beginPin(thief)

      granted(await owner.removeMethod(must(added.method).id))
      expect(await thief.session()).toBeUndefined()
      const outcome = await thief.send(
        'mutation ($input: VerifyChallengeInput!) { verifyChallenge(input: $input) { __typename } }',
        { input: { challengeId: challenge, proof: { pin: { code } } } },
      )
      expect(outcome.errors[0]?.extensions.code).toBe('UNAUTHENTICATED')
      const { client: again } = await signedIn(gateway, person)
      granted(await provePin(again, code))
      expect((await again.session())?.state, 'the owner goes on').toBe('ACTIVE')
    },
  )
})
