import { createHash } from 'node:crypto'
import { eachDatabase } from '@security-info/testing'
import { describe, expect, it } from 'vitest'
import { createBreachCheck } from '../src/account/breaches.ts'
import { passwordMatches, sealPassword } from '../src/account/password.ts'
import { type PasswordChecks, passwordProblem } from '../src/account/password-rules.ts'
import type { Hashing } from '../src/crypto/sealed-hash.ts'
import { createSlowHash } from '../src/crypto/slow-hash.ts'
import { createKeyRing, createSecurityInfo, generateKey, Secret } from '../src/index.ts'
import { createMetrics } from '../src/metrics.ts'
import { pin } from './plugins/pin.ts'

const owner = { identifier: 'alexandra.munro@example.test', displayName: 'Alexandra Munro' }
const checks: PasswordChecks = { organisation: 'Contoso Fish Ltd', isBreached: async () => false }
const required = { twoFactor: 'required' } as const

const codeOf = async (
  password: string,
  more: Partial<PasswordChecks> = {},
  policy: { twoFactor: 'required' | 'whenRegistered' | 'off' } = required,
) => (await passwordProblem(new Secret(password), owner, policy, { ...checks, ...more }))?.code

describe('The rules for a new password', () => {
  it('H30: 8 characters where a second factor is required, 15 where it can be the only one', async () => {
    expect(await codeOf('b4 xk9!')).toBe('password.tooShort')
    expect(await codeOf('b4 xk9!?')).toBeUndefined()
    for (const twoFactor of ['whenRegistered', 'off'] as const) {
      expect(await codeOf('b4 xk9!?b4 xk9', {}, { twoFactor })).toBe('password.tooShort')
      expect(await codeOf('b4 xk9!?b4 xk90', {}, { twoFactor })).toBeUndefined()
    }
    const short = await passwordProblem(new Secret('b4 xk9!'), owner, required, checks)
    expect(short?.values).toEqual({ length: 7, least: 8 })
  })

  it('H30: 256 characters at most, counted as people count them', async () => {
    const long = (length: number) =>
      Array.from({ length }, (_, at) => String.fromCodePoint(0x4e00 + at)).join('')
    expect(await codeOf(long(256))).toBeUndefined()
    expect(await codeOf(long(257))).toBe('password.tooLong')
    // Beyond the basic plane a character has two units.
    const emoji = (length: number) =>
      Array.from({ length }, (_, at) => String.fromCodePoint(0x1f300 + at)).join('')
    expect(await codeOf(emoji(7))).toBe('password.tooShort')
    expect(await codeOf(emoji(8))).toBeUndefined()
    expect(await codeOf(emoji(256))).toBeUndefined()
  })

  it('H30: no rule about what it is made of', async () => {
    for (const password of [
      'onlylowercaseletters',
      'ALLUPPERCASELETTERS',
      '73920174628365',
      '        x        ',
      '日本語のパスワード',
      '!"§$%&/()=?`´',
      'tab\tand\nnewline',
    ]) {
      expect({ password, code: await codeOf(password) }).toEqual({ password, code: undefined })
    }
  })

  it('H30: refuses what is guessed first, whole, in any case and any form of its letters', async () => {
    for (const password of [
      'password',
      'PASSWORD',
      'Passw0rd',
      'iloveyou',
      'sunshine1',
      'qwertyuiop',
      'ｐａｓｓｗｏｒｄ',
      'Passw0rd!',
      'Sunshine2024',
    ]) {
      expect({ password, code: await codeOf(password) }).toEqual({ password, code: 'password.common' })
    }
    // Compared whole: a part of it is no reason.
    expect(await codeOf('password of my uncle')).toBeUndefined()
  })

  it('H30: refuses what only repeats itself', async () => {
    for (const password of ['xxxxxxxxxx', 'zqzqzqzqzq', 'k3v9k3v9k3v9', 'IloveyouIloveyouIloveyou']) {
      expect({ password, code: await codeOf(password) }).toEqual({ password, code: 'password.repetition' })
    }
    expect(await codeOf('zqzqzqzqzqy')).toBeUndefined()
  })

  it('H30: refuses the names of the account and of its owner, wherever they stand', async () => {
    for (const password of [
      'alexandra.munro',
      'my ALEXANDRA 77!',
      'x-munro-x-1234',
      'Alexandra Munro!',
      'ＭＵＮＲＯ and more',
    ]) {
      expect({ password, code: await codeOf(password) }).toEqual({ password, code: 'password.containsName' })
    }
    // What is short is in every other word.
    const short = { identifier: 'al@example.test', displayName: 'Al Oh' }
    expect(await passwordProblem(new Secret('also a password'), short, required, checks)).toBeUndefined()
  })

  it('H30: compares names in the form in which the password is kept', async () => {
    const wide = { identifier: 'ｚｅｌｍａ@example.test', displayName: 'Ｚｅｌｍａ Ｑｕｉｓｔ' }
    for (const password of ['zelma and more', 'ｚｅｌｍａ and more', 'about quist 12']) {
      const problem = await passwordProblem(new Secret(password), wide, required, checks)
      expect({ password, code: problem?.code }).toEqual({ password, code: 'password.containsName' })
    }
  })

  it('H30: refuses the organisation with little more than a number', async () => {
    for (const password of [
      'Contoso2026!',
      '2026-contoso',
      'CONTOSO-FISH-LTD',
      'Contoso Fish Ltd 1',
      'SecurityInfo99',
    ]) {
      expect({ password, code: await codeOf(password) }).toEqual({
        password,
        code: 'password.containsOrganisation',
      })
    }
    expect(await codeOf('contoso sells herring')).toBeUndefined()
  })

  it('H30: keeps all of it: what differs after the 72nd byte differs', async () => {
    const own = hashing()
    const userId = crypto.randomUUID()
    const begin = 'é'.repeat(36)
    for (const [one, other] of [
      [`${begin}a`, `${begin}b`],
      [`${'x'.repeat(255)}1`, `${'x'.repeat(255)}2`],
      [begin, `${begin} `],
      ['with\0nul one', 'with\0nul two'],
    ] as const) {
      const sealed = await sealPassword(own, userId, new Secret(one))
      expect(await passwordMatches(own, userId, sealed, new Secret(one))).toBe(true)
      expect(await passwordMatches(own, userId, sealed, new Secret(other))).toBe(false)
    }
  })

  it('H30: is the same however its letters were typed', async () => {
    const own = hashing()
    const userId = crypto.randomUUID()
    const sealed = await sealPassword(own, userId, new Secret('Ame\u0301lie \ufb01sh'))
    expect(await passwordMatches(own, userId, sealed, new Secret('Am\u00e9lie fish'))).toBe(true)
    expect(await passwordMatches(own, userId, sealed, new Secret('Amelie fish'))).toBe(false)
    // Case is no form of a letter.
    expect(await passwordMatches(own, userId, sealed, new Secret('am\u00e9lie fish'))).toBe(false)
  })
})

const hashing = (): Hashing => ({
  ring: createKeyRing(generateKey('rules')),
  slowHash: createSlowHash({ count: () => {} }),
})

describe('Passwords known from breaches', () => {
  const suffixOf = (password: string) => {
    const hash = createHash('sha1').update(password).digest('hex').toUpperCase()
    return { prefix: hash.slice(0, 5), suffix: hash.slice(5) }
  }
  const unexpected: unknown[] = []
  const metrics = createMetrics()
  const checkOf = (range: (prefix: string) => Promise<string>) =>
    createBreachCheck(range, { metrics, onUnexpected: (error) => unexpected.push(error) })

  it('asks with five characters of the hash and no more', async () => {
    const asked: string[] = []
    const isBreached = checkOf(async (prefix) => {
      asked.push(prefix)
      return ''
    })
    expect(await isBreached(new Secret('correct horse battery'))).toBe(false)
    expect(asked).toEqual([suffixOf('correct horse battery').prefix])
    // The vector that the service itself publishes.
    expect(suffixOf('password')).toEqual({ prefix: '5BAA6', suffix: '1E4C9B93F3F0682250B6CF8331B7EE68FD8' })
  })

  it('finds it among the others, and is not taken in by padding', async () => {
    const { suffix } = suffixOf('correct horse battery')
    const others = `${'0'.repeat(35)}:12\r\n`
    for (const [lines, breached] of [
      [`${others}${suffix}:3\r\n${'F'.repeat(35)}:1`, true],
      [`${others}${suffix.toLowerCase()}:3`, true],
      [`${others}${suffix}:0`, false],
      [`${others}${suffix.slice(0, -1)}:3`, false],
      [others, false],
      ['', false],
    ] as const) {
      const isBreached = checkOf(async () => lines)
      expect({ lines, breached: await isBreached(new Secret('correct horse battery')) }).toEqual({
        lines,
        breached,
      })
    }
    expect(await codeOf('correct horse battery', { isBreached: async () => true })).toBe('password.breached')
  })

  it('looks up the form in which the password is kept', async () => {
    const { prefix, suffix } = suffixOf('correct horse battery')
    const isBreached = checkOf(async (asked) => (asked === prefix ? `${suffix}:9` : ''))
    const wide = 'ｃｏｒｒｅｃｔ horse battery'
    expect(await codeOf(wide, { isBreached })).toBe('password.breached')
  })

  it('is asked last: nothing goes out for what is refused here', async () => {
    let asked = 0
    const isBreached = async () => {
      asked++
      return false
    }
    for (const password of ['short', 'password', 'Contoso2026!']) await codeOf(password, { isBreached })
    expect(asked).toBe(0)
  })

  it('M11: keeps nobody from a new password where it does not answer, and says so to the operator alone', async () => {
    const before = unexpected.length
    for (const error of [new Error('ECONNREFUSED'), 'a string']) {
      const isBreached = checkOf(() => Promise.reject(error as Error))
      expect(await codeOf('correct horse battery', { isBreached })).toBeUndefined()
      // The list at hand is asked all the same.
      expect(await codeOf('iloveyou', { isBreached })).toBe('password.common')
    }
    expect(unexpected).toHaveLength(before + 2)
    expect(metrics.print()).toMatch(/breach_checks_failed_total 2/)
    for (const error of unexpected) expect(String(error)).not.toContain('correct')
  })
})

eachDatabase('A gateway with a breach check', (open) => {
  it('H30: asks it whenever a password is chosen, and says why it was refused', async () => {
    const database = await open()
    const breached = 'correct horse battery'
    const hash = createHash('sha1').update(breached).digest('hex').toUpperCase()
    const { accounts, migrate } = createSecurityInfo({
      plugins: [pin()],
      database,
      keyRing: createKeyRing(generateKey('breached')),
      organisation: { name: 'Test Organisation' },
      publicUrl: new URL('http://localhost:4000'),
      version: '0',
      policy: {},
      breachedPasswords: async (prefix) => (hash.startsWith(prefix) ? `${hash.slice(5)}:42` : ''),
    })
    await migrate()
    const account = { identifier: 'breach@example.test', displayName: 'B' }
    const problem = expect.stringContaining('known from a breach')
    expect(await accounts.create({ ...account, password: new Secret(breached) })).toMatchObject({ problem })
    expect(await accounts.create(account)).toMatchObject({ ok: true })
    const set = { identifier: account.identifier, password: new Secret(breached) }
    expect(await accounts.setPassword(set)).toMatchObject({ problem })
  })
})
