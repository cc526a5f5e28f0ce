import {
  type GraphQLError,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  type GraphQLLeafType,
  type GraphQLSchema,
  getVariableValues,
  isEnumType,
  isInputObjectType,
  isInputType,
  isListType,
  isNonNullType,
  isRequiredInputField,
  isSpecifiedScalarType,
  type OperationDefinitionNode,
  typeFromAST,
} from 'graphql'
import { badInput } from './client-errors.ts'
import { tooManyItems } from './limits.ts'
import { membersOf } from './what-exists.ts'

const MAX_FAULTS = 20

export interface VariableChecks {
  /** Whether faults list what exists. */
  readonly listing: boolean
  /** How many items a list may have. */
  readonly items: number
}

/**
 * Everything wrong with the variables of an operation, each with its place, what came and what was expected. It is done
 * before graphql-js coerces them, because its own messages quote the value, and the value may be a password (H10).
 */
export function variableFaults(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
  checks: VariableChecks,
): readonly GraphQLError[] {
  const faults: GraphQLError[] = []
  for (const fault of everyFault(schema, operation, variables, checks)) {
    faults.push(typeof fault === 'string' ? badInput(fault) : fault)
    if (faults.length === MAX_FAULTS) break
  }
  if (faults.length > 0) return faults
  // Whatever this walk should ever overlook must not reach graphql-js' own wording.
  const coerced = getVariableValues(schema, operation.variableDefinitions ?? [], variables, { maxErrors: 1 })
  return coerced.errors ? [badInput('The variables do not fit the operation.')] : []
}

/** Each in words, or as the limit it is above. */
type Faults = Generator<string | GraphQLError>

function* everyFault(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
  checks: VariableChecks,
): Faults {
  for (const definition of operation.variableDefinitions ?? []) {
    const name = definition.variable.name.value
    const type = typeFromAST(schema, definition.type)
    if (!isInputType(type)) continue
    if (!Object.hasOwn(variables, name) || variables[name] === undefined) {
      const required = isNonNullType(type) && definition.defaultValue === undefined
      if (required) yield `$${name}: expected ${type}, but the variable was not sent.`
      continue
    }
    yield* misfits(variables[name], type, `$${name}`, checks)
  }
}

/** Walks a value beside its type. Names the path, never the value. */
function* misfits(value: unknown, type: GraphQLInputType, path: string, checks: VariableChecks): Faults {
  if (isNonNullType(type)) {
    if (value === null || value === undefined) yield `${path}: expected ${type}, got ${kindOf(value)}.`
    else yield* misfits(value, type.ofType, path, checks)
    return
  }
  if (value === null || value === undefined) return
  if (isListType(type)) {
    if (!Array.isArray(value)) yield* misfits(value, type.ofType, path, checks)
    else if (value.length > checks.items) yield tooManyItems(path, value.length, checks.items)
    else
      for (const [index, item] of value.entries())
        yield* misfits(item, type.ofType, `${path}.${index}`, checks)
    return
  }
  if (isInputObjectType(type)) yield* objectMisfits(value, type, path, checks)
  else yield* leafMisfits(value, type, path, checks)
}

function* objectMisfits(
  value: unknown,
  type: GraphQLInputObjectType,
  path: string,
  checks: VariableChecks,
): Faults {
  const more = checks.listing ? ` ${membersOf(type)}` : ''
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    yield `${path}: expected an object (${type.name}), got ${kindOf(value)}.${more}`
    return
  }
  const given = value as Record<string, unknown>
  const fields = type.getFields()
  for (const field of Object.values(fields)) {
    if (given[field.name] !== undefined)
      yield* misfits(given[field.name], field.type, `${path}.${field.name}`, checks)
    else if (isRequiredInputField(field))
      yield `${path}.${field.name}: expected ${field.type}, but it is missing.`
  }
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(fields, name))
      yield `${path}: ${type.name} has no field "${name.slice(0, 40)}".${more}`
  }
  if (type.isOneOf) {
    const chosen = Object.entries(given).filter(([, item]) => item !== undefined)
    const one = chosen.length === 1 && chosen[0]?.[1] !== null
    if (!one)
      yield `${path}: expected exactly one field of ${type.name} that is not null, got ${chosen.length}.${more}`
  }
}

function* leafMisfits(value: unknown, type: GraphQLLeafType, path: string, checks: VariableChecks): Faults {
  try {
    type.parseValue(value)
  } catch {
    const meaning = !isEnumType(type) && !isSpecifiedScalarType(type) && type.description
    const members = checks.listing && isEnumType(type) ? ` ${membersOf(type)}` : ''
    yield `${path}: expected ${type.name}, got ${kindOf(value)}.${meaning ? ` ${type.name}: ${meaning}` : ''}${members}`
  }
}

/** What a value is, without the value. */
function kindOf(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'a list'
  switch (typeof value) {
    case 'string':
      return value === '' ? 'an empty string' : 'a string'
    case 'number':
      return 'a number'
    case 'boolean':
      return 'true or false'
    case 'object':
      return 'an object'
    default:
      return 'nothing'
  }
}
