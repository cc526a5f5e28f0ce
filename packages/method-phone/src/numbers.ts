import {
  type CountryCode,
  getExampleNumber,
  type PhoneNumber,
  type PhoneNumberType,
  parsePhoneNumberFromString,
} from 'libphonenumber-js/max'
import examples from 'libphonenumber-js/mobile/examples'

/** A number of the public network. */
export interface Phone {
  /** E.164: `+12125550123`. */
  readonly e164: string
  readonly callingCode: string
  /** The digits after the country code. */
  readonly national: string
  /** None where the number belongs to no country, such as `+800`. */
  readonly country: CountryCode | undefined
  /** What the numbering plan says it is; none where it is no number of the plan. */
  readonly type: PhoneNumberType | undefined
  /** What was dialled after it, and can't be reached by a code. */
  readonly extension: string | undefined
}

/**
 * Reads what a person typed, as it is dialled in `region` or with a plus; `undefined` where it is no number at all. Text
 * around a number is not looked through: a code should go nowhere that somebody did not mean.
 */
export function readNumber(typed: string, region: CountryCode): Phone | undefined {
  const found = parsePhoneNumberFromString(typed.trim(), { defaultCountry: region, extract: false })
  return found && describe(found)
}

/** Reads a number that was kept. @throws where it is none: then something else wrote it */
export function keptNumber(e164: string): Phone {
  const found = parsePhoneNumberFromString(e164, { extract: false })
  if (!found) throw new Error('A kept phone number can not be read: it is not E.164.')
  return describe(found)
}

function describe(found: PhoneNumber): Phone {
  return {
    e164: found.number,
    callingCode: found.countryCallingCode,
    national: found.nationalNumber,
    country: found.country,
    type: found.isValid() ? found.getType() : undefined,
    extension: found.ext,
  }
}

/** The one form in which a number is shown: `+1 XXXXXXXX12`. */
export function masked({ callingCode, national }: Pick<Phone, 'callingCode' | 'national'>): string {
  const hidden = Math.max(national.length - 2, 0)
  return `+${callingCode} ${'X'.repeat(hidden)}${national.slice(hidden)}`
}

/** A mobile number of a region as people write it, to show what is expected: `+1 201 555 0123`. */
export function exampleOf(region: CountryCode): string {
  return getExampleNumber(region, examples)?.formatInternational() ?? '+1 201 555 0123'
}

/**
 * The mask of a number that nobody has, for a person who may not exist: of the region, and always the same for one person,
 * as a real one would be.
 */
export function decoyMask(userId: string, region: CountryCode): string {
  const example = getExampleNumber(region, examples)
  const { countryCallingCode = '1', nationalNumber = '2015550123' } = example ?? {}
  let sum = 7
  for (const character of userId) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 9973
  const lastTwo = String(sum % 100).padStart(2, '0')
  return masked({ callingCode: countryCallingCode, national: nationalNumber.slice(0, -2) + lastTwo })
}
