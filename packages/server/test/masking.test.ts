import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { describeError } from '../src/log.ts'
import { type TestGateway, testGateway } from './support/gateway.ts'
import { CANARY, troublePlugin } from './support/trouble.ts'

let at: TestGateway
beforeAll(async () => {
  at = await testGateway({ plugins: [troublePlugin()] })
})
afterAll(() => at.close())
beforeEach(() => {
  at.logged.length = 0
})

describe('H16: what goes wrong inside stays inside', () => {
  it.each(['throws', 'throwsOther', 'throwsGraphQL', 'pretends', 'failsInSql'])(
    'masks what %s',
    async (field) => {
      const answer = await at.ask(`{ ${field} }`)
      const [error] = answer.errors
      expect(answer.text).not.toContain(CANARY)
      expect(answer.text).not.toMatch(/\.ts|node_modules|at Object/)
      expect(error?.extensions).toEqual({ code: 'INTERNAL', requestId: answer.headers.get('x-request-id') })
      expect(error?.message).toContain(error?.extensions.requestId)
      expect(at.logged).toHaveLength(1)
      expect(at.logged[0]).toMatchObject({ level: 'error', requestId: error?.extensions.requestId })
    },
  )

  it('lets through what was meant for the client, with its code', async () => {
    const { errors, headers } = await at.ask('{ forbids }')
    expect(errors[0]).toMatchObject({ message: 'Not you.' })
    expect(errors[0]?.extensions).toEqual({
      code: 'FORBIDDEN',
      state: 'X',
      requestId: headers.get('x-request-id'),
    })
    expect(at.logged).toEqual([])
  })

  it('masks a route that throws, and logs it', async () => {
    const answer = await at.fetch('/trouble/throws')
    expect(answer.status).toBe(500)
    expect(answer.text).not.toContain(CANARY)
    expect(answer.errors[0]?.extensions).toEqual({
      code: 'INTERNAL',
      requestId: answer.headers.get('x-request-id'),
    })
    expect(at.logged).toHaveLength(1)
  })

  it('logs an error with its causes, and a failed statement without its parameters (H10)', async () => {
    await at.ask('{ throws }')
    expect(describeError(at.logged[0]?.error)).toEqual([
      expect.stringContaining(`Error: boom ${CANARY}\n    at `),
      expect.stringContaining(`Error: the cause, ${CANARY}`),
    ])
    at.logged.length = 0
    await at.ask('{ failsInSql }')
    const [line] = describeError(at.logged[0]?.error)
    expect(line).toContain('failed statement: select $1')
    expect(line).not.toContain(CANARY)
  })

  it('introspection is off, by whatever name it goes (GHSA-733v-p3h5-qpq7)', async () => {
    for (const query of [
      '{ __schema { types { name } } }',
      '{ __type(name: "Query") { name } }',
      'query __schema { __schema { types { name } } }',
      'query { ...__schema } fragment __schema on Query { __schema { types { name } } }',
    ]) {
      const { data, errors } = await at.ask(query)
      expect(data).toBeUndefined()
      expect(errors[0]?.extensions.code).toBe('BAD_USER_INPUT')
    }
    expect((await at.ask('{ __typename }')).data).toEqual({ __typename: 'Query' })
  })

  it('names no near misses and lists nothing', async () => {
    const guesses = [
      '{ gatewai { name } }',
      '{ gateway { nam } }',
      '{ node(idd: "x") { id } }',
      'mutation { signIn(input: { identifierr: "x", password: "x" }) { __typename } }',
      'mutation { signIn(input: { identifier: "x", password: "x", transport: BEERER }) { __typename } }',
      'query ($x: SignInInputt) { __typename }',
    ]
    for (const query of guesses) {
      const { text } = await at.ask(query)
      expect(text).toContain('BAD_USER_INPUT')
      expect(text).not.toMatch(/did you mean|"gateway"|identifier:|BEARER|"SignInInput"/i)
    }
    const input = { identifierr: 'x', password: 'x', transport: 'BEERER' }
    const { text } = await at.ask('mutation ($i: SignInInput!) { signIn(input: $i) { __typename } }', {
      i: input,
    })
    expect(text).toContain('$i.identifier: expected String!, but it is missing')
    expect(text).not.toMatch(/takes:|has:|COOKIE/)
  })

  it('GraphiQL is not there', async () => {
    for (const path of ['/graphql', '/', '/graphiql/graphiql.js']) {
      const { status } = await at.fetch(path, { headers: { accept: 'text/html' } })
      expect(status).toBeGreaterThanOrEqual(404)
    }
  })
})
