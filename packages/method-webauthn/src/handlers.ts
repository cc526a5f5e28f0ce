import type { Deps, Handlers } from '@security-info/core'
import type { z } from 'zod'
import { verifyAssertion } from './assertion.ts'
import { toBase64Url } from './bytes.ts'
import { assertion, registration } from './inputs.ts'
import { modelOf } from './models.ts'
import { relyingParty, type WebauthnPolicy } from './policy.ts'
import { verifyRegistration } from './registration.ts'
import { creationOptions, requestOptions } from './request.ts'
import { verifyInReset } from './reset.ts'
import type { WebauthnSchema } from './schema.ts'
import type { challenging, enrolling, StoredKey } from './stored.ts'

/** WebAuthn 13.4.3: at least 16. */
const CHALLENGE_BYTES = 32
/** WebAuthn 14.6.1: 64 random bytes, so that the handle says nothing about the person. */
const USER_HANDLE_BYTES = 64

interface Options {
  readonly roots: readonly string[]
  readonly algorithms: readonly number[]
}

export function createHandlers(
  deps: Deps,
  { roots, algorithms }: Options,
): Handlers<
  'webauthn',
  WebauthnSchema,
  StoredKey,
  z.infer<typeof enrolling>,
  z.infer<typeof challenging>,
  WebauthnPolicy
> {
  const random = (bytes: number) => toBase64Url(deps.random(bytes))

  return {
    inputs: { confirm: registration, proof: assertion },

    async begin(start, input, own, replaced) {
      const challenge = random(CHALLENGE_BYTES)
      // 5.4.3: the handle stands for the account, so all keys of a person have the same one.
      const userHandle = (own[0] ?? replaced)?.stored.userHandle ?? random(USER_HANDLE_BYTES)
      const party = relyingParty(start.policy, deps)
      const options = await creationOptions(party, start, {
        challenge,
        userHandle,
        attachment: input.attachment ?? undefined,
        exclude: own.map(({ stored }) => stored),
        algorithms,
      })
      return { view: { options }, pending: { challenge, userHandle } }
    },

    confirm({ pending, policy }, proof) {
      const party = relyingParty(policy, deps)
      const { challenge, userHandle } = pending
      return verifyRegistration(proof, {
        type: 'webauthn.create',
        challenge,
        party,
        policy,
        userHandle,
        algorithms,
        roots,
      })
    },

    async challenge({ policy, purpose }, of) {
      const challenge = random(CHALLENGE_BYTES)
      const reset = purpose === 'PASSWORD_RESET'
      // 14.6.3: a list of credential ids would tell who has which key, and that they exist. So in a reset any credential will do
      // that the authenticator keeps (5.5), and a key that does not keep it can't be used there. Policy has no
      // user verification below `preferred`.
      const credentials = reset ? [] : of.map(({ stored }) => stored)
      const options = await requestOptions(relyingParty(policy, deps), policy, challenge, credentials)
      return { view: { options }, pending: { challenge, passwordless: false, reset } }
    },

    verify({ pending: { challenge, passwordless, reset }, policy }, of, proof) {
      const party = relyingParty(policy, deps)
      const asked = passwordless ? withVerification(policy) : policy
      const expected = {
        type: 'webauthn.get',
        challenge,
        party,
        policy: asked,
        handleRequired: passwordless,
      } as const
      // A decoy has no keys, and is asked in a reset alone.
      const anonymous = reset || of.length === 0
      return anonymous ? verifyInReset(proof, of, expected) : verifyAssertion(proof, of, expected)
    },

    passwordless: {
      async begin({ policy }) {
        const challenge = random(CHALLENGE_BYTES)
        const party = relyingParty(policy, deps)
        // 5.5: without a list, any credential will do that the authenticator keeps for this domain.
        const options = await requestOptions(party, withVerification(policy), challenge, [])
        return { view: { options }, pending: { challenge, passwordless: true, reset: false } }
      },
      identify: ({ id }) => id,
    },

    describe: (list) =>
      list.map(({ stored: { backedUp, aaguid, transports } }) => ({
        synced: backedUp,
        aaguid,
        model: modelOf(aaguid) ?? null,
        transports,
      })),
  }
}

/** A sign-in with nothing else is two factors, or none at all. */
function withVerification(policy: WebauthnPolicy): WebauthnPolicy {
  return { ...policy, userVerification: 'required' }
}
