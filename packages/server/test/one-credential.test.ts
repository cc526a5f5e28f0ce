import { type GraphQLInputType, getNamedType, isInputObjectType } from 'graphql'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { password, signInDocument, type TestGateway, testGateway } from './support/gateway.ts'

let at: TestGateway
beforeAll(async () => {
  at = await testGateway()
  await at.person('ada@example.org')
})
afterAll(() => at.close())

const input = '(input: { identifier: "ada@example.org", password: "guess" })'
const aliases = (count: number) =>
  Array.from({ length: count }, (_, index) => `a${index}: signIn${input} { __typename }`).join(' ')

/** Sends it, and gives the errors' codes and messages with how many statements reached the database. */
async function attempt(query: string, variables = {}) {
  let answer = await at.ask('{ gateway { name } }')
  const statements = await at.database.statements.count(async () => {
    answer = await at.ask(query, variables)
  })
  return { statements, codes: answer.errors.map((error) => error.extensions.code), text: answer.text }
}

describe('C3: one credential in a document', () => {
  it('a single sign-in is executed', async () => {
    const { statements, text } = await attempt(signInDocument, {
      input: { identifier: 'ada@example.org', password },
    })
    expect(text).toContain('SignInPayload')
    expect(statements).toBeGreaterThan(0)
  })

  it.each([
    ['2 aliases', `mutation { ${aliases(2)} }`],
    ['4 aliases', `mutation { ${aliases(4)} }`],
    ['50 times the same field', `mutation { ${`signIn${input} { __typename } `.repeat(50)} }`],
    ['the same field twice', `mutation { signIn${input} { __typename } signIn${input} { __typename } }`],
    [
      'two different fields',
      `mutation { signIn${input} { __typename } reauthenticate(input: { password: "x" }) { __typename } }`,
    ],
    [
      'a fragment beside a field',
      `mutation { ...F b: signIn${input} { __typename } } fragment F on Mutation { a: signIn${input} { __typename } }`,
    ],
    [
      'inline fragments',
      `mutation { ... { ${aliases(1)} } ... on Mutation { b: signIn${input} { __typename } } }`,
    ],
    ['skipped fields', `mutation { ${aliases(1)} b: signIn${input} @skip(if: true) { __typename } }`],
  ])('refuses %s: 0 executed', async (_, query) => {
    const { statements, codes, text } = await attempt(query)
    expect(codes).toEqual(['BAD_USER_INPUT'])
    expect(text).toContain('more than one field that takes a credential')
    expect(statements).toBe(0)
  })

  it('refuses two operations with one credential each: 0 executed', async () => {
    const query = `mutation A { ${aliases(1)} } mutation B { ${aliases(1)} }`
    const body = JSON.stringify({ query, operationName: 'A' })
    const headers = { 'content-type': 'application/json' }
    const statements = await at.database.statements.count(async () => {
      const { errors } = await at.fetch('/graphql', { method: 'POST', headers, body })
      expect(errors.map((error) => error.extensions.code)).toEqual(['BAD_USER_INPUT'])
    })
    expect(statements).toBe(0)
  })

  it('refuses 1000 aliases: 0 executed', async () => {
    const { statements, codes } = await attempt(`mutation { ${aliases(1000)} }`)
    expect(codes).toEqual(['TOO_COMPLEX'])
    expect(statements).toBe(0)
  })

  it('refuses a batch: 0 executed', async () => {
    const one = {
      query: signInDocument,
      variables: { input: { identifier: 'ada@example.org', password: 'guess' } },
    }
    const body = JSON.stringify([one, one])
    const statements = await at.database.statements.count(async () => {
      const answer = await at.fetch('/graphql', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
      })
      expect(answer.status).toBe(400)
      expect(answer.errors.map((error) => error.extensions.code)).toEqual(['BAD_USER_INPUT'])
    })
    expect(statements).toBe(0)
  })

  it('holds for every mutation that takes one, also those of recovery: two of it are 0 executed', async () => {
    const fields = Object.values(at.securityInfo.schema.getMutationType()?.getFields() ?? {})
    const taking = fields.filter((field) => field.extensions.credential === true)
    expect(taking.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        'startPasswordReset',
        'beginResetGate',
        'resendResetCode',
        'verifyResetGate',
        'completePasswordReset',
        'unlockAccount',
        'askAdministrator',
        'rehearseRecovery',
        'finishRehearsal',
        'changePassword',
        'redeemAccessPass',
        'issueAccessPass',
        'revokeAccessPass',
      ]),
    )
    for (const { name, args } of taking) {
      const [arg] = args
      const call = arg ? `${name}(input: $input)` : name
      const declared = arg ? `($input: ${arg.type})` : ''
      const twice = `mutation ${declared} { a: ${call} { __typename } b: ${call} { __typename } }`
      const beside = `mutation ${declared} { ${call} { __typename } b: signIn${input} { __typename } }`
      for (const query of [twice, beside]) {
        const { statements, text } = await attempt(query, { input: {} })
        expect([name, statements]).toEqual([name, 0])
        expect(text).toContain('more than one field that takes a credential')
      }
    }
  })

  it('marks every mutation, of core and of plugins, that takes a Secret anywhere in its input', () => {
    const mutations = Object.values(at.securityInfo.schema.getMutationType()?.getFields() ?? {})
    const taking = mutations.filter((field) => field.args.some((arg) => takesSecret(arg.type)))
    expect(taking.map((field) => field.name)).toEqual(
      expect.arrayContaining(['signIn', 'reauthenticate', 'confirmEnrollment', 'verifyChallenge']),
    )
    expect(taking.filter((field) => field.extensions.credential !== true)).toEqual([])
  })
})

function takesSecret(type: GraphQLInputType, seen: readonly string[] = []): boolean {
  const named = getNamedType(type)
  if (named.name === 'Secret') return true
  if (!isInputObjectType(named) || seen.includes(named.name)) return false
  return Object.values(named.getFields()).some((field) => takesSecret(field.type, [...seen, named.name]))
}
