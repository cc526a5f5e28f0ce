import { type Refusal, refuse } from '@security-info/core'
import { listed, named } from './country.ts'
import { exampleOf, type Phone, readNumber } from './numbers.ts'
import type { PhonePolicy } from './policy.ts'

/**
 * The number that somebody typed, or why no code goes there. Decided by what was typed, the way and the policy alone: in a
 * password reset whoever types it may not exist, and everybody gets the same answer.
 */
export function admitted(typed: string, way: string, policy: PhonePolicy): Phone | Refusal<'phone'> {
  const path = ['number']
  const number = readNumber(typed, policy.region)
  const expected = { region: named(policy.region), example: exampleOf(policy.region) }
  if (!number) return refuse('phone.notANumber', { path, values: expected })
  if (!number.type) return refuse('phone.invalid', { path, values: expected })
  const refused = refusalOf(number, way, policy)
  return refused ? { ...refused, path } : number
}

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
