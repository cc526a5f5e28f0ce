import { type Registered, refuse, type Verdict } from '@security-info/core'
import { type AssertionExpected, verifyAssertion } from './assertion.ts'
import { readAuthenticatorData } from './authenticator-data.ts'
import { fromBase64Url } from './bytes.ts'
import type { Assertion } from './inputs.ts'
import type { StoredKey } from './stored.ts'

/** A point of P-256 as COSE, whose private half was thrown away when it was made. */
const NOBODYS_KEY =
  'pQECAyYgASFYIFs-PAuphiBROc7dK7yzB4uJRyvkKakSdpVBGXnQvjlgIlgguhF6p9dC_ZHHDxg3RCLaxjZFHUgsRWFuwm2yC9rIh6I'

/**
 * Verifying an assertion in a password reset, where whoever asks has proven nothing: all refusals are one until the signature was
 * found right, else they would tell who has which key (WebAuthn 14.6.2). A key that is not registered goes through the same
 * checks as one that is.
 */
export async function verifyInReset(
  proof: Assertion,
  of: readonly Registered<StoredKey>[],
  expected: AssertionExpected,
): Promise<Verdict<'webauthn', StoredKey>> {
  const known = of.some(({ stored }) => stored.credentialId === proof.id)
  const verdict = await verifyAssertion(proof, known ? of : [standInFor(proof)], expected)
  // The one refusal after the signature: what may be a copy is told of.
  const proven = verdict.ok || verdict.risk === 'clone'
  return known && proven ? verdict : refuse('wrong-proof')
}

/** A registered key that a proof fits in everything but its signature, which takes the most work. */
function standInFor({ id, response }: Assertion): Registered<StoredKey> {
  const data = readAuthenticatorData(fromBase64Url(response.authenticatorData))
  const stored: StoredKey = {
    credentialId: id,
    publicKey: NOBODYS_KEY,
    transports: [],
    aaguid: '00000000-0000-0000-0000-000000000000',
    deviceType: data?.flags.be ? 'multiDevice' : 'singleDevice',
    backedUp: data?.flags.bs ?? false,
    userHandle: response.userHandle ?? '',
    attestationFormat: 'none',
  }
  return { id: '', label: '', stored, counter: null }
}
