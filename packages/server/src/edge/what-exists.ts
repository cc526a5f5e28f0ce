import {
  type GraphQLInputObjectType,
  type GraphQLNamedType,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
} from 'graphql'

/** What a type offers, for somebody who asked for something it has not. Sandbox only: production gives no hints (H16). */
export function membersOf(type: GraphQLNamedType): string {
  if (isEnumType(type))
    return listed(
      type.name,
      type.getValues().map((value) => value.name),
    )
  if (isInputObjectType(type))
    return listed(type.name, inputFields(type), type.isOneOf ? 'takes exactly one of' : 'takes')
  if (isObjectType(type) || isInterfaceType(type)) return listed(type.name, Object.keys(type.getFields()))
  return ''
}

/** All types somebody may have meant. */
export function typesOf(schema: GraphQLSchema): string {
  const names = Object.keys(schema.getTypeMap()).filter((name) => !name.startsWith('__'))
  return `Types: ${names.sort().join(', ')}.`
}

/** `owner has: a, b.` */
export function listed(owner: string, names: readonly string[], verb = 'has'): string {
  return names.length === 0 ? `${owner} ${verb} none.` : `${owner} ${verb}: ${names.join(', ')}.`
}

function inputFields(type: GraphQLInputObjectType): readonly string[] {
  return Object.values(type.getFields()).map((field) => `${field.name}: ${field.type}`)
}
