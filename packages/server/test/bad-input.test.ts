import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TestGateway, testGateway } from './support/gateway.ts'

const SECRET = 'hunter2-8d1c'
const signIn = 'mutation ($input: SignInInput!) { signIn(input: $input) { __typename } }'

let open: TestGateway
let production: TestGateway
beforeAll(async () => {
  open = await testGateway({ open: true })
  production = await testGateway()
})
afterAll(() => Promise.all([open.close(), production.close()]))

const messages = async (at: TestGateway, query: string, variables?: object) => {
  const { errors } = await at.ask(query, variables)
  expect(errors.map((error) => error.extensions.code)).toEqual(errors.map(() => 'BAD_USER_INPUT'))
  return errors.map((error) => error.message)
}

describe('Bad input gets a typed error that says what came and what was expected', () => {
  it('in variables, all faults at once', async () => {
    const input = { identifier: 7, passwort: 'x', transport: 'PIGEON' }
    const [identifier, password, transport, field] = await messages(open, signIn, { input })
    expect(identifier).toBe('$input.identifier: expected String, got a number.')
    expect(password).toBe('$input.password: expected Secret!, but it is missing.')
    expect(transport).toMatch(
      /^\$input\.transport: expected TokenTransport, got a string\. .* BEARER, COOKIE\.$/,
    )
    expect(field).toMatch(/SignInInput has no field "passwort"\. SignInInput takes: .*password: Secret!/)
  })

  it.each([
    [undefined, '$input: expected SignInInput!, but the variable was not sent.'],
    [null, '$input: expected SignInInput!, got null.'],
    ['text', '$input: expected an object (SignInInput), got a string.'],
    [[], '$input: expected an object (SignInInput), got a list.'],
    [true, '$input: expected an object (SignInInput), got true or false.'],
    [{ identifier: 'a', password: ['x'] }, '$input.password: expected Secret, got a list.'],
    [{ identifier: 'a', password: { x: 1 } }, '$input.password: expected Secret, got an object.'],
    [{ identifier: null, password: 'x' }, '$input.identifier: expected String!, got null.'],
  ])('in variables: %j', async (input, expected) => {
    const [message] = await messages(open, signIn, { input })
    expect(message?.startsWith(expected)).toBe(true)
    expect((await messages(production, signIn, { input }))[0]?.startsWith(expected)).toBe(true)
  })

  it('in a choice of exactly one', async () => {
    const query =
      'mutation ($m: EnrollMethodInput!) { beginEnrollment(input: { method: $m }) { __typename } }'
    const [none] = await messages(open, query, { m: {} })
    expect(none).toMatch(
      /exactly one field of EnrollMethodInput that is not null, got 0\. .*exactly one of: totp/,
    )
    const [unknown] = await messages(open, query, { m: { carrierPigeon: {} } })
    expect(unknown).toMatch(/EnrollMethodInput has no field "carrierPigeon"\. .*totp/)
  })

  it('in documents; the sandbox lists what exists', async () => {
    const [field] = await messages(open, '{ gateway { colour } }')
    expect(field).toMatch(/Cannot query field "colour" on type "Gateway"\. Gateway has: .*methodKinds/)
    const [argument] = await messages(open, '{ node(key: "x", id: "x") { id } }')
    expect(argument).toMatch(/Unknown argument "key".* node takes: id: ID!\./)
    const [value] = await messages(
      open,
      'mutation { signIn(input: { identifier: "a", password: "b", transport: PIGEON }) { __typename } }',
    )
    expect(value).toMatch(/Expected TokenTransport!?, got a bare word\. TokenTransport has: BEARER, COOKIE\./)
    const [input] = await messages(open, 'mutation { signIn(input: { name: "a" }) { __typename } }')
    expect(input).toMatch(/SignInInput.* takes: .*\bidentifier: String!, password: Secret!/)
    const [type] = await messages(open, 'query ($x: Nonsense) { __typename }')
    expect(type).toMatch(/Unknown type "Nonsense"\. Types: .*SignInInput/)
    // The second time, the answer comes from yoga's cache of validated documents.
    expect(await messages(open, '{ gateway { colour } }')).toEqual([field])
    const [syntax] = await messages(open, '{ gateway { name }')
    expect(syntax).toBe('Syntax Error: Expected Name, found <EOF>.')
  })

  it('in arguments that turn out null only when they are used', async () => {
    const query = 'query ($id: ID = "x") { node(id: $id) { id } }'
    expect(await messages(open, query, { id: null })).toEqual([
      'A value in the request does not fit where it is used.',
    ])
  })

  it('in the request around it', async () => {
    const post = (body: string) =>
      open.fetch('/graphql', { method: 'POST', headers: { 'content-type': 'application/json' }, body })
    for (const body of ['', '{', '7', 'null', '"x"', '{}', '{"query":1}', '{"query":"{a","variables":[]}']) {
      const { errors, status } = await post(body)
      expect([200, 400]).toContain(status)
      expect(errors.map((error) => error.extensions.code)).toEqual(['BAD_USER_INPUT'])
    }
    expect((await post(JSON.stringify({ query: 'x'.repeat(100_001) }))).status).toBe(413)
    expect((await open.fetch('/nothing')).status).toBe(404)
    const stream = new ReadableStream({
      pull: (controller) => controller.enqueue(new Uint8Array(10_000)),
    })
    const endless = {
      method: 'POST',
      body: stream,
      duplex: 'half',
      headers: { 'content-type': 'application/json' },
    }
    expect((await open.fetch('/graphql', endless as RequestInit)).status).toBe(413)
  })
})

describe('H10: errors never repeat a value, which may be a password', () => {
  const inVariables: readonly unknown[] = [
    SECRET,
    [SECRET],
    { identifier: 'a', password: { x: SECRET } },
    { identifier: 'a', password: [SECRET] },
    { identifier: [SECRET], password: 'x' },
    { identifier: { x: SECRET }, password: SECRET, transport: SECRET },
    { password: SECRET },
  ]
  it.each(inVariables)('in variables: %j', async (input) => {
    for (const at of [open, production]) {
      const { text, errors } = await at.ask(signIn, { input })
      expect(errors.length).toBeGreaterThan(0)
      expect(text).not.toContain(SECRET)
      expect(JSON.stringify(at.logged)).not.toContain(SECRET)
    }
  })

  const word = SECRET.replace('-', '_')
  const inDocuments = [
    `mutation { signIn(input: "${SECRET}") { __typename } }`,
    `mutation { signIn(input: ["${SECRET}"]) { __typename } }`,
    `mutation { signIn(input: { identifier: "a", password: ["${SECRET}"] }) { __typename } }`,
    `mutation { signIn(input: { identifier: "a", password: { x: "${SECRET}" } }) { __typename } }`,
    `mutation { signIn(input: { identifier: ${word}, password: ${word} }) { __typename } }`,
    `mutation { signIn(input: { identifier: ["""${SECRET}"""], password: "x" }) { __typename } }`,
    `mutation { signIn(input: { identifier: "a", password: "x", transport: "${SECRET}" }) { __typename } }`,
    `mutation { signIn(input: { identifier: "a", password: correct ${word} battery }) { __typename } }`,
    `mutation { signIn(input: { identifier: "a", password: "a" "${SECRET}" }) { __typename } }`,
    `mutation { signIn(input: { identifier: "a", password: """a""" """${SECRET}""" }) { __typename } }`,
    `mutation { signOut(input: { everywhere: "${SECRET}" }) { ended } }`,
    `query ($x: String = ["${SECRET}"]) { __typename }`,
    `query { node(id: { x: "${SECRET}" }) { id } }`,
    `query { __typename @include(if: "${SECRET}") }`,
    `"${SECRET}"`,
    word,
  ]
  it.each(inDocuments)('in the document: %s', async (query) => {
    for (const at of [open, production]) {
      const { text, errors } = await at.ask(query)
      expect(errors.length).toBeGreaterThan(0)
      expect(text).not.toContain(SECRET)
      expect(text).not.toContain(word)
    }
  })

  it('in a body that is not JSON', async () => {
    const headers = { 'content-type': 'application/json' }
    const { text } = await open.fetch('/graphql', {
      method: 'POST',
      headers,
      body: `{"password": ${SECRET}}`,
    })
    expect(text).toContain('BAD_USER_INPUT')
    expect(text).not.toContain(SECRET)
  })
})
