import { type Enrolled, type Refusal, refuse } from '@security-info/core'
import { verifyRegistrationResponse } from '@simplewebauthn/server'
import { convertAAGUIDToString } from '@simplewebauthn/server/helpers'
import { formatProblem, trustProblem } from './attestation.ts'
import { type Attestation, authenticatorDataProblem, readAttestation } from './authenticator-data.ts'
import { fromBase64Url, sameBytes, toBase64Url } from './bytes.ts'
import { clientDataProblem, type Expected } from './client-data.ts'
import type { Registration } from './inputs.ts'
import { suggestLabel } from './models.ts'
import { readPublicKey } from './public-key.ts'
import { knownTransports, type StoredKey } from './stored.ts'

export interface RegistrationExpected extends Expected {
  readonly userHandle: string
  readonly algorithms: readonly number[]
  /** PEM of the certificates that an attestation may lead to. */
  readonly roots: readonly string[]
}

const PATH = ['response', 'attestationObject']

/** Registering a new credential, in the order of WebAuthn 7.1. The format was checked before (`inputs.ts`). */
export async function verifyRegistration(
  proof: Registration,
  expected: RegistrationExpected,
): Promise<Enrolled<StoredKey> | Refusal<'webauthn'>> {
  const { party, policy } = expected
  const client = clientDataProblem(proof.response.clientDataJSON, expected)
  if (client) return client

  const attestation = readAttestation(fromBase64Url(proof.response.attestationObject))
  if (typeof attestation === 'string') return refuse('webauthn.attestationObject', { path: PATH })
  const { data, format } = attestation
  const { flags, credentialID = new Uint8Array(), credentialPublicKey = new Uint8Array() } = data
  const authenticator = await authenticatorDataProblem(data, PATH, party, policy)
  if (authenticator) return authenticator

  const key = await readPublicKey(credentialPublicKey, expected.algorithms)
  if ('ok' in key) return key
  const inconsistent = inconsistency(proof, attestation, key)
  if (inconsistent) return refuse('webauthn.inconsistent', { path: inconsistent })

  const aaguid = convertAAGUIDToString(data.aaguid ?? new Uint8Array(16))
  const unfit = formatProblem(attestation)
  if (unfit) return unfit
  if (!(await statementIsRight(proof, expected))) {
    return refuse('webauthn.attestation', { path: PATH, values: { format } })
  }
  const untrusted = await trustProblem(attestation, aaguid, policy, expected.roots)
  if (untrusted) return untrusted
  // 7.1 step 26. The next one, that nobody has registered it yet, is core's: `uniqueKey`.
  if (credentialID.length > MAX_CREDENTIAL_ID) return refuse('webauthn.credentialId', { path: PATH })

  const transports = knownTransports(proof.response.transports)
  const label = suggestLabel({ aaguid, synced: flags.be, transports })
  return {
    stored: {
      credentialId: proof.id,
      publicKey: toBase64Url(credentialPublicKey),
      transports,
      aaguid,
      deviceType: flags.be ? 'multiDevice' : 'singleDevice',
      backedUp: flags.bs,
      userHandle: expected.userHandle,
      attestationFormat: format,
    },
    uniqueKey: proof.id,
    factors: flags.uv ? 2 : 1,
    // 0 is no counter at all: it may stay 0 for ever, and core takes only counters that rise.
    ...(data.counter > 0 ? { counter: BigInt(data.counter) } : {}),
    ...(label ? { suggestedLabel: label } : {}),
  }
}

/** 7.1 step 26, as 4 (credential ID) has it. */
const MAX_CREDENTIAL_ID = 1023

/** Steps 22 and 23. Everything that has a code of its own was asked before, so what fails here is the statement. */
async function statementIsRight(
  proof: Registration,
  { challenge, party, policy, algorithms }: RegistrationExpected,
): Promise<boolean> {
  try {
    const { verified } = await verifyRegistrationResponse({
      response: {
        id: proof.id,
        rawId: proof.rawId,
        type: 'public-key',
        clientExtensionResults: {},
        response: {
          clientDataJSON: proof.response.clientDataJSON,
          attestationObject: proof.response.attestationObject,
        },
      },
      expectedChallenge: challenge,
      expectedOrigin: [...party.origins],
      expectedRPID: party.id,
      requireUserVerification: policy.userVerification === 'required',
      supportedAlgorithmIDs: [...algorithms],
    })
    return verified
  } catch {
    return false
  }
}

/** The path of a member that repeats what the attestation object says, and says something else. */
function inconsistency(
  { id, response }: Registration,
  { data, authData }: Attestation,
  key: { readonly algorithm: number; readonly spki: Uint8Array },
): readonly string[] | undefined {
  const differs = (given: string | null | undefined, actual: Uint8Array) =>
    typeof given === 'string' && !sameBytes(fromBase64Url(given), actual)
  if (differs(id, data.credentialID ?? new Uint8Array())) return ['id']
  if (differs(response.authenticatorData, authData)) return ['response', 'authenticatorData']
  if (differs(response.publicKey, key.spki)) return ['response', 'publicKey']
  const algorithm = response.publicKeyAlgorithm ?? key.algorithm
  return algorithm === key.algorithm ? undefined : ['response', 'publicKeyAlgorithm']
}
