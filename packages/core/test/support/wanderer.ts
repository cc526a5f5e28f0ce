/** Any mutation of a schema with arguments out of what somebody has seen: for searches over sequences that nobody thought of. */
import {
  type GraphQLInputType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql'
import { must } from './people.ts'

/** What somebody knows: every id and token they were given, and words they may type. */
export interface Knowledge {
  readonly ids: string[]
  readonly tokens: string[]
  readonly secrets: string[]
  readonly words: string[]
}

/** A decision: some number below `options`. */
type Choose = (options: number) => number

export interface AnyMutation {
  readonly name: string
  readonly document: string
  variables(knows: Knowledge, choose: Choose): Readonly<Record<string, unknown>>
  /** Keeps what an answer shows. */
  learn(knows: Knowledge, answer: unknown): void
}

export function anyMutations(schema: GraphQLSchema): readonly AnyMutation[] {
  return Object.values(must(schema.getMutationType()).getFields()).map((field) => {
    const declared = field.args.map((arg) => `$${arg.name}: ${arg.type}`).join(', ')
    const passed = field.args.map((arg) => `${arg.name}: $${arg.name}`).join(', ')
    const call = `${field.name}${passed && `(${passed})`} ${selectionOf(schema, field.type, 4)}`
    return {
      name: field.name,
      document: `mutation ${declared && `(${declared})`} { ${call} }`,
      variables: (knows, choose) =>
        Object.fromEntries(field.args.map((arg) => [arg.name, anyValue(arg.type, arg.name, knows, choose)])),
      learn: (knows, answer) => learn(knows, answer, ''),
    }
  })
}

/** All that can be asked for, so deep; each field under a name that says its type: `ID_id`. */
function selectionOf(schema: GraphQLSchema, output: GraphQLOutputType, depth: number): string {
  const type = getNamedType(output)
  if (isLeafType(type)) return ''
  const objects = isObjectType(type) ? [type] : isAbstractType(type) ? schema.getPossibleTypes(type) : []
  const parts = objects.map((object) => {
    const fields = Object.values(object.getFields()).flatMap((field) => {
      if (field.args.some((arg) => isNonNullType(arg.type))) return []
      const named = getNamedType(field.type)
      if (!isLeafType(named) && depth === 0) return []
      const alias = `${object.name}_${named.name}_${field.name}`
      return [`${alias}: ${field.name} ${selectionOf(schema, field.type, depth - 1)}`]
    })
    return `... on ${object.name} { __typename ${fields.join(' ')} }`
  })
  return `{ __typename ${parts.join(' ')} }`
}

function learn(knows: Knowledge, value: unknown, name: string): void {
  if (typeof value === 'object' && value !== null) {
    for (const [key, inner] of Object.entries(value)) learn(knows, inner, Array.isArray(value) ? name : key)
  }
  if (typeof value !== 'string') return
  const [, type = '', field = ''] = name.split('_')
  if (type === 'ID') remember(knows.ids, value)
  if (type === 'OneTimeSecret')
    remember(field.toLowerCase().endsWith('token') ? knows.tokens : knows.secrets, value)
  if (type === 'String' && ['pin', 'act', 'nonce'].includes(field)) remember(knows.secrets, value)
}

function remember(list: string[], value: string): void {
  if (!list.includes(value)) list.push(value)
}

const LATER = 3
const numbers = [0, 1, 2, 5, 60, 100_000]

/** A value for an input: what may be left out sometimes is. */
function anyValue(type: GraphQLInputType, name: string, knows: Knowledge, choose: Choose): unknown {
  if (isNonNullType(type)) return given(type.ofType, name, knows, choose)
  return choose(LATER) === 0 ? undefined : given(type, name, knows, choose)
}

function given(type: GraphQLInputType, name: string, knows: Knowledge, choose: Choose): unknown {
  const pick = <T>(from: readonly T[]) => must(from[choose(from.length)])
  if (isNonNullType(type)) return given(type.ofType, name, knows, choose)
  if (isListType(type))
    return Array.from({ length: choose(3) }, () => given(type.ofType, name, knows, choose))
  if (isEnumType(type)) return pick(type.getValues()).name
  if (isInputObjectType(type)) {
    const fields = Object.values(type.getFields())
    const entries = type.isOneOf
      ? [pick(fields)].map((one) => [one.name, given(one.type, one.name, knows, choose)] as const)
      : fields.map((one) => [one.name, anyValue(one.type, one.name, knows, choose)] as const)
    return Object.fromEntries(entries.filter(([, value]) => value !== undefined))
  }
  if (type.name === 'ID') return pick(idsFor(name, knows.ids, choose))
  if (type.name === 'Secret') return pick(/token$/i.test(name) ? [...knows.tokens, 'none'] : knows.secrets)
  if (type.name === 'Int' || type.name === 'Float') return pick(numbers)
  if (type.name === 'Boolean') return choose(2) === 1
  return pick([...knows.words, ...knows.secrets])
}

/** Mostly ids of the kind that the name asks for; now and then any. */
function idsFor(name: string, ids: readonly string[], choose: Choose): readonly string[] {
  const wanted = name
    .replace(/Id$/, '')
    .replace(/^reset/, '')
    .toLowerCase()
  const fitting = ids.filter((id) =>
    Buffer.from(id, 'base64url').toString('utf8').toLowerCase().includes(wanted),
  )
  return fitting.length > 0 && choose(8) > 0 ? fitting : ids
}
