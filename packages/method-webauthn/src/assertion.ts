import { type Refusal, type Registered, refuse, type Verdict } from '@security-info/core'
import { verifyAuthenticationResponse } from '@simplewebauthn/server'
import { authenticatorDataProblem, readAuthenticatorData } from './authenticator-data.ts'
import { fromBase64Url } from './bytes.ts'
import { clientDataProblem, type Expected } from './client-data.ts'
import { isEcdsaSignature } from './der.ts'
import type { Assertion } from './inputs.ts'
import { isEcdsa } from './public-key.ts'
import type { StoredKey } from './stored.ts'

export interface AssertionExpected extends Expected {
  /** Whether nobody has said yet whose key it is, so that the key has to (7.2 step 6). */
  readonly handleRequired: boolean
}

const PATH = ['response', 'authenticatorData']

/** Verifying an assertion, in the order of WebAuthn 7.2. The format was checked before (`inputs.ts`). */
export async function verifyAssertion(
  proof: Assertion,
  of: readonly Registered<StoredKey>[],
  expected: AssertionExpected,
): Promise<Verdict<'webauthn', StoredKey>> {
  const { party, policy } = expected
  const method = of.find(({ stored }) => stored.credentialId === proof.id)
  if (!method) return refuse('webauthn.unknownCredential', { path: ['id'] })
  const { stored, id } = method
  const { userHandle } = proof.response
  const absent = userHandle === undefined || userHandle === null
  if (absent ? expected.handleRequired : userHandle !== stored.userHandle) {
    return refuse('webauthn.userHandle', { path: ['response', 'userHandle'] })
  }
  const client = clientDataProblem(proof.response.clientDataJSON, expected)
  if (client) return client

  const data = readAuthenticatorData(fromBase64Url(proof.response.authenticatorData))
  if (!data) return refuse('webauthn.authenticatorData', { path: PATH })
  const { flags, counter } = data
  const authenticator = await authenticatorDataProblem(data, PATH, party, policy)
  if (authenticator) return authenticator
  // 7.2 step 18: a key that begins or ceases to be backed up is another key.
  if (flags.be !== (stored.deviceType === 'multiDevice')) {
    return refuse('webauthn.backupEligibility', { path: PATH })
  }
  if (!(await signatureIsRight(proof, stored, expected))) {
    return refuse('webauthn.signature', { path: ['response', 'signature'] })
  }
  const fallen = counterProblem(counter, method.counter)
  if (fallen) return fallen

  return {
    ok: true,
    methodId: id,
    factors: flags.uv ? 2 : 1,
    ...(counter > 0 ? { counter: BigInt(counter) } : {}),
    // Step 24: whether it is backed up now is followed.
    ...(flags.bs === stored.backedUp ? {} : { stored: { ...stored, backedUp: flags.bs } }),
  }
}

/**
 * 7.2 step 22: a counter that does not rise may be the sign of a copy, and may be a slip of the key. So this proof does not
 * count and the owner is told; nothing is locked.
 */
function counterProblem(came: number, last: bigint | null): Refusal<'webauthn'> | undefined {
  const stored = last ?? 0n
  if (came === 0 && stored === 0n) return undefined
  if (BigInt(came) > stored) return undefined
  const values = { came, expected: Number(stored) }
  return refuse('webauthn.counter', { path: PATH, values, risk: 'clone' })
}

/** Steps 20 and 21. Everything that has a code of its own was asked before, so what fails here is the signature. */
async function signatureIsRight(
  { id, rawId, response }: Assertion,
  stored: StoredKey,
  { challenge, party, policy }: Expected,
): Promise<boolean> {
  const publicKey = fromBase64Url(stored.publicKey)
  if (isEcdsa(publicKey) && !isEcdsaSignature(fromBase64Url(response.signature))) return false
  try {
    const { verified } = await verifyAuthenticationResponse({
      response: {
        id,
        rawId,
        type: 'public-key',
        clientExtensionResults: {},
        response: {
          clientDataJSON: response.clientDataJSON,
          authenticatorData: response.authenticatorData,
          signature: response.signature,
        },
      },
      expectedChallenge: challenge,
      expectedOrigin: [...party.origins],
      expectedRPID: party.id,
      expectedTopOrigin: [...policy.topOrigins],
      requireUserVerification: policy.userVerification === 'required',
      // The library throws on a counter before it has looked at the signature; ours is asked after it.
      credential: { id: stored.credentialId, publicKey, counter: 0 },
    })
    return verified
  } catch {
    return false
  }
}
