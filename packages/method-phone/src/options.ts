import { Secret } from '@security-info/core'
import { z } from 'zod'
import { country } from './country.ts'
import { limitOptions } from './limits.ts'

const sid = (prefix: string) =>
  z
    .string()
    .regex(new RegExp(`^${prefix}[0-9a-f]{32}$`, 'i'), `it is not ${prefix} and 32 hexadecimal digits`)
const secret = z.union(
  [
    z
      .string()
      .min(1)
      .transform((text) => new Secret(text)),
    z.instanceof(Secret),
  ],
  { error: 'it is empty, or neither text nor a Secret' },
)
const E164 = /^\+[1-9][0-9]{6,14}$/
const e164 = z.string().regex(E164, 'it is no number with + and country code, such as +12015550123')
/** A number, a short code, or up to 11 letters and digits. */
const sender = z
  .string()
  .regex(
    /^(\+[1-9][0-9]{6,14}|[0-9]{3,6}|(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11})$/,
    'it is no number with +, no short code and no name of up to 11 letters and digits',
  )
const word = z.string().regex(/^[a-z0-9-]+$/, 'it is no name such as "dublin" or "ie1"')

/** Cross-checks run also where a single option is wrong, so that all faults are named at once. */
const always = { when: () => true }
const given = (value: unknown, key: string): boolean =>
  (value as Readonly<Record<string, unknown>> | null)?.[key] !== undefined

const twilio = z
  .strictObject({
    accountSid: sid('AC'),
    /** The account's own: it signs the webhooks, also where an API key signs our requests. */
    authToken: secret,
    /** An API key, used instead of the token for our requests. */
    apiKeySid: sid('SK').optional(),
    apiKeySecret: secret.optional(),
    /** Sends the texts: a messaging service, or a number, short code or name. */
    messagingServiceSid: sid('MG').optional(),
    from: sender.optional(),
    /** Makes the calls; `from` where it is left out and a number. */
    callFrom: e164.optional(),
    edge: word.optional(),
    region: word.optional(),
    /** Another origin that speaks the API, such as a proxy. */
    baseUrl: z.url({ protocol: /^https?$/, error: 'it is no http(s) address' }).optional(),
    /** How long Twilio may take for an answer. */
    timeoutMs: z.int().min(500).max(10_000).default(8_000),
  })
  .refine((it) => given(it, 'messagingServiceSid') || given(it, 'from') || given(it, 'callFrom'), {
    ...always,
    error: 'there is no sender: give messagingServiceSid or from for texts, callFrom for calls',
  })
  .refine((it) => !(given(it, 'messagingServiceSid') && given(it, 'from')), {
    ...always,
    path: ['from'],
    error: 'messagingServiceSid is given as well: texts have one sender',
  })
  .refine((it) => given(it, 'apiKeySid') === given(it, 'apiKeySecret'), {
    ...always,
    path: ['apiKeySid'],
    error: 'apiKeySid and apiKeySecret go together: one of them is missing',
  })
  .refine((it) => !given(it, 'baseUrl') || !(given(it, 'edge') || given(it, 'region')), {
    ...always,
    path: ['baseUrl'],
    error: 'edge and region are part of an address of their own: give them, or baseUrl',
  })
export type TwilioSettings = z.infer<typeof twilio>

/** What somebody who knows of SIM swaps says about a number. */
export type Risk = (number: string) => Promise<'allow' | 'refuse'>

export const options = z.strictObject({
  /** The country of the organisation, ISO 3166 alpha-2; a policy may name another one. */
  region: country.default('US'),
  /** Without it nothing is sent. */
  twilio: twilio.optional(),
  limits: limitOptions.prefault({}),
  /** Asked before each code is sent: has the SIM just been swapped, the number ported? */
  risk: z.custom<Risk>((value) => typeof value === 'function', 'it is no function').optional(),
})

export type PhoneOptions = z.input<typeof options>

/** The number that calls come from, where there is one. */
export function callerOf({ callFrom, from }: TwilioSettings): string | undefined {
  return callFrom ?? (from && E164.test(from) ? from : undefined)
}
