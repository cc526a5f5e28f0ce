import type { SendLimit } from '@security-info/core'
import { z } from 'zod'
import { keptNumber } from './numbers.ts'

const most = (most: number) => z.int().min(1).default(most)
const verified = (from: number) =>
  z
    .strictObject({
      /** How many codes an hour are sent before it looks: fewer than this may be under way in a busy minute. */
      from: most(from),
      /** The share of them that has to have been typed in. */
      ratio: z.number().min(0).max(1).default(0.2),
    })
    .prefault({})

/** How many codes may go out, beside core's limits for each person and number. */
export const limitOptions = z.strictObject({
  /** To numbers that differ in their last three digits only. */
  perPrefix: z.strictObject({ hour: most(100), day: most(400), verified: verified(30) }).prefault({}),
  perCountry: z.strictObject({ hour: most(2_000), day: most(20_000), verified: verified(200) }).prefault({}),
  overall: z.strictObject({ hour: most(3_000), day: most(30_000) }).prefault({}),
})
export type Limits = z.infer<typeof limitOptions>

const HOUR = 3_600
const DAY = 86_400

/**
 * Pumping goes to blocks of numbers that pay whoever rented them, and few of its codes come back (H5). The breaker looks at
 * hours, so that somebody who trips it on purpose closes a country for an hour and not for a day.
 */
export function limitsFor(limits: Limits): (to: string) => readonly SendLimit[] {
  return (to) => {
    const { callingCode, national, country = callingCode } = keptNumber(to)
    const prefix = `+${callingCode}${national.slice(0, -3)}`
    const { perPrefix, perCountry, overall } = limits
    return [
      {
        scope: 'prefix',
        value: prefix,
        most: perPrefix.hour,
        seconds: HOUR,
        verified: perPrefix.verified,
      },
      { scope: 'prefix', value: prefix, most: perPrefix.day, seconds: DAY },
      {
        scope: 'country',
        value: country,
        most: perCountry.hour,
        seconds: HOUR,
        verified: perCountry.verified,
      },
      { scope: 'country', value: country, most: perCountry.day, seconds: DAY },
      { scope: 'all', value: 'all', most: overall.hour, seconds: HOUR },
      { scope: 'all', value: 'all', most: overall.day, seconds: DAY },
    ]
  }
}
