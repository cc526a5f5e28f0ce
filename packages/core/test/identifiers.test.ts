import { eachDatabase, openTestGateway, type TestDatabase, type TestGateway } from '@security-info/testing'
import { sql } from 'drizzle-orm'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { canonicalIdentifier, identifierProblem } from '../src/account/identifier.ts'
import { Secret } from '../src/index.ts'
import { pin } from './plugins/pin.ts'
import { count } from './support/rows.ts'

/** Pairs that look or fold alike: never two accounts. */
const ALIKE: readonly (readonly [why: string, one: string, other: string])[] = [
  ['case', 'alice@example.test', 'ALICE@EXAMPLE.TEST'],
  ['fullwidth letters', 'alice@example.test', 'ａｌｉｃｅ＠example.test'],
  ['mathematical letters', 'alice@example.test', '𝒶𝓁𝒾𝒸ℯ@example.test'],
  ['surrounding spaces', 'alice@example.test', ' alice@example.test '],
  ['superscripts', 'alice2', 'alice²'],
  ['a ligature', 'finn', 'ﬁnn'],
  ['a Roman numeral', 'henryviii', 'henryⅷ'],
  ['the long s', 'sam', 'ſam'],
  ['the Kelvin sign', 'kim', '\u212Aim'],
  ['the Angstrom sign', 'åse', '\u212Bse'],
  ['composed and decomposed', 'åse', 'a\u030Ase'],
  ['a final sigma', 'νικος', 'νικοσ'],
  ['capital sigmas', 'νικος', 'ΝΙΚΟΣ'],
  ['the capital sharp s', 'straße', 'STRAẞE'],
  ['a sharp s and two s', 'strasse', 'straße'],
  ['an iota below and beside', 'ᾳ', 'αι'],
  ['a dotless i', 'alice', 'al\u0131ce'],
  ['a capital dotted i', 'alice', 'AL\u0130CE'],
  ['a dot above an i', 'alice', 'ali\u0307ce'],
  ['a zero-width space', 'alice', 'al\u200Bice'],
  ['a zero-width joiner', 'alice', 'al\u200Dice'],
  ['a soft hyphen', 'alice', 'al\u00ADice'],
  ['a byte order mark', 'alice', 'al\uFEFFice'],
  ['a direction override', 'alice', '\u202Ealice'],
  ['a combining joiner', 'alice', 'ali\u034Fce'],
  ['a variation selector', 'alice', 'alice\uFE0F'],
  ['a NUL', 'alice', 'alice\u0000'],
  ['a Cyrillic a', 'alice', '\u0430lice'],
  ['a Greek omicron', 'bob', 'b\u03BFb'],
  ['an Armenian o', 'bob', 'b\u0585b'],
  ['a Cherokee letter', 'alice', '\u13AAlice'],
  ['a typographic hyphen', 'anne-marie', 'anne\u2010marie'],
  ['a typographic apostrophe', "o'brien", 'o\u2019brien'],
  ['an Arabic zero for a dot', 'a.b', 'a\u0660b'],
]

describe('Identifiers', () => {
  it.each(ALIKE)('C27: %s: one identifier, or none', (_why, one, other) => {
    const same = canonicalIdentifier(one) === canonicalIdentifier(other)
    const refused = identifierProblem(one) ?? identifierProblem(other)
    expect(same || refused !== undefined).toBe(true)
  })

  it('C27: the canonical form of a possible identifier is stable, and its own', () => {
    const unit = fc.constantFrom(...Array.from('abIiİıſKÅßẞσςΣǰŉﬁΐᾳая.-@1２\u0307\u030A\u0345漢ひ'))
    const texts = fc.oneof(
      fc.string({ unit, maxLength: 12 }),
      fc.string({ unit: 'binary', maxLength: 12 }),
      fc.string({ unit: 'grapheme', maxLength: 12 }),
    )
    fc.assert(
      fc.property(texts, (text) => {
        const canonical = canonicalIdentifier(text)
        if (identifierProblem(text) !== undefined) return
        expect(canonicalIdentifier(canonical)).toBe(canonical)
        expect(identifierProblem(canonical)).toBeUndefined()
        for (const variant of [
          text.normalize('NFD'),
          text.normalize('NFKC'),
          ` ${text} `,
          text.toLowerCase(),
        ]) {
          expect(canonicalIdentifier(variant)).toBe(canonical)
        }
      }),
      { numRuns: 2000 },
    )
  })

  it('C27: people of every script can have one', () => {
    for (const text of [
      'alice@example.test',
      'zoë',
      'ирина',
      'Ελένη',
      '花子',
      'はなこ',
      '김철수',
      'נועה',
      'اميرة',
    ]) {
      expect({ text, problem: identifierProblem(text) }).toEqual({ text, problem: undefined })
    }
  })

  it.each([
    ['', 'empty'],
    ['   ', 'empty'],
    ['a b', 'a space or an invisible character'],
    ['x'.repeat(255), 'at most 254'],
    ['раypal', 'Latin and Cyrillic'],
    ['ᚠᚢ', "can't be used"],
  ])('C27: what is wrong with %j is said', (text, words) => {
    expect(identifierProblem(text)).toContain(words)
  })
})

eachDatabase('Accounts', (open) => {
  let database: TestDatabase
  let gateway: TestGateway
  beforeAll(async () => {
    database = await open()
    gateway = await openTestGateway(database, { plugins: [pin()], policy: { twoFactor: 'off' } })
  })
  const make = (identifier: string) =>
    gateway.securityInfo.accounts.create({
      identifier,
      displayName: 'Somebody',
      password: new Secret('a long enough password'),
    })

  it('C27: 20 spellings at once make one account, and each signs in to it', async () => {
    const spellings = [
      'carol@example.test',
      'CAROL@example.test',
      'ｃａｒｏｌ@example.test',
      'Carol@Example.Test ',
    ]
    const made = await Promise.all(Array.from({ length: 20 }, (_, at) => make(String(spellings[at % 4]))))
    expect(made.filter(({ ok }) => ok)).toHaveLength(1)
    const problems = made.flatMap((one) => (one.ok ? [] : [one.problem]))
    expect(problems.join()).toMatch(
      /^(There is already an account "[^"]+", or one that reads the same\.,?){19}$/,
    )
    for (const identifier of spellings) {
      const answer = await gateway.client().signIn({ identifier, password: 'a long enough password' })
      expect(answer.session?.state).toBe('ACTIVE')
    }
    expect(await count(database, sql`select count(*) from security_info.account`)).toBe(1)
    expect(await gateway.securityInfo.accounts.exists('CaRoL@example.test')).toBe(true)
  })

  it('refuses a weak password, and one that contains the name', async () => {
    const { accounts } = gateway.securityInfo
    const set = (password: string) =>
      accounts.create({ identifier: 'dave@example.test', displayName: 'D', password: new Secret(password) })
    expect(await set('short')).toEqual({
      ok: false,
      problem: 'The password has 5 characters; at least 15 are needed.',
    })
    expect(await set('x'.repeat(257))).toMatchObject({ problem: expect.stringContaining('at most 256') })
    expect(await set('my own DAVE password')).toMatchObject({
      problem: expect.stringContaining('name of the account'),
    })
    expect(await set('🙂'.repeat(15))).toMatchObject({ problem: expect.stringContaining('repeats itself') })
    expect(await set('🙂🚲🌍🎻🧀🐙🪁🧭🌋🥝🧶🛶🦉🎲🔭')).toMatchObject({ ok: true })
  })

  it('H30: is content with 8 characters where a second factor is required besides', async () => {
    const { accounts } = (await openTestGateway(await open(), { plugins: [pin()] })).securityInfo
    const account = { identifier: 'erin@example.test', displayName: 'E' }
    expect(await accounts.create({ ...account, password: new Secret('7 chars') })).toMatchObject({
      problem: 'The password has 7 characters; at least 8 are needed.',
    })
    expect(await accounts.create({ ...account, password: new Secret('eight ch') })).toMatchObject({
      ok: true,
    })
  })

  it('ends sessions and open flows with a new password', async () => {
    const person = await gateway.person()
    const client = gateway.client()
    await client.signIn(person)
    const { accounts } = gateway.securityInfo
    expect(
      await accounts.setPassword({ identifier: person.identifier, password: new Secret('another password') }),
    ).toMatchObject({ ok: true })
    expect(await client.session()).toBeUndefined()
    expect(await gateway.client().signIn(person)).toMatchObject({ code: 'signIn.rejected' })
    const unknown = { identifier: 'nobody@example.test', password: new Secret('another password') }
    expect(await accounts.setPassword(unknown)).toMatchObject({ ok: false })
  })

  it('C20: a sign-in with the old password that runs beside the change does not outlive it', async () => {
    const { accounts } = gateway.securityInfo
    for (let round = 0; round < 8; round++) {
      const person = await gateway.person()
      const client = gateway.client()
      const password = new Secret(`changed in round ${round}`)
      const changed = accounts.setPassword({ identifier: person.identifier, password })
      await Promise.all([changed, client.signIn(person)])
      expect(await client.session()).toBeUndefined()
    }
  })

  it('H30: a password counts to its last byte', async () => {
    const long = 'p'.repeat(100)
    const identifier = 'erin@example.test'
    const { accounts } = gateway.securityInfo
    await accounts.create({ identifier, displayName: 'E', password: new Secret(`${long}a`) })
    expect(await gateway.client().signIn({ identifier, password: `${long}b` })).toMatchObject({
      code: 'signIn.rejected',
    })
    expect((await gateway.client().signIn({ identifier, password: `${long}a` })).session?.state).toBe(
      'ACTIVE',
    )
  })
})
