import type { SchemaKit } from '@security-info/core'
import { jsonScalar } from './schema-json.ts'

/** What `credential.toJSON()` gives, member by member, so that it can be sent as it is. */
export function createInputs(kit: SchemaKit) {
  const attachment = kit.builder.enumType('WebauthnAttachment', {
    description: 'Where an authenticator lives.',
    values: {
      PLATFORM: { value: 'platform', description: 'On this device: a passkey.' },
      CROSS_PLATFORM: { value: 'cross-platform', description: 'Apart from it: a security key.' },
    } as const,
  })
  const begin = kit.builder.inputType('WebauthnBeginInput', {
    description: 'What kind of key to set up.',
    fields: (t) => ({
      attachment: t.field({ type: attachment, description: 'Leave it out to let the person choose.' }),
    }),
  })
  const extensions = jsonScalar<Record<string, unknown>>(kit, 'WebauthnExtensionResults', {
    direction: 'in',
    description:
      'An `AuthenticationExtensionsClientOutputsJSON` (WebAuthn Level 3, 9): a JSON object whose members depend on the browser.',
  })
  const attestationResponse = kit.builder.inputType('WebauthnAttestationResponseInput', {
    description: 'An `AuthenticatorAttestationResponseJSON` (WebAuthn Level 3, 5.1).',
    fields: (t) => ({
      clientDataJSON: t.string({ required: true, description: 'What the browser says. Base64url.' }),
      attestationObject: t.string({ required: true, description: 'What the authenticator says. Base64url.' }),
      transports: t.stringList({ description: 'How the authenticator can be reached.' }),
      authenticatorData: t.string({ description: 'A part of the attestation object again. Base64url.' }),
      publicKey: t.string({ description: 'The public key again, as SPKI. Base64url.' }),
      publicKeyAlgorithm: t.int({ description: 'Its COSE algorithm again.' }),
    }),
  })
  const assertionResponse = kit.builder.inputType('WebauthnAssertionResponseInput', {
    description: 'An `AuthenticatorAssertionResponseJSON` (WebAuthn Level 3, 5.1).',
    fields: (t) => ({
      clientDataJSON: t.string({ required: true, description: 'What the browser says. Base64url.' }),
      authenticatorData: t.string({ required: true, description: 'What the authenticator says. Base64url.' }),
      signature: t.string({ required: true, description: 'The signature over both. Base64url.' }),
      userHandle: t.string({ description: 'Whose credential it is, where the key keeps that. Base64url.' }),
    }),
  })
  const id = 'The credential id. Base64url.'
  const type = 'Always `public-key`.'
  const place = 'Where the authenticator lives; only a hint.'
  const outputs = 'What extensions gave.'
  const confirm = kit.builder.inputType('WebauthnRegistrationInput', {
    description: 'A `RegistrationResponseJSON` (WebAuthn Level 3, 5.1): `credential.toJSON()` as it is.',
    fields: (t) => ({
      id: t.string({ required: true, description: id }),
      rawId: t.string({ required: true, description: id }),
      type: t.string({ required: true, description: type }),
      response: t.field({ type: attestationResponse, required: true, description: 'The new credential.' }),
      authenticatorAttachment: t.string({ description: place }),
      clientExtensionResults: t.field({ type: extensions, description: outputs }),
    }),
  })
  const proof = kit.builder.inputType('WebauthnAssertionInput', {
    description: 'An `AuthenticationResponseJSON` (WebAuthn Level 3, 5.1): `credential.toJSON()` as it is.',
    fields: (t) => ({
      id: t.string({ required: true, description: id }),
      rawId: t.string({ required: true, description: id }),
      type: t.string({ required: true, description: type }),
      response: t.field({ type: assertionResponse, required: true, description: 'The proof.' }),
      authenticatorAttachment: t.string({ description: place }),
      clientExtensionResults: t.field({ type: extensions, description: outputs }),
    }),
  })
  return { begin, confirm, proof }
}
