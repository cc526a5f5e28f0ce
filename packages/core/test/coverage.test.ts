import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Plugin } from '../src/index.ts'
import { coverage, guardsTwoFactor, type OwnedMethod, purposesOf } from '../src/policy/coverage.ts'
import { parsePolicy } from '../src/policy/document.ts'
import { key } from './plugins/key.ts'
import { mail } from './plugins/mail.ts'
import { pin } from './plugins/pin.ts'
import { push } from './plugins/push.ts'

const plugins: readonly Plugin[] = [pin(), key(), mail(), push()]
const kinds = new Map(plugins.map((plugin) => [plugin.id, plugin]))
const policy = parsePolicy({}, plugins)
let ids = 0
const method = (
  kind: string,
  authenticator: string | null = null,
  state: OwnedMethod['state'] = 'ACTIVE',
) => ({
  id: String(++ids),
  kind,
  state,
  authenticator,
})
const covered = (...methods: readonly OwnedMethod[]) => coverage(kinds, policy, methods, 'TWO_FACTOR')

describe('How many different methods a person has', () => {
  it('counts kinds, not methods', () => {
    expect(covered()).toBe(0)
    expect(covered(method('pin'), method('pin'))).toBe(1)
    expect(covered(method('pin'), method('key'))).toBe(2)
  })

  it('counts what lives on one device or address once', () => {
    expect(covered(method('pin', 'phone'), method('push', 'phone'))).toBe(1)
    expect(covered(method('pin', 'phone'), method('push', 'tablet'))).toBe(2)
  })

  it('finds the best assignment, whatever the order', () => {
    // The greedy choice would give the phone to the pin and leave nothing for the push.
    const methods = [method('pin', 'phone'), method('pin', 'tablet'), method('push', 'phone')]
    expect(covered(...methods)).toBe(2)
    expect(covered(...methods.toReversed())).toBe(2)
    const chain = [
      method('pin', 'a'),
      method('pin', 'b'),
      method('push', 'a'),
      method('key', 'b'),
      method('key', 'c'),
    ]
    expect(covered(...chain)).toBe(3)
  })

  it('is the largest matching: the same as trying every assignment', () => {
    const some = fc.array(
      fc.record({
        kind: fc.constantFrom('pin', 'key', 'push'),
        at: fc.option(fc.constantFrom('a', 'b', 'c')),
      }),
      { maxLength: 7 },
    )
    fc.assert(
      fc.property(some, (list) => {
        const methods = list.map(({ kind, at }) => method(kind, at))
        expect(covered(...methods)).toBe(best(methods, new Set(), new Set()))
        // What a person adds never makes them less covered.
        expect(covered(...methods, method('key'))).toBeGreaterThanOrEqual(covered(...methods))
      }),
    )
  })

  /** By trying: each method is taken or left. */
  function best(left: readonly OwnedMethod[], kindsUsed: Set<string>, placesUsed: Set<string>): number {
    const [first, ...rest] = left
    if (!first) return 0
    const without = best(rest, kindsUsed, placesUsed)
    const place = first.authenticator ?? first.id
    if (kindsUsed.has(first.kind) || placesUsed.has(place)) return without
    return Math.max(
      without,
      1 + best(rest, new Set([...kindsUsed, first.kind]), new Set([...placesUsed, place])),
    )
  }

  it('leaves out what is disabled, not for this purpose, or not allowed', () => {
    expect(covered(method('pin', null, 'DISABLED'))).toBe(0)
    expect(covered(method('mail'))).toBe(0)
    const strict = parsePolicy({ methods: { pin: { allowedFor: ['PASSWORD_RESET'] } } }, plugins)
    expect(coverage(kinds, strict, [method('pin')], 'TWO_FACTOR')).toBe(0)
    expect(coverage(kinds, strict, [method('pin')], 'PASSWORD_RESET')).toBe(1)
    expect(covered(method('unloaded'))).toBe(0)
  })
})

describe('What a method may be used for', () => {
  it('is what its ways allow together, narrowed by policy and never widened', () => {
    expect(purposesOf(kinds, policy, method('push'))).toEqual(['TWO_FACTOR', 'PASSWORD_RESET'])
    expect(purposesOf(kinds, policy, method('mail'))).toEqual(['PASSWORD_RESET'])
    const wide = parsePolicy({ methods: { mail: { allowedFor: ['TWO_FACTOR', 'PASSWORD_RESET'] } } }, plugins)
    expect(purposesOf(kinds, wide, method('mail'))).toEqual(['PASSWORD_RESET'])
  })

  it('is a first sign-in alone for what an administrator added', () => {
    expect(purposesOf(kinds, policy, method('pin', null, 'PREREGISTERED'))).toEqual(['TWO_FACTOR'])
  })

  it('C9: a second factor guards in every state, and so does what nobody knows any more', () => {
    for (const state of ['ACTIVE', 'PREREGISTERED', 'DISABLED'] as const) {
      expect(guardsTwoFactor(kinds, method('pin', null, state))).toBe(true)
    }
    expect(guardsTwoFactor(kinds, method('unloaded'))).toBe(true)
    expect(guardsTwoFactor(kinds, method('mail'))).toBe(false)
  })
})
