import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { ConfigurationFault, definePlugin, PLUGIN_API, type Plugin, parseOptions } from '../src/index.ts'
import { key } from './plugins/key.ts'
import { locker } from './plugins/locker.ts'
import { mail } from './plugins/mail.ts'
import { pin } from './plugins/pin.ts'
import { construct } from './support/start.ts'

/** A good plugin with something wrong put in. */
const with_ = (more: object): Plugin => ({ ...pin(), ...more })
const method = (more: object): Plugin => with_({ method: { ...pin().method, ...more } })
const way = { id: 'code', usedFor: ['TWO_FACTOR'], guessable: true, strength: 1 }

function faultsOf(
  plugins: readonly Plugin[],
  policy?: unknown,
): readonly { where: string; problem: string; fix: string }[] {
  try {
    construct(plugins, policy)
  } catch (error) {
    if (error instanceof ConfigurationFault) return error.faults
    throw error
  }
  return []
}

describe('A faulty plugin stops the start, naming plugin, field and fix', () => {
  it('and a good one does not', () => {
    expect(faultsOf([pin(), key(), mail(), locker()])).toEqual([])
  })

  const cases: readonly (readonly [string, readonly Plugin[], string, string])[] = [
    ['two with one id', [pin(), pin()], 'plugin "pin", id', 'another loaded plugin has the same id'],
    [
      'an id that is no name',
      [with_({ id: 'Pin Code' })],
      'plugin "Pin Code", id',
      'it is not lower camel case',
    ],
    ['an id that core uses', [with_({ id: 'password' })], 'plugin "password", id', 'core uses this word'],
    ['another contract', [with_({ api: 99 })], 'plugin "pin", api', 'contract version 99, this core has 1'],
    [
      'no English',
      [with_({ messages: { de: {} } })],
      'plugin "pin", messages.en',
      'English texts are missing',
    ],
    ['no title', [with_({ messages: { en: {} } })], 'plugin "pin", messages.en.title', 'it is missing'],
    ['no name of a way', [with_({ messages: { en: {} } })], 'messages.en.way.code', 'it is missing'],
    [
      'more guesses than the budget has',
      [pin({ limits: { attempts: 11 } })],
      'plugin "pin", method.limits.attempts',
      'it is 11 for a proof that can be guessed',
    ],
    ['no way', [method({ ways: [] })], 'plugin "pin", method.ways', 'there is none'],
    ['two ways with one id', [method({ ways: [way, way] })], 'plugin "pin", method.ways', '(code, code)'],
    [
      'a channel nobody brings',
      [method({ ways: [{ ...way, channel: 'sms' }] })],
      'plugin "pin", method.ways.code.channel',
      'no loaded plugin brings the channel "sms"',
    ],
    ['a limit of 0', [pin({ limits: { methods: 0 } })], 'plugin "pin", method.limits.methods', 'it is 0'],
    [
      'half an attempt',
      [pin({ limits: { attempts: 0.5 } })],
      'plugin "pin", method.limits.attempts',
      'it is 0.5',
    ],
    [
      'endless flows',
      [pin({ limits: { ttlSeconds: Infinity } })],
      'method.limits.ttlSeconds',
      'it is Infinity',
    ],
    [
      'a type that exists already',
      [pin(), definePlugin({ id: 'other', api: PLUGIN_API, schema: pinTypesAgain })],
      'other',
      'PinPrompt',
    ],
  ]
  it.each(cases)('%s', (_name, plugins, where, problem) => {
    const faults = faultsOf(plugins)
    expect(faults.map((fault) => fault.where).join(), 'where').toContain(where)
    expect(faults.map((fault) => fault.problem).join(), 'problem').toContain(problem)
    for (const { fix } of faults) expect(fix).toMatch(/[A-Z].+\./)
  })

  it('with all its faults at once', () => {
    const worst = with_({
      api: 2,
      id: '1',
      messages: { de: {} },
      method: { ...pin().method, ways: [], limits: {} },
    })
    expect(faultsOf([worst]).length).toBeGreaterThanOrEqual(5)
    expect(() => construct([worst])).toThrow(
      /plugin "1", id[\s\S]+plugin "1", api[\s\S]+plugin "1", method\.ways/,
    )
  })

  it('also by its options', () => {
    const options = z.strictObject({ size: z.int().min(1).default(6) })
    expect(parseOptions('pin', options, undefined)).toEqual({ size: 6 })
    expect(() => parseOptions('pin', options, { size: 0, colour: 'red' })).toThrow(
      /plugin "pin", option size[\s\S]+plugin "pin", option/,
    )
  })
})

function pinTypesAgain({ builder }: Parameters<NonNullable<Plugin['schema']>>[0]): void {
  builder.objectRef<object>('PinPrompt').implement({ description: 'Mine.', fields: () => ({}) })
}

describe('A faulty policy stops the start, naming the option', () => {
  it.each([
    ['a section nobody reads', { methods: { fax: {} } }, 'policy.methods', /Loaded are: pin, mail, locker/],
    ['an option nobody reads', { twoFactors: 'off' }, 'policy', /There are: twoFactor, .*, methods\./],
    ['no gate at all', { passwordReset: { gates: 0 } }, 'policy.passwordReset.gates', /./],
    ['an option of a plugin nobody reads', { methods: { pin: { colour: 1 } } }, 'policy.methods.pin', /./],
    ['a value there is not', { twoFactor: 'sometimes' }, 'policy.twoFactor', /./],
    ['too many days', { registration: { snooze: { days: 15 } } }, 'policy.registration.snooze.days', /./],
    [
      'a plugin option of the wrong type',
      { methods: { locker: { demanded: 'yes' } } },
      'policy.methods.locker.demanded',
      /./,
    ],
    [
      'more than there are kinds',
      { registration: { required: { TWO_FACTOR: 2 } } },
      'policy.registration.required.TWO_FACTOR',
      /Lower the number/,
    ],
    [
      'what it forbids itself',
      { methods: { pin: { allowedFor: ['PASSWORD_RESET'] } } },
      'policy.registration.required.TWO_FACTOR',
      /Lower the number/,
    ],
    [
      'an order of unknown kinds',
      { registration: { order: ['fax', 'pin'] } },
      'policy.registration.order',
      /Use only: pin, mail, locker/,
    ],
    ['no object at all', 'strict', 'policy', /./],
  ])('%s', (_name, policy, where, fix) => {
    const faults = faultsOf([pin(), mail(), locker()], policy)
    expect(faults.map((fault) => fault.where)).toContain(where)
    expect(faults.map((fault) => fault.fix).join()).toMatch(fix)
    // In words of ours, or those that name what was expected.
    expect(faults.map((fault) => fault.problem)).not.toContain('Invalid input')
  })

  it('but not one that never asks for what it lacks', () => {
    expect(faultsOf([mail()], { twoFactor: 'whenRegistered' })).toEqual([])
    expect(faultsOf([pin()], undefined)).toEqual([])
    expect(faultsOf([mail()]).map(({ where }) => where)).toEqual(['policy.registration.required.TWO_FACTOR'])
  })
})
