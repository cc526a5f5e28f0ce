/** Documents that cost more than they look, by what they try: what is known of other gateways, and what is ours. */

const times = (count: number, one: (index: number) => string, between = ' ') =>
  Array.from({ length: count }, (_, index) => one(index)).join(between)

/** Fragments that spread the next one twice. */
const doubling = (levels: number, last: string) =>
  `${times(levels, (level) => `fragment F${level} on Session { id ...F${level + 1} ...F${level + 1} }`)} fragment F${levels} on Session { ${last} }`

/** Lists below lists: what the answer could hold grows with each. */
const lists = 'methods { ways { id title usedFor } id kind label hint }'

export interface Attack {
  readonly name: string
  readonly query: string
  /** The limit that is to refuse it; without one, what else does. */
  readonly limit?: string
  readonly says?: string
}

const deep = (levels: number) => `${'a { '.repeat(levels)}b${' }'.repeat(levels)}`

export const attacks: readonly Attack[] = [
  { name: 'nesting', query: `{ ${deep(300)} }`, limit: 'depth' },
  {
    name: 'an operation that is called __schema (GHSA-733v-p3h5-qpq7)',
    query: `query __schema { ${deep(20)} }`,
    limit: 'depth',
  },
  {
    name: 'a fragment that is called __schema (GHSA-733v-p3h5-qpq7)',
    query: `{ ...__schema } fragment __schema on Query { ${deep(20)} }`,
    limit: 'depth',
  },
  {
    name: 'a fragment that is measured on its own first (GHSA-hmfr-rx46-4jx2)',
    query: `{ viewer { ...F } a { b { c { d { e { viewer { ...F } } } } } } } fragment F on Viewer { x { y { z } } }`,
    limit: 'depth',
  },
  {
    name: 'two fragments of one name (GHSA-224p-v68g-5g8f)',
    query: `{ ...F } fragment F on Query { __typename } fragment F on Query { ${deep(20)} }`,
    limit: 'depth',
  },
  {
    name: 'the deep one first, of two fragments of one name',
    query: `{ ...F } fragment F on Query { ${deep(20)} } fragment F on Query { __typename }`,
    says: 'There can be only one fragment named',
  },
  {
    name: 'introspection in a fragment that is called __schema',
    query: '{ ...__schema } fragment __schema on Query { __schema { types { name } } }',
    says: 'introspection has been disabled',
  },
  {
    name: 'a fragment that spreads itself',
    query: '{ viewer { ...F } } fragment F on Viewer { username ...F }',
    says: 'Cannot spread fragment',
  },
  {
    name: 'a ring of fragments',
    query: `{ viewer { ...F0 } } ${times(50, (one) => `fragment F${one} on Viewer { username ...F${(one + 1) % 50} }`)}`,
    says: 'within itself',
  },
  {
    name: 'spreads that double at every step',
    query: `{ viewer { session { ...F0 } } } ${doubling(45, 'id')}`,
    limit: 'cost',
  },
  {
    name: 'spreads that double, in a ring',
    query: `{ viewer { session { ...F0 } } } ${doubling(45, '...F0')}`,
    says: 'within itself',
  },
  {
    name: 'lists below lists',
    query: `{ viewer { securityInfo { ${lists} ${lists} ${lists} } } }`,
    limit: 'cost',
  },
  {
    name: 'a page of a million',
    query: '{ admin { helpRequests(first: 1000000) { edges { node { id } } } } }',
    limit: 'cost',
  },
  {
    name: '10 000 aliases',
    query: `{ ${times(10_000, (one) => `a${one}:id`)} }`,
    limit: 'tokens',
  },
  { name: '300 aliases', query: `{ ${times(300, (one) => `a${one}: __typename`)} }`, limit: 'aliases' },
  {
    name: 'aliases in a fragment',
    query: `{ ...F } fragment F on Query { ${times(5, (one) => `a${one}: __typename`)} }`,
    limit: 'aliases',
  },
  { name: '10 000 directives', query: `{ __typename ${'@a '.repeat(10_000)} }`, limit: 'tokens' },
  { name: '300 directives', query: `{ __typename ${'@a'.repeat(300)} }`, limit: 'directives' },
  { name: 'a field a thousand times', query: `{ ${'node '.repeat(1001)} }`, limit: 'tokens' },
  {
    name: 'a long list',
    query: `mutation { signIn(input: { identifier: [${'1 '.repeat(101)}] }) { __typename } }`,
    limit: 'items',
  },
  { name: 'a long text', query: `{ node(id: "${'x'.repeat(100_000)}") { id } }`, limit: 'bodyBytes' },
  {
    name: 'a long block of text',
    query: `{ node(id: """${'\n'.repeat(60_000)}""") { id } }`,
    limit: 'bodyBytes',
  },
]
