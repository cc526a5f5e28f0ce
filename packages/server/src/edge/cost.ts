import {
  type DocumentNode,
  type FieldNode,
  type GraphQLError,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isInterfaceType,
  isListType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql'
import { onceEach } from './fragments.ts'
import { type Limits, tooComplex } from './limits.ts'

type Variables = Readonly<Record<string, unknown>>

/** What a list is taken to hold where nothing says how many: more than anybody has of most things. */
const USUAL_LIST = 10

/** The fault of an operation that could bring more than the limit, if it could. */
export function costFault(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  limits: Pick<Limits, 'cost'>,
  variables?: Variables,
): GraphQLError | undefined {
  const cost = costOf(schema, document, operation, variables)
  if (cost <= limits.cost) return undefined
  const fields = cost > 1_000_000 ? 'more than a million' : String(cost)
  const message = `The answer could have ${fields} fields; at most ${limits.cost} are possible. Ask for fewer fields below lists, or for smaller pages.`
  return tooComplex('cost', message, [operation])
}

/**
 * How many fields the answer to an operation could have: each counts one, and what is below a list as often as the list may have items
 * (`first`, `last`). Everything that is spread counts, whether it applies or not, so it is an upper bound and takes one look at
 * each node.
 */
export function costOf(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Variables = {},
): number {
  const ofSet = (set: SelectionSetNode, type: GraphQLNamedType | undefined): number =>
    set.selections.reduce((sum, selection) => {
      if (selection.kind === Kind.FRAGMENT_SPREAD) return sum + (fragments(selection.name.value) ?? 0)
      if (selection.kind === Kind.FIELD) return sum + ofField(selection, type)
      const { typeCondition, selectionSet } = selection
      return sum + ofSet(selectionSet, typeCondition ? schema.getType(typeCondition.name.value) : type)
    }, 0)
  const ofField = (field: FieldNode, parent: GraphQLNamedType | undefined): number => {
    const name = field.name.value
    if (!field.selectionSet || name.startsWith('__')) return 1
    const composite = isObjectType(parent) || isInterfaceType(parent) ? parent : undefined
    const definition = composite?.getFields()[name]
    const type = definition?.type
    // The edges of a connection are as many as were asked of the connection.
    const isList = isListType(getNullableType(type)) && !composite?.name.endsWith('Connection')
    const times = pageSize(field, definition, operation, variables) ?? (isList ? USUAL_LIST : 1)
    return 1 + times * ofSet(field.selectionSet, type && getNamedType(type))
  }
  const fragments = onceEach(document, ({ typeCondition, selectionSet }) =>
    ofSet(selectionSet, schema.getType(typeCondition.name.value)),
  )
  const root = schema.getRootType(operation.operation)
  return ofSet(operation.selectionSet, root ?? undefined)
}

/** What `first` or `last` say: written out, in a variable or by default. A page of less than one item is looked for all the same. */
function pageSize(
  field: FieldNode,
  definition: GraphQLField<unknown, unknown> | undefined,
  { variableDefinitions = [] }: OperationDefinitionNode,
  variables: Variables,
): number | undefined {
  const sizes = ['first', 'last'].flatMap((name) => {
    const sent = field.arguments?.find((one) => one.name.value === name)?.value
    if (!sent) return definition?.args.find((one) => one.name === name)?.defaultValue ?? []
    if (sent.kind === Kind.INT) return Number(sent.value)
    if (sent.kind !== Kind.VARIABLE) return USUAL_LIST
    const variable = sent.name.value
    if (Object.hasOwn(variables, variable)) return variables[variable]
    const declared = variableDefinitions.find((one) => one.variable.name.value === variable)
    return declared?.defaultValue?.kind === Kind.INT ? Number(declared.defaultValue.value) : USUAL_LIST
  })
  if (sizes.length === 0) return undefined
  return Math.max(1, ...sizes.map((size) => (typeof size === 'number' ? size : USUAL_LIST)))
}
