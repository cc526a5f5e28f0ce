import fc from 'fast-check'
import { getCountries, getExampleNumber } from 'libphonenumber-js/max'
import examples from 'libphonenumber-js/mobile/examples'
import { describe, expect, it } from 'vitest'
import { decoyMask, exampleOf, keptNumber, masked, readNumber } from '../src/numbers.ts'

const regions = getCountries().flatMap((region) => {
  const example = getExampleNumber(region, examples)
  return example ? [{ region, example }] : []
})

describe('What people type', () => {
  it.each([
    { typed: '(201) 555-0123', region: 'US', e164: '+12015550123' },
    { typed: ' 201.555.0123 ', region: 'US', e164: '+12015550123' },
    { typed: '1 201 555 0123', region: 'US', e164: '+12015550123' },
    { typed: '+1 201-555-0123', region: 'DE', e164: '+12015550123' },
    { typed: '001 201 555 0123', region: 'DE', e164: '+12015550123' },
    { typed: '0171 1234567', region: 'DE', e164: '+491711234567' },
    { typed: '0171/123 45 67', region: 'DE', e164: '+491711234567' },
    { typed: '+49 (0)171 1234567', region: 'US', e164: '+491711234567' },
    { typed: '２０１５５５０１２３', region: 'US', e164: '+12015550123' },
  ] as const)('$typed in $region is $e164', ({ typed, region, e164 }) => {
    expect(readNumber(typed, region)).toMatchObject({ e164, extension: undefined })
  })

  it.each([
    '',
    '  ',
    'abc',
    'call me at 201 555 0123',
    '+',
    '+999 1234567',
    '\0',
    '+1201555\r\n0123 Bcc: x',
    '9'.repeat(300),
  ])('%j is no number', (typed) => {
    expect(readNumber(typed, 'US')?.type).toBeUndefined()
  })

  it.each(['201 555 0123 ext. 45', '2015550123x45', '+1 201 555 0123 #45'])(
    '%s has an extension',
    (typed) => {
      expect(readNumber(typed, 'US')).toMatchObject({ e164: '+12015550123', extension: '45' })
    },
  )

  it('never throws, and reads what it gave back as the same number', () => {
    const typed = fc.oneof(fc.string(), fc.stringMatching(/^[+0-9() ./x-]{1,24}$/))
    fc.assert(
      fc.property(typed, fc.constantFrom(...regions), (text, { region }) => {
        const number = readNumber(text, region)
        if (!number?.type) return
        // Country and type too: policy judges a number that is typed and one that is kept alike.
        expect(keptNumber(number.e164)).toEqual({ ...number, extension: undefined })
      }),
      { numRuns: 500 },
    )
  })
})

describe('The numbering plans', () => {
  it('have a mobile number for each region, read alike in each format', () => {
    for (const { region, example } of regions) {
      const forms = [example.number, example.formatInternational(), example.formatNational()]
      for (const form of forms) {
        expect(readNumber(form, region), `${form} in ${region}`).toMatchObject({ e164: example.number })
      }
      const type = readNumber(example.number, region)?.type
      expect(['MOBILE', 'FIXED_LINE_OR_MOBILE'], region).toContain(type)
      expect(readNumber(exampleOf(region), 'US')?.e164).toBe(example.number)
    }
    expect(regions.length).toBeGreaterThan(230)
  })

  it.each([
    { e164: '+12015550123', country: 'US', type: 'FIXED_LINE_OR_MOBILE' },
    { e164: '+16135550123', country: 'CA', type: 'FIXED_LINE_OR_MOBILE' },
    { e164: '+12423591234', country: 'BS', type: 'MOBILE' },
    { e164: '+4930123456', country: 'DE', type: 'FIXED_LINE' },
    { e164: '+19005550123', country: 'US', type: 'PREMIUM_RATE' },
    { e164: '+18005550123', country: 'US', type: 'TOLL_FREE' },
    { e164: '+491801234567', country: 'DE', type: 'SHARED_COST' },
    { e164: '+445612345678', country: 'GB', type: 'VOIP' },
    { e164: '+447012345678', country: 'GB', type: 'PERSONAL_NUMBER' },
    { e164: '+447640123456', country: 'GB', type: 'PAGER' },
    { e164: '+445512345678', country: 'GB', type: 'UAN' },
    { e164: '+80012345678', country: undefined, type: 'TOLL_FREE' },
  ])('$e164 is $type', ({ e164, ...known }) => {
    expect(keptNumber(e164)).toMatchObject(known)
  })
})

describe('A mask', () => {
  it('is the one that people know', () => {
    expect(masked(keptNumber('+12015550112'))).toBe('+1 XXXXXXXX12')
    expect(masked(keptNumber('+491711234567'))).toBe('+49 XXXXXXXX67')
  })

  it('shows two digits of the number, whatever its country', () => {
    for (const { example } of regions) {
      const mask = masked(keptNumber(example.number))
      expect(mask).toMatch(new RegExp(`^\\+${example.countryCallingCode} X+[0-9]{2}$`))
      expect(mask.length).toBe(example.number.length + 1)
      expect(mask.endsWith(example.number.slice(-2))).toBe(true)
    }
  })

  it('of a decoy looks the same, stays the same, and differs between people', () => {
    for (const { region, example } of regions) {
      expect(decoyMask('somebody', region).slice(0, -2)).toBe(masked(keptNumber(example.number)).slice(0, -2))
    }
    expect(decoyMask('somebody', 'US')).toBe(decoyMask('somebody', 'US'))
    const uuids = fc.sample(fc.uuid(), 500)
    const endings = new Set(uuids.map((id) => decoyMask(id, 'US').slice(-2)))
    expect(endings.size).toBeGreaterThan(90)
  })
})
