/** H14: what a document may ask for. */
import { Secret } from '@security-info/core'
import { type DocumentNode, parse, specifiedRules, validate, visit } from 'graphql'
import { createYoga } from 'graphql-yoga'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { costOf } from '../src/edge/cost.ts'
import { createDocumentCache, noErrorCache } from '../src/edge/document-cache.ts'
import { excess } from '../src/edge/excess.ts'
import { LIMITS } from '../src/edge/limits.ts'
import { useDocuments } from '../src/edge/use-documents.ts'
import { storyTabs } from '../src/graphiql/story.ts'
import { attacks } from './support/corpus.ts'
import { type TestGateway, testGateway } from './support/gateway.ts'
import { type InboxGateway, inboxGateway } from './support/inbox.ts'
import { troublePlugin } from './support/trouble.ts'

const metricsToken = new Secret('8d0f6c1b9a3e47528d0f6c1b9a3e4752')

let at: InboxGateway
beforeAll(async () => {
  at = await inboxGateway({ metricsToken })
})
afterAll(() => at.close())

/** How often requests were refused, by limit. */
async function refusals(gateway: Pick<TestGateway, 'fetch'> = at): Promise<ReadonlyMap<string, number>> {
  const authorization = `Bearer ${metricsToken.reveal()}`
  const { text } = await gateway.fetch('/metrics', { headers: { authorization } })
  const lines = text.matchAll(/^security_info_documents_refused_total\{limit="(\w+)"\} (\d+)$/gm)
  return new Map([...lines].map(([, limit = '', count]) => [limit, Number(count)]))
}

describe('H14: a document that costs more than it may', () => {
  it.each(attacks)('H14: $name is refused before anything is executed, and counted', async (attack) => {
    const before = await refusals()
    let answer = await at.ask('{ __typename }')
    const statements = await at.database.statements.count(async () => {
      answer = await at.ask(attack.query)
    })
    expect(statements).toBe(0)
    expect(answer.data).toBeUndefined()
    expect(answer.text.length).toBeLessThan(60_000)
    const [error] = answer.errors
    const { limit } = attack
    expect(error?.extensions).toMatchObject(
      limit && limit !== 'bodyBytes' ? { limit } : { code: 'BAD_USER_INPUT' },
    )
    expect(answer.text).toContain(attack.says ?? '')
    const expected = new Map(before)
    if (limit) expected.set(limit, (before.get(limit) ?? 0) + 1)
    expect(await refusals()).toEqual(expected)
    // The second time some of it comes from a cache.
    expect((await at.ask(attack.query)).errors[0]?.message).toBe(error?.message)
  })

  it('H14: none takes work that grows faster than the document, in our checks and the library’s', () => {
    const { schema } = at.securityInfo
    const within = attacks.flatMap(({ query }) => {
      const document = parse(query.slice(0, 200_000))
      const looks = counted(document)
      const nodes = countNodes(document)
      looks.count = 0
      excess(document, LIMITS)
      for (const one of document.definitions)
        if (one.kind === 'OperationDefinition') costOf(schema, document, one)
      const ours = looks.count
      looks.count = 0
      if (query.length < 10_000) validate(schema, document, specifiedRules)
      return [ours <= 4 * nodes, looks.count <= 100 * nodes]
    })
    expect(within).not.toContain(false)
  })

  it('H14: an operation that is not waited for any longer counts as well', async () => {
    const plugins = [troublePlugin(() => new Promise(() => {}))]
    const impatient = await testGateway({ plugins, metricsToken, limits: { timeoutMs: 20 } })
    await impatient.ask('{ waits }')
    expect((await refusals(impatient)).get('timeoutMs')).toBe(1)
    await impatient.close()
  })

  it.each(storyTabs({ demo: who(), administrator: who() }).map(({ query }) => [operationOf(query), query]))(
    'our own documents have room to spare: %s',
    (_, query) => {
      const document = parse(query)
      const tight = { ...LIMITS, depth: 7, aliases: 2, directives: 10, tokens: 500 }
      expect(excess(document, tight)).toEqual([])
      const costs = document.definitions.map((one) =>
        one.kind === 'OperationDefinition' ? costOf(at.securityInfo.schema, document, one) : 0,
      )
      expect(Math.max(...costs)).toBeLessThan(LIMITS.cost / 2)
    },
  )
})

describe('H19: a list that was sent', () => {
  const create =
    'mutation ($input: AppPasswordCreateInput!) { createAppPassword(input: $input) { __typename } }'
  const scopes = (count: number) => ({
    input: { name: 'x', scopes: Array.from({ length: count }, () => 'mail') },
  })

  it('H19: may have a hundred items, and no more', async () => {
    const { errors } = await at.ask(create, scopes(101))
    expect(errors.map(({ message }) => message)).toEqual([
      '$input.scopes has 101 items; at most 100 are possible. Send fewer.',
    ])
    expect(errors[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', limit: 'items' })
    expect((await at.ask(create, scopes(100))).errors[0]?.extensions.code).toBe('UNAUTHENTICATED')
  })
})

describe('The cost of an operation', () => {
  const costs = (query: string, variables?: Record<string, unknown>) => {
    const document = parse(query)
    const [operation] = document.definitions
    if (operation?.kind !== 'OperationDefinition') throw new Error('No operation.')
    return costOf(at.securityInfo.schema, document, operation, variables)
  }
  const page = (first: string, declared = '') =>
    `query ${declared} { admin { helpRequests${first} { edges { node { id username } } } } }`

  it.each([
    ['each field counts one', '{ viewer { username session { id } } }', undefined, 4],
    ['below a list, ten times', '{ viewer { securityInfo { methods { id kind } } } }', undefined, 23],
    [
      'fragments count where they are spread',
      '{ viewer { ...F } viewer { ...F } } fragment F on Viewer { id }',
      undefined,
      4,
    ],
    ['a page as it was asked for', page('(first: 50)'), undefined, 2 + 50 * 4],
    ['or as it is by default', page(''), undefined, 2 + 20 * 4],
    ['in a variable', page('(first: $n)', '($n: Int!)'), { n: 5 }, 2 + 5 * 4],
    ['in its default', page('(first: $n)', '($n: Int! = 7)'), undefined, 2 + 7 * 4],
    ['negative pages are looked for as well', page('(first: -50)'), undefined, 2 + 4],
  ])('%s', (_, query, variables, expected) => {
    expect(costs(query, variables)).toBe(expected)
  })
})

describe('H14: parsed documents are kept', () => {
  const text = (index: number) => `{ a } # ${index} ${'x'.repeat(986)}`.slice(0, 1000)

  it('H14: in a bounded space, the newest of them, and none that is long', () => {
    const cache = createDocumentCache()
    for (let index = 0; index < 2000; index++) cache.set(text(index), parse('{ a }'))
    const kept = Array.from({ length: 2000 }, (_, index) => index).filter((index) => cache.get(text(index)))
    expect([kept.length, kept[0]]).toEqual([150, 1850])
    cache.set('x'.repeat(8001), parse('{ a }'))
    expect(cache.get('x'.repeat(8001))).toBeUndefined()
  })

  it('H14: but for those that are refused: nobody sends one twice but to fill the memory', async () => {
    const cache = createDocumentCache()
    const { schema } = at.securityInfo
    const plugins = [useDocuments({ open: false, limits: LIMITS, cache })]
    const parserAndValidationCache = { documentCache: cache, errorCache: noErrorCache }
    const yoga = createYoga({
      schema,
      plugins,
      parserAndValidationCache,
      logging: false,
      maskedErrors: false,
    })
    const good = '{ __typename }'
    const refused = ['{ nothing }', attacks.find(({ limit }) => limit === 'depth')?.query ?? '']
    for (const query of [good, ...refused]) {
      const headers = { 'content-type': 'application/json' }
      await yoga.fetch('http://localhost/graphql', {
        method: 'POST',
        headers,
        body: JSON.stringify({ query }),
      })
    }
    expect([good, ...refused].map((query) => cache.get(query) !== undefined)).toEqual([true, false, false])
  })
})

function operationOf(query: string) {
  return /^\w+ (\w+)/m.exec(query)?.[1]
}

function who() {
  return { identifier: 'a', password: 'b' }
}

/** Counts how often somebody looks into a selection. */
function counted(document: DocumentNode): { count: number } {
  const looks = { count: 0 }
  visit(document, {
    SelectionSet(set) {
      const { selections } = set
      Object.defineProperty(set, 'selections', {
        enumerable: true,
        get() {
          looks.count++
          return selections
        },
      })
    },
  })
  return looks
}

function countNodes(document: DocumentNode): number {
  let nodes = 0
  visit(document, { enter: () => void nodes++ })
  return nodes
}
