/** Operations that fit a schema, more or less: what a fuzzer sends. */
import type { GeneratorValue } from 'fast-check'
import fc from 'fast-check'
import {
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
} from 'graphql'

/** Texts that have broken something somewhere. */
const HOSTILE = [
  '',
  ' ',
  'a',
  '0',
  '-1',
  '123456',
  'null',
  '__proto__',
  'constructor',
  "'; drop table account; --",
  '$1 %s %n {{7*7}} #{7*7} ../../etc/passwd',
  '\u0000',
  'a\u0000b',
  '\ud800',
  'x\udfff',
  '\ufeff\u202e\u200b',
  'ﬀ𝟙𝟚𝟛١٢٣',
  '🏳️‍🌈',
  '\r\nSet-Cookie: a=b\r\n',
  '<script>alert(1)</script>',
  'x'.repeat(300),
  'é'.repeat(5000),
  '2026-02-30T25:61:61Z',
  '2026-11-22T10:30:00.000Z',
  '+12015550123',
  '999999999-01-01T00:00:00Z',
  'bm9kZTox',
  '00000000-0000-0000-0000-000000000000',
  '{"a":1}',
  'ada@example.org',
]
const NUMBERS = [0, 1, -1, 2, 7, 100, 101, 2 ** 31 - 1, 2 ** 31, -(2 ** 31), 2 ** 53, 1e308, 0.5, -0]

interface Request {
  readonly query: string
  readonly variables: Record<string, unknown>
}

/** Draws one operation. `known` are texts that mean something to the gateway: ids, tokens, passwords. */
export function drawRequest(schema: GraphQLSchema, g: GeneratorValue, known: readonly string[]): Request {
  const below = (count: number) => g(fc.nat, { max: count - 1 })
  const pick = <T>(from: readonly T[]): T => from[below(from.length)] as T
  const oneIn = (count: number) => below(count) === 0

  const leaf = (type: GraphQLNamedType): unknown => {
    if (oneIn(12)) return pick([null, true, [], {}, [[[[[[]]]]]], { a: { b: [1] } }, ...NUMBERS])
    if (isEnumType(type)) return oneIn(10) ? 'NOPE' : pick(type.getValues().map(({ name }) => name))
    if (type.name === 'Boolean') return oneIn(2)
    if (type.name === 'Int' || type.name === 'Float') return pick(NUMBERS)
    if (oneIn(4)) return g(fc.string, { unit: 'binary', maxLength: 40 })
    return oneIn(2) && known.length > 0 ? pick(known) : pick(HOSTILE)
  }
  const value = (type: GraphQLInputType, depth = 0): unknown => {
    if (isNonNullType(type)) return oneIn(40) ? null : value(type.ofType, depth)
    if (isListType(type)) {
      if (oneIn(15)) return leaf(getNamedType(type))
      const length = oneIn(20) ? 101 : below(4)
      const item = value(type.ofType, depth + 1)
      return Array.from({ length }, () => (oneIn(3) ? value(type.ofType, depth + 1) : item))
    }
    if (!isInputObjectType(type)) return leaf(type)
    if (depth > 6 || oneIn(40)) return leaf(type)
    const fields = Object.values(type.getFields())
    const chosen = type.isOneOf && !oneIn(20) ? [pick(fields)] : fields
    const entries = chosen
      .filter((field) => type.isOneOf || isNonNullType(field.type) || oneIn(2))
      .filter(() => !oneIn(40))
      .map((field) => [field.name, value(field.type, depth + 1)] as const)
    return Object.fromEntries(oneIn(40) ? [...entries, ['surplus', 1]] : entries)
  }

  const variables: Record<string, unknown> = {}
  const declared: string[] = []
  const call = (field: GraphQLField<unknown, unknown>): string => {
    const args = field.args.flatMap((arg) => {
      if (!isNonNullType(arg.type) && oneIn(2)) return []
      const name = `v${declared.length}`
      variables[name] = value(arg.type)
      if (oneIn(4)) {
        const written = literal(variables[name], arg.type)
        delete variables[name]
        return `${arg.name}: ${written}`
      }
      declared.push(`$${name}: ${arg.type}`)
      return `${arg.name}: $${name}`
    })
    return args.length > 0 ? `${field.name}(${args.join(', ')})` : field.name
  }
  const selection = (type: GraphQLNamedType, depth: number): string => {
    if (isLeafType(type)) return ''
    const inner = isAbstractType(type)
      ? schema.getPossibleTypes(type).map((one) => `... on ${one.name} ${selection(one, depth + 1)}`)
      : fieldsOf(type as GraphQLObjectType, depth)
    const some = inner.filter(() => depth < 2 || oneIn(3))
    return `{ __typename ${some.join(' ')} }`
  }
  const fieldsOf = (type: GraphQLObjectType, depth: number): readonly string[] =>
    Object.values(type.getFields())
      .filter((field) => field.name !== 'state' && (isLeafType(getNamedType(field.type)) || depth < 4))
      .filter(() => oneIn(2))
      .map((field) => `${call(field)} ${selection(getNamedType(field.type), depth + 1)}`)

  const kinds = { query: schema.getQueryType(), mutation: schema.getMutationType() } as const
  const kind = oneIn(3) ? 'query' : 'mutation'
  const field = pick(Object.values(kinds[kind]?.getFields() ?? {}))
  const body = `${call(field)} ${selection(getNamedType(field.type), 0)}`
  const head = declared.length > 0 ? `(${declared.join(', ')})` : ''
  return { query: `${kind} ${head} { ${body} }`, variables }
}

/** A value as it is written in a document. */
function literal(value: unknown, type: GraphQLInputType): string {
  const named = getNamedType(type)
  if (Array.isArray(value)) return `[${value.map((item) => literal(item, type)).join(', ')}]`
  if (typeof value === 'string' && isEnumType(named) && /^\w+$/.test(value)) return value
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const fields = isInputObjectType(named) ? named.getFields() : {}
  const written = Object.entries(value).map(
    ([name, one]) => `${name}: ${literal(one, fields[name]?.type ?? (named as GraphQLInputType))}`,
  )
  return `{ ${written.join(', ')} }`
}
