import type { CountryCode, PhoneNumberType } from 'libphonenumber-js/max'
import { z } from 'zod'
import { country } from './country.ts'

/** The types of numbering plans, by the names that libphonenumber gives them. */
const TYPES = [
  'MOBILE',
  'FIXED_LINE',
  'FIXED_LINE_OR_MOBILE',
  'PREMIUM_RATE',
  'TOLL_FREE',
  'SHARED_COST',
  'VOIP',
  'PERSONAL_NUMBER',
  'PAGER',
  'UAN',
  'VOICEMAIL',
] as const satisfies readonly PhoneNumberType[]

/**
 * What earns somebody money, is no phone in a pocket, or is reached by whoever answers a switchboard. In countries such as
 * the US, numbering plans don't tell internet telephony apart.
 */
const REFUSED: readonly PhoneNumberType[] = [
  'PREMIUM_RATE',
  'TOLL_FREE',
  'SHARED_COST',
  'VOIP',
  'PERSONAL_NUMBER',
  'PAGER',
  'UAN',
  'VOICEMAIL',
]

/** What an organisation may set for phones, `methods.phone` in its policy. */
export function createPolicy(region: CountryCode) {
  return z.object({
    /** The country in which numbers without a plus are dialled. */
    region: country.default(region),
    /** Where codes may go: every other country is closed (H5). The region alone where it is left out. */
    countries: z.union([z.literal('any'), z.array(country).min(1)]).optional(),
    /** Types of numbers that are not taken. */
    refuseTypes: z.array(z.enum(TYPES)).default([...REFUSED]),
  })
}

export type PhonePolicy = z.infer<ReturnType<typeof createPolicy>>
