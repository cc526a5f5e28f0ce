/** H17: registered documents. */
import { createHash } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ConfigurationFault } from '@security-info/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readOperations } from '../src/config/operations.ts'
import type { Operations } from '../src/edge/operations.ts'
import { UNDO_DOCUMENT } from '../src/edge/own-documents.ts'
import { password, signInDocument, type TestGateway, testGateway } from './support/gateway.ts'

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
const who = 'query Who($id: ID = "x") { gateway { name } node(id: $id) @skip(if: true) { id } }'
const two = 'query One { gateway { name } } query Two { viewer { id } }'

const registered = (strict: boolean, ...texts: string[]): Operations => ({
  documents: new Map(texts.map((text) => [sha256(text), text])),
  strict,
  source: 'operations.json',
})

let strict: TestGateway
let lenient: TestGateway
let folder: string
beforeAll(async () => {
  strict = await testGateway({ operations: registered(true, who, two, signInDocument) })
  lenient = await testGateway({ operations: registered(false, who) })
  folder = await mkdtemp(join(tmpdir(), 'security-info-operations-'))
  await strict.person('ada@example.org')
})
afterAll(async () => {
  await Promise.all([strict.close(), lenient.close()])
  await rm(folder, { recursive: true })
})

const send = (at: TestGateway, body: object) =>
  at.fetch('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
const persistedQuery = (text: string) => ({
  extensions: { persistedQuery: { version: 1, sha256Hash: sha256(text) } },
})

describe('H17: where only registered documents are taken', () => {
  it.each([
    ['a document', { query: '{ __typename }' }],
    ['an almost registered one', { query: `${who} ` }],
    ['one beside a registered hash', { query: '{ __typename }', ...persistedQuery(who) }],
    ['introspection', { query: '{ __schema { types { name } } }' }],
    ['no document', {}],
    [
      'a hash of another version',
      { extensions: { persistedQuery: { version: 2, sha256Hash: sha256(who) } } },
    ],
    ['a query that is no text', { query: 7 }],
  ])('H17: %s is refused with 400, and nothing is executed', async (_, body) => {
    const statements = await strict.database.statements.count(async () => {
      const { status, errors, data } = await send(strict, body)
      expect([status, data]).toEqual([400, undefined])
      expect(errors.map(({ extensions }) => extensions.code)).toEqual(['BAD_USER_INPUT'])
      expect(errors[0]?.message).toContain('registered documents only')
    })
    expect(statements).toBe(0)
  })

  it.each([
    ['extensions.persistedQuery', persistedQuery(signInDocument)],
    ['documentId', { documentId: sha256(signInDocument) }],
    ['documentId with its kind', { documentId: `sha256:${sha256(signInDocument).toUpperCase()}` }],
    ['the registered document itself', { query: signInDocument }],
  ])('H17: a registered one is executed, by %s', async (_, body) => {
    const variables = { input: { identifier: 'ada@example.org', password } }
    const { data, errors } = await send(strict, { ...body, variables })
    expect(errors).toEqual([])
    expect(data.signIn.__typename).toBe('SignInPayload')
  })

  it('H17: variables are checked as always, and an operation is chosen by name', async () => {
    const { errors } = await send(strict, { ...persistedQuery(who), variables: { id: ['hush'] } })
    expect(errors[0]?.message).toBe('$id: expected ID, got a list.')
    const chosen = await send(strict, { ...persistedQuery(two), operationName: 'One' })
    expect(chosen.data).toEqual({ gateway: { name: 'Test' } })
  })

  it('H17: an unknown hash says who has to do what; one of nonsense is none', async () => {
    for (const documentId of [sha256('{ a }'), '__proto__', 'constructor', '']) {
      const { status, errors } = await send(strict, { documentId })
      expect(status).toBe(400)
      expect(errors[0]?.message).toContain('No document is registered under this SHA-256')
    }
    const nonsense = await send(strict, { documentId: { x: 1 } })
    expect([nonsense.status, nonsense.errors.length]).toEqual([400, 1])
  })

  it('the page at /undo still works: its document is one of them', async () => {
    const { data } = await send(strict, { query: UNDO_DOCUMENT, variables: { input: { token: 'x' } } })
    expect(data.undoChange.__typename).toBe('FlowEnded')
    const page = await readFile(join(import.meta.dirname, '..', 'assets', 'undo', 'undo.js'), 'utf8')
    expect(page).toContain(UNDO_DOCUMENT)
  })
})

it('where others are taken as well, both work', async () => {
  expect((await send(lenient, { query: '{ __typename }' })).data).toEqual({ __typename: 'Query' })
  const { errors, data } = await send(lenient, persistedQuery(who))
  expect([errors, data]).toEqual([[], { gateway: { name: 'Test' } }])
  expect((await send(lenient, {})).errors[0]?.message).toContain('query')
})

describe('H17: the gateway does not start with documents that it would refuse', () => {
  const faultsOf = (make: () => unknown) => {
    try {
      make()
    } catch (error) {
      if (error instanceof ConfigurationFault) return error.faults
      throw error
    }
    return []
  }

  it('H17: each is named, with what is wrong', async () => {
    const bad = [
      'query Missing { gateway { colour } }',
      'query Unfinished { gateway',
      `query Deep { ${'a { '.repeat(20)}b${' }'.repeat(20)} }`,
      'query Costly { admin { helpRequests(first: 5000) { edges { node { id } } } } }',
      'query Curious { __schema { types { name } } }',
      'mutation Twice($i: SignInInput!) { signIn(input: $i) { __typename } signIn(input: $i) { __typename } }',
    ]
    const making = testGateway({ operations: registered(true, who, ...bad) })
    const error: unknown = await making.catch((error: unknown) => error)
    const faults = faultsOf(() => {
      throw error
    })
    expect(faults.map(({ where }) => where)).toEqual(
      bad.map((text) => `operations.json: ${/ (\w+)/.exec(text)?.[1]}, ${sha256(text)}`),
    )
    expect(faults.map(({ problem }) => problem)).toEqual([
      expect.stringContaining('Cannot query field "colour" on type "Gateway". Gateway has: '),
      expect.stringContaining('Syntax Error'),
      expect.stringContaining('21 levels deep'),
      expect.stringContaining('could have 15002 fields'),
      expect.stringContaining('introspection has been disabled'),
      expect.stringContaining('more than one field that takes a credential'),
    ])
  })

  it('a file that is none is named, with every entry at fault', async () => {
    const config = join(folder, 'security-info.config.json')
    const read = async (content: string) => {
      await writeFile(join(folder, 'operations.json'), content)
      return faultsOf(() => readOperations('./operations.json', true, config)).map(({ problem }) => problem)
    }
    expect(await read(JSON.stringify({ [sha256(who)]: who }))).toEqual([])
    expect(await read(JSON.stringify({ md5: who, [sha256(two)]: 7 }))).toEqual([
      'it is no SHA-256 of 64 hexadecimal digits',
      'its document is no text',
    ])
    expect(await read('{')).toEqual([expect.stringContaining("can't be read")])
    expect(await read('["a"]')).toEqual([expect.stringContaining('is no object')])
    expect(await read('{}')).toEqual([expect.stringContaining('has no documents')])
    const missing = faultsOf(() => readOperations('nowhere.json', true, config))
    expect(missing[0]?.problem).toContain('does not exist')
  })
})
