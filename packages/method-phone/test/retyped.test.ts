import type { ChallengeStart, Registered } from '@security-info/core'
import { describe, expect, it } from 'vitest'
import { createHandlers } from '../src/handlers.ts'
import { readNumber } from '../src/numbers.ts'
import { createPolicy, type PhonePolicy } from '../src/policy.ts'

const handlers = createHandlers()

function start(way: 'text' | 'call', policy: object): ChallengeStart<PhonePolicy> {
  return {
    purpose: 'PASSWORD_RESET',
    flowId: 'flow',
    userId: 'somebody',
    username: 'somebody@example.test',
    displayName: 'Somebody',
    way,
    now: new Date(0),
    policy: createPolicy('US').parse(policy),
  }
}
const registered = (number: string, id = number): Registered<{ number: string }> => ({
  id,
  label: 'Phone',
  counter: null,
  stored: { number },
})

describe('A number typed again in a password reset', () => {
  const retype = (
    number: string,
    of: readonly Registered<{ number: string }>[],
    policy: object = {},
    way: 'text' | 'call' = 'text',
  ) => handlers.retyped?.(start(way, policy), of, { number })
  const mine = registered('+12015550112', 'mine')
  const other = registered('+12015550113', 'other')

  it('is found among the registered ones, however it is written, and shown as it was typed', () => {
    for (const typed of ['(201) 555-0112', '+1 201 555 0112', '1.201.555.0112']) {
      expect(retype(typed, [other, mine])).toEqual({
        countedAs: '+12015550112',
        view: { destination: '+1 XXXXXXXX12' },
        methodId: 'mine',
      })
    }
  })

  it('of a stranger, or of nobody, differs in nothing but the match', () => {
    const found = retype('201 555 0112 ext. 7', [mine])
    const { methodId, ...rest } = found && 'countedAs' in found ? found : { methodId: undefined }
    expect(methodId).toBe('mine')
    expect(rest).toMatchObject({ view: { note: 'phone.extensionIgnored' } })
    expect(retype('201 555 0112 ext. 7', [other])).toEqual(rest)
    expect(retype('201 555 0112 ext. 7', [])).toEqual(rest)
  })

  it('is the whole number: the same digits in another country are another phone', () => {
    const abroad = registered('+4912015550112', 'abroad')
    expect(retype('201 555 0112', [abroad])).toEqual(retype('201 555 0112', []))
  })

  it.each([
    ['my phone', 'phone.notANumber'],
    ['201 555', 'phone.invalid'],
    ['+49 171 1234567', 'phone.countryNotAllowed'],
    ['+1 900 555 0123', 'phone.typeNotAllowed'],
  ])('%s is refused as in an enrolment, alike for everybody: %s', async (number, refused) => {
    const e164 = readNumber(number, 'US')?.e164 ?? '+12015550112'
    expect(retype(number, [])).toMatchObject({ ok: false, refused, path: ['number'] })
    expect(retype(number, [registered(e164)])).toEqual(retype(number, []))
    expect(await handlers.begin(start('text', {}), { number }, [], null)).toEqual(retype(number, []))
  })

  it('is refused by its way: a landline gets no text, and may get a call', () => {
    const landline = registered('+4930123456', 'landline')
    for (const of of [[], [landline]]) {
      expect(retype('030 123456', of, { region: 'DE' })).toMatchObject({ refused: 'phone.landline' })
    }
    expect(retype('030 123456', [landline], { region: 'DE' }, 'call')).toHaveProperty('methodId', 'landline')
  })

  it('is found only where a challenge takes it: what policy refuses by now tells nobody that it is registered', async () => {
    const policies = [{}, { countries: ['CA'] }, { refuseTypes: ['FIXED_LINE_OR_MOBILE'] }, { region: 'DE' }]
    for (const policy of policies) {
      for (const way of ['text', 'call'] as const) {
        const challenge = await handlers.challenge(start(way, policy), [mine], {})
        const typed = retype('+1 201 555 0112', [mine], policy, way)
        const refused = 'refused' in challenge ? challenge.refused : undefined
        expect(typed).toMatchObject(refused ? { refused } : { methodId: 'mine' })
      }
    }
  })
})
