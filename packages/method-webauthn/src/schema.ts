import type { SchemaKit } from '@security-info/core'
import type { CreationOptions, RequestOptions } from './request.ts'
import { createInputs } from './schema-inputs.ts'
import { jsonScalar } from './schema-json.ts'

/** What the owner may know of a key. */
export interface WebauthnDetails {
  readonly synced: boolean
  readonly aaguid: string
  readonly model: string | null
  readonly transports: readonly string[]
}

/** The GraphQL types of security keys. */
export function createSchema(kit: SchemaKit) {
  // A tree of typed objects would be worse: GraphQL answers null for a member that is not set, and browsers refuse null
  // where WebAuthn wants the member left out.
  const creation = jsonScalar<CreationOptions>(kit, 'WebauthnCreationOptions', {
    direction: 'out',
    description:
      'A `PublicKeyCredentialCreationOptionsJSON` (WebAuthn Level 3, 5.4), to be passed on as it is: `navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) })`.',
  })
  const request = jsonScalar<RequestOptions>(kit, 'WebauthnRequestOptions', {
    direction: 'out',
    description:
      'A `PublicKeyCredentialRequestOptionsJSON` (WebAuthn Level 3, 5.5), to be passed on as it is: `navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) })`.',
  })
  const inputs = createInputs(kit)
  const setup = kit.setup<{ readonly options: CreationOptions }>('WebauthnSetup', {
    description: 'Asks the browser for a new credential. Ask for a name after it, not before.',
    fields: (t) => ({
      options: t.field({
        type: creation,
        description: 'For `PublicKeyCredential.parseCreationOptionsFromJSON`.',
        resolve: ({ options }) => options,
      }),
    }),
  })
  const prompt = kit.prompt<{ readonly options: RequestOptions }>('WebauthnPrompt', {
    description: 'Asks the browser for a proof by any registered key.',
    fields: (t) => ({
      options: t.field({
        type: request,
        description: 'For `PublicKeyCredential.parseRequestOptionsFromJSON`.',
        resolve: ({ options }) => options,
      }),
    }),
  })
  const details = kit.details<WebauthnDetails>('WebauthnMethod', {
    description: 'A registered security key or passkey.',
    fields: (t) => ({
      synced: t.exposeBoolean('synced', {
        description:
          'Whether it is backed up, so that it is on other devices too. False: it lives on one device.',
      }),
      aaguid: t.exposeString('aaguid', {
        description: 'Its make and model as it told them; all zeros where it did not.',
      }),
      model: t.exposeString('model', {
        nullable: true,
        description: 'The name of that model or passkey provider, where it is well known.',
      }),
      transports: t.stringList({
        description: 'How browsers reach it: `usb`, `nfc`, `ble`, `hybrid`, `internal`.',
        resolve: ({ transports }) => [...transports],
      }),
    }),
  })
  return { ...inputs, setup, prompt, details }
}

export type WebauthnSchema = ReturnType<typeof createSchema>
