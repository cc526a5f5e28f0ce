import {
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  isUnionType,
} from 'graphql'
import { must } from './people.ts'

/** A field that the gateway guards, with a document that asks for it and nothing else. */
export interface GuardedField {
  readonly name: string
  readonly access: string
  readonly document: string
  readonly variables: (ids: Ids) => Readonly<Record<string, unknown>>
}
/** Which id, or token, to give where an input asks for one: by the input's name. */
type Ids = (inputName: string) => string

const OPERATIONS = ['Query', 'Mutation', 'Subscription'] as const

/** Every field of the root types, of the viewer and of what administrators see. Made from the schema: a new field walks along by itself. */
export function guardedFields(schema: GraphQLSchema): readonly GuardedField[] {
  const roots = OPERATIONS.flatMap((type) =>
    fieldsOf(schema, type).map((field) => guarded(type, field, (call) => `${type.toLowerCase()}${call}`)),
  )
  const within = (type: string, name: string) =>
    fieldsOf(schema, type).map((field) =>
      guarded(type, field, (call) => `query${call.replace('{', `{ ${name} {`)} }`),
    )
  return [...roots, ...within('Viewer', 'viewer'), ...within('Admin', 'admin')]
}

function fieldsOf(schema: GraphQLSchema, name: string): readonly GraphQLField<unknown, unknown>[] {
  const type = schema.getType(name)
  return isObjectType(type) ? Object.values(type.getFields()) : []
}

function guarded(
  type: string,
  field: GraphQLField<unknown, unknown>,
  wrap: (call: string) => string,
): GuardedField {
  const declared = field.args.map((arg) => `$${arg.name}: ${arg.type}`).join(', ')
  const passed = field.args.map((arg) => `${arg.name}: $${arg.name}`).join(', ')
  const selection = isLeafType(getNamedType(field.type)) ? '' : ` { __typename ${errorsOf(field)} }`
  const call = `${declared && `(${declared})`} { ${field.name}${passed && `(${passed})`}${selection} }`
  return {
    name: `${type}.${field.name}`,
    access: String(field.extensions.access),
    document: wrap(call),
    variables: (ids) =>
      Object.fromEntries(field.args.map((arg) => [arg.name, sampleOf(arg.type, arg.name, ids)])),
  }
}

/** What an expected failure says, where the field can give one. */
function errorsOf(field: GraphQLField<unknown, unknown>): string {
  const type = getNamedType(field.type)
  const failures =
    isUnionType(type) &&
    type.getTypes().some((one) => one.getInterfaces().some(({ name }) => name === 'UserError'))
  return failures ? '... on UserError { code message }' : ''
}

/** Some value that fits the type: ids as told, the first kind of a choice, everything else as short as possible. */
function sampleOf(type: GraphQLInputType, name: string, ids: Ids): unknown {
  if (isNonNullType(type)) return sampleOf(type.ofType, name, ids)
  if (isListType(type)) return []
  if (isEnumType(type)) return must(type.getValues()[0]).name
  if (isInputObjectType(type)) {
    const fields = Object.values(type.getFields())
    const given = type.isOneOf ? fields.slice(0, 1) : fields
    return Object.fromEntries(given.map((one) => [one.name, sampleOf(one.type, one.name, ids)]))
  }
  const samples: Readonly<Record<string, unknown>> = { Int: 1, Float: 1, Boolean: false, String: 'code' }
  if (type.name === 'ID' || name === 'token') return ids(name)
  // A cursor can't be made up.
  if (name === 'after') return null
  return samples[type.name] ?? '123456'
}
