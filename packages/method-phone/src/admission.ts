import { type Refusal, refuse } from '@security-info/core'
import { listed } from './country.ts'
import type { Phone } from './numbers.ts'
import type { PhonePolicy } from './policy.ts'

/**
 * Why the organisation takes no codes to this number by this way; nothing, where it does. Asked when a number is set up,
 * and again each time one is used, for policies change.
 */
export function refusalOf(number: Phone, way: string, policy: PhonePolicy): Refusal<'phone'> | undefined {
  const { region, countries = [region], refuseTypes } = policy
  if (countries !== 'any' && !(number.country && countries.includes(number.country))) {
    return refuse('phone.countryNotAllowed', { values: { countries: listed(countries) } })
  }
  // Numbering plans change: a number that was one when it was set up may be none by now, and still ring.
  if (number.type && refuseTypes.includes(number.type)) {
    return refuse('phone.typeNotAllowed', {
      values: { type: number.type.toLowerCase().replaceAll('_', ' ') },
    })
  }
  return way === 'text' && !takesTexts(number) ? refuse('phone.landline') : undefined
}

/** Only what surely is a landline takes none. */
export function takesTexts({ type }: Phone): boolean {
  return type !== 'FIXED_LINE'
}
