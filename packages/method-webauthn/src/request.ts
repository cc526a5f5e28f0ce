import type { FlowStart } from '@security-info/core'
import { generateAuthenticationOptions, generateRegistrationOptions } from '@simplewebauthn/server'
import { fromBase64Url } from './bytes.ts'
import type { RelyingParty, WebauthnPolicy } from './policy.ts'
import type { StoredKey, Transport } from './stored.ts'

/** `PublicKeyCredentialCreationOptionsJSON` of WebAuthn 5.4. */
export type CreationOptions = Awaited<ReturnType<typeof generateRegistrationOptions>>
/** `PublicKeyCredentialRequestOptionsJSON` of WebAuthn 5.5. */
export type RequestOptions = Awaited<ReturnType<typeof generateAuthenticationOptions>>

export type Attachment = 'platform' | 'cross-platform'

/** How long browsers wait: as long as the flow lives. */
export const TTL_SECONDS = 300

interface Creation {
  readonly challenge: string
  readonly userHandle: string
  readonly attachment: Attachment | undefined
  readonly exclude: readonly StoredKey[]
  readonly algorithms: readonly number[]
}

/** What `navigator.credentials.create` is called with. */
export function creationOptions(
  party: RelyingParty,
  { username, displayName, policy }: FlowStart<WebauthnPolicy>,
  { challenge, userHandle, attachment, exclude, algorithms }: Creation,
): Promise<CreationOptions> {
  return generateRegistrationOptions({
    rpID: party.id,
    rpName: party.name,
    userID: fromBase64Url(userHandle),
    userName: username,
    userDisplayName: displayName,
    challenge: fromBase64Url(challenge),
    timeout: TTL_SECONDS * 1000,
    attestationType: attestationOf(policy),
    excludeCredentials: exclude.map(descriptor),
    supportedAlgorithmIDs: [...algorithms],
    authenticatorSelection: {
      residentKey: policy.residentKey,
      userVerification: policy.userVerification,
    },
    ...(attachment && {
      preferredAuthenticatorType: attachment === 'platform' ? 'localDevice' : 'securityKey',
    }),
  })
}

/** What `navigator.credentials.get` is called with: for one of these credentials, or where there are none for any. */
export function requestOptions(
  party: RelyingParty,
  policy: WebauthnPolicy,
  challenge: string,
  credentials: readonly { readonly credentialId: string; readonly transports: readonly Transport[] }[],
): Promise<RequestOptions> {
  return generateAuthenticationOptions({
    rpID: party.id,
    challenge: fromBase64Url(challenge),
    timeout: TTL_SECONDS * 1000,
    userVerification: policy.userVerification,
    allowCredentials: credentials.map(descriptor),
  })
}

/** Whoever demands to know the make has to ask for it. */
function attestationOf({ attestation, attestationRequired, allowedAaguids }: WebauthnPolicy) {
  return attestation === 'none' && (attestationRequired || allowedAaguids.length > 0) ? 'direct' : attestation
}

function descriptor({
  credentialId,
  transports,
}: {
  readonly credentialId: string
  readonly transports: readonly Transport[]
}) {
  return { id: credentialId, ...(transports.length > 0 ? { transports: [...transports] } : {}) }
}
