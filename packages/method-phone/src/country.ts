import { type CountryCode, getCountries, getCountryCallingCode } from 'libphonenumber-js/max'
import { z } from 'zod'

/** ISO 3166-1 alpha-2, of a country that has phone numbers. */
export const country = z.enum(getCountries(), {
  error: ({ input }) => `${JSON.stringify(input)} is no ISO 3166 alpha-2 code, such as "US" or "DE"`,
})

/** A country as a person sees it in any language: `US (+1)`. */
export function named(code: CountryCode): string {
  return `${code} (+${getCountryCallingCode(code)})`
}

/** As many as a person will read. */
const MOST = 12

/** A list of them: `AT (+43), DE (+49), CH (+41)`. */
export function listed(codes: readonly CountryCode[]): string {
  const shown = codes.slice(0, MOST).map(named).join(', ')
  return codes.length > MOST ? `${shown}, …` : shown
}
