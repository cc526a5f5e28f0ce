import type { InputOf } from '@security-info/core'
import { z } from 'zod'
import { readAttestation, readAuthenticatorData } from './authenticator-data.ts'
import { fromBase64Url, isBase64Url } from './bytes.ts'
import { readClientData } from './client-data.ts'
import type { WebauthnSchema } from './schema.ts'
import { shown } from './shown.ts'

/** A registration response, as `credential.toJSON()` gives it. */
export type Registration = InputOf<WebauthnSchema['confirm']>
/** An authentication response, as `credential.toJSON()` gives it. */
export type Assertion = InputOf<WebauthnSchema['proof']>

/** More characters than any browser sends: a credential id has at most 1023 bytes (WebAuthn 4), a chain a few certificates. */
const ID = 1364
const DATA = 8_192
const OBJECT = 65_536

const base64Url = (most: number) =>
  z
    .string()
    .max(most, { error: `Expected at most ${most} characters of base64url.` })
    .refine(isBase64Url, { error: 'Expected base64url without padding, got something else.', abort: true })

/** Base64url of something that can be read; what is wrong with it in words otherwise. */
const readable = (most: number, problem: (text: string) => string | undefined) =>
  base64Url(most).superRefine((text, context) => {
    const message = text.length <= most && isBase64Url(text) ? problem(text) : undefined
    if (message) context.addIssue({ code: 'custom', message })
  })

const clientData = readable(DATA, (text) => problemOf(readClientData(text)))
const attestationObject = readable(OBJECT, (text) => problemOf(readAttestation(fromBase64Url(text))))
const authenticatorData = readable(DATA, (text) =>
  readAuthenticatorData(fromBase64Url(text))
    ? undefined
    : 'Expected authenticator data of at least 37 bytes.',
)

const credential = {
  id: base64Url(ID),
  rawId: base64Url(ID),
  type: z.string().refine((type) => type === 'public-key', {
    error: ({ input }) => `Expected "public-key", got "${shown(String(input))}".`,
  }),
  authenticatorAttachment: z.string().max(64).nullish(),
  clientExtensionResults: z.record(z.string(), z.unknown()).nullish(),
}

const sameId = {
  error: 'Expected the same as "id".',
  path: ['rawId'],
}

/** Formats: what can't be a response at all is refused with the path of the part, and costs no attempt. */
export const registration = z
  .object({
    ...credential,
    response: z.object({
      clientDataJSON: clientData,
      attestationObject,
      authenticatorData: base64Url(OBJECT).nullish(),
      publicKey: base64Url(DATA).nullish(),
      publicKeyAlgorithm: z.int().nullish(),
      transports: z.array(z.string().max(64)).max(16).nullish(),
    }),
  })
  .refine(({ id, rawId }) => id === rawId, sameId)

export const assertion = z
  .object({
    ...credential,
    response: z.object({
      clientDataJSON: clientData,
      authenticatorData,
      signature: base64Url(DATA),
      // Some keys give an empty handle where they keep none.
      userHandle: z
        .union([z.literal(''), base64Url(128)], {
          error: 'Expected base64url without padding, got something else.',
        })
        .nullish(),
    }),
  })
  .refine(({ id, rawId }) => id === rawId, sameId)

function problemOf(read: object | string): string | undefined {
  return typeof read === 'string' ? read : undefined
}
