import { eachDatabase, openTestGateway, type TestDatabase, type TestGateway } from '@security-info/testing'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { digits, Secret } from '../src/index.ts'
import { mail } from './plugins/mail.ts'
import { pin, pinProbe } from './plugins/pin.ts'
import { answerPin, beginPin, type Owner, owner, signedIn, wrong } from './support/people.ts'
import { belongings } from './support/rows.ts'

/** Strings that are no code of six digits, though some look like one. */
const noCode = fc.oneof(
  fc.constantFrom('', ' ', '      ', '1', '12345', '1234567', '１２３４５６', '١٢٣٤٥٦', '12345６', '𝟏𝟐𝟑𝟒𝟓𝟔'),
  fc.constantFrom(
    '123 45',
    '123456\n',
    '\t123456',
    '+12345',
    '-12345',
    '12345.',
    '1e5000',
    '0x1234',
    '\u0000123456',
  ),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ unit: fc.constantFrom(...Array.from('0123456789 ')), maxLength: 12 }),
  fc.constant('1'.repeat(100_000)),
)
const isCode = (text: string) => /^[0-9]{6}$/.test(text.replaceAll(' ', ''))

describe('The format of a numeric code', () => {
  it('C15: takes exactly six ASCII digits, spaces aside, and nothing else', () => {
    fc.assert(
      fc.property(noCode, (text) => {
        expect(digits(6).safeParse(new Secret(text)).success).toBe(isCode(text))
      }),
      { numRuns: 500 },
    )
    for (const text of ['123456', '123 456', ' 1 2 3 4 5 6 ']) {
      expect(digits(6).parse(new Secret(text)).reveal()).toBe('123456')
    }
  })

  it('C15: takes no other type', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        expect(digits(6).safeParse(value).success).toBe(false)
      }),
    )
  })

  it('C15: never says what came', () => {
    fc.assert(
      fc.property(noCode, (text) => {
        const { error } = digits(6).safeParse(new Secret(text))
        const said = error?.issues.map(({ message }) => message).join() ?? ''
        expect(said).toMatch(
          /^$|^Expected 6 digits, got (nothing|\d+|\d+ characters, not all of them digits 0 to 9)\.$/,
        )
      }),
    )
  })
})

eachDatabase('Malformed input', (open) => {
  let database: TestDatabase
  let gateway: TestGateway
  let someone: Owner
  const probe = pinProbe()

  beforeAll(async () => {
    database = await open()
    gateway = await openTestGateway(database, { plugins: [pin({ probe }), mail()] })
    someone = await owner(gateway)
  })

  it('C15: a string that is no code gets InvalidInput with its path, and no attempt is spent', async () => {
    const { client } = await signedIn(gateway, someone.person)
    const challengeId = await beginPin(client)
    const before = probe.verified
    await fc.assert(
      fc.asyncProperty(
        noCode.filter((text) => !isCode(text)),
        async (code) => {
          expect(await answerPin(client, challengeId, code)).toMatchObject({
            __typename: 'InvalidInput',
            code: 'input.invalid',
            path: ['proof', 'pin', 'code'],
          })
        },
      ),
      { numRuns: 60 },
    )
    expect(probe.verified).toBe(before)
    expect(await answerPin(client, challengeId, wrong(someone.pin))).toMatchObject({ attemptsLeft: 4 })
  })

  it('C15: what is no string gets a GraphQL error that points at it, and no attempt is spent', async () => {
    const { client } = await signedIn(gateway, someone.person)
    const challengeId = await beginPin(client)
    const before = probe.verified
    const odd = fc.oneof(
      fc.constantFrom(null, 0, 123456, 1.5, true, [], {}, ['123456'], { code: 123456 }, [['1']]),
      fc.jsonValue().filter((value) => typeof value !== 'string'),
    )
    const document =
      'mutation($p: ProofInput!, $c: ID!) { verifyChallenge(input: { challengeId: $c, proof: $p }) { __typename } }'
    await fc.assert(
      fc.asyncProperty(odd, async (value) => {
        for (const p of [{ pin: { code: value } }, { pin: value }, value]) {
          const { data, errors } = await client.send(document, { p, c: challengeId })
          expect(errors.length).toBeGreaterThan(0)
          expect(data?.verifyChallenge ?? null).toBeNull()
        }
      }),
      { numRuns: 40 },
    )
    for (const p of [
      {},
      { pin: { code: '123456' }, mail: { code: '123456' } },
      { none: {} },
      { pin: null },
    ]) {
      const { errors } = await client.send(document, { p, c: challengeId })
      expect(errors[0]?.message).toMatch(/\$p|OneOf|ProofInput/)
    }
    expect(probe.verified).toBe(before)
    expect(await answerPin(client, challengeId, wrong(someone.pin))).toMatchObject({ attemptsLeft: 4 })
  })

  it('C15: literals in the document are read as strictly as variables', async () => {
    const { client } = await signedIn(gateway, someone.person)
    const challengeId = await beginPin(client)
    for (const literal of ['123456', 'null', '["123456"]', '{ a: 1 }', 'true', '1.5']) {
      const { errors } = await client.send(
        `mutation { verifyChallenge(input: { challengeId: "${challengeId}", proof: { pin: { code: ${literal} } } }) { __typename } }`,
      )
      expect({ literal, refused: errors.length > 0 }).toEqual({ literal, refused: true })
    }
    expect(await answerPin(client, challengeId, wrong(someone.pin))).toMatchObject({ attemptsLeft: 4 })
  })

  it('C15: a form that a kind refuses at the beginning is told with its path, and nothing is kept', async () => {
    const { client, person } = await owner(gateway)
    const before = await belongings(database, person.userId)
    expect(await client.beginEnrollment({ method: { mail: { address: 'nowhere' } } })).toMatchObject({
      __typename: 'InvalidInput',
      path: ['method', 'mail', 'address'],
      message: 'method.mail.address: Expected an address with an @.',
    })
    expect(await belongings(database, person.userId)).toBe(before)
  })

  it('C15: identifiers and passwords of any shape are refused like a wrong password', async () => {
    const shapes = ['', ' ', '\u0000', '\ud800', 'x'.repeat(100_000), "' or 1=1 --", '%', '\u202e', '🙂']
    for (const [at, shape] of shapes.entries()) {
      const client = gateway.client({ address: `10.7.0.${at}` })
      for (const who of [
        { identifier: shape, password: 'some password' },
        { identifier: someone.person.identifier, password: shape },
      ]) {
        expect(await client.signIn(who)).toMatchObject({
          __typename: 'SignInRejected',
          code: 'signIn.rejected',
        })
      }
    }
  })
})
