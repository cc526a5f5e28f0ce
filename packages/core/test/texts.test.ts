import { describe, expect, it } from 'vitest'
import { de } from '../src/i18n/de.ts'
import { en } from '../src/i18n/en.ts'
import { createTexts } from '../src/i18n/texts.ts'
import { cleanLabel, freeLabel } from '../src/lifecycle/label.ts'
import { locker } from './plugins/locker.ts'
import { pin } from './plugins/pin.ts'
import { push } from './plugins/push.ts'

describe('Texts', () => {
  const texts = createTexts([pin(), push(), locker()])

  it('come in the best language there is, and in English where there is none', () => {
    expect(texts.message('password.wrong', ['de'])).toBe(de['password.wrong'])
    expect(texts.message('password.wrong', ['de-CH'])).toBe(de['password.wrong'])
    expect(texts.message('password.wrong', ['fr', 'de', 'en'])).toBe(de['password.wrong'])
    expect(texts.message('password.wrong', ['fr'])).toBe(en['password.wrong'])
    expect(texts.message('password.wrong', [])).toBe(en['password.wrong'])
    expect(texts.of('pin', 'title', ['de'])).toBe('Geheimzahl')
    expect(texts.of('pin', 'prompt', ['de'])).toBe('Enter it.')
  })

  it('have their values filled in, and leave braces without a value as they are', () => {
    expect(texts.message('method.limitReached', ['en'], { limit: 5 })).toContain('already have 5 of these')
    expect(texts.message('method.limitReached', ['en'])).toContain('{limit}')
    expect(texts.message('input.invalid', ['en'], { path: 'a', problem: '{path}' })).toBe('a: {path}')
  })

  it('of plugins are found by the namespace of the code; unknown codes say themselves', () => {
    expect(texts.message('push.waiting', ['de'])).toBe('Not answered yet.')
    expect(texts.message('push.unknown', ['en'])).toBe('push.unknown')
    // Locales are whatever a client sends.
    expect(texts.message('password.wrong', ['__proto__', 'constructor', '', '-'])).toBe(en['password.wrong'])
    expect(texts.of('nobody', 'title', ['en'])).toBe('')
  })

  it('have the same braces in every language', () => {
    const braces = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(String).toSorted()
    const codes = Object.keys(en) as (keyof typeof en)[]
    expect(codes.filter((code) => String(braces(de[code])) !== String(braces(en[code])))).toEqual([])
  })
})

describe('Names of methods', () => {
  it.each([
    ['', 'empty'],
    ['   ', 'empty'],
    ['x'.repeat(65), '65 characters'],
    ['a\u0000b', 'control'],
    ['a\nb', 'control'],
    ['\u202Eevil', 'control'],
    ['a\u2066b', 'control'],
    ['a\u2028b', 'control'],
    ['\ud800', 'control'],
    ['\u200B', ''],
    ['\u00AD\u2060', ''],
  ])('can not be %j', (label, problem) => {
    expect(cleanLabel(label, ['label'])).toMatchObject({
      type: 'InvalidInput',
      path: ['label'],
      problem: expect.stringContaining(problem),
    })
  })

  it('are trimmed, normalised, and counted in characters as people see them', () => {
    expect(cleanLabel('  My phone ', ['label'])).toBe('My phone')
    expect(cleanLabel('e\u0301', ['label'])).toBe('\u00e9')
    expect(cleanLabel('🔑'.repeat(64), ['label'])).toBe('🔑'.repeat(64))
    expect(cleanLabel('家族 👨‍👩‍👧', ['label'])).toBe('家族 👨‍👩‍👧')
  })

  it('are found where none is given: the first number that is free', () => {
    expect(freeLabel('App', [])).toBe('App')
    expect(freeLabel('App', ['Phone'])).toBe('App')
    expect(freeLabel('App', ['App'])).toBe('App 2')
    expect(freeLabel('App', ['App', 'App 2', 'App 4'])).toBe('App 3')
    expect(freeLabel('App', ['App 2', 'App 3'])).toBe('App')
  })
})
