import {
  type ASTNode,
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  Kind,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql'
import { listed, membersOf, typesOf } from './what-exists.ts'

/**
 * Words for validation errors. graphql-js quotes literals (which may be secrets) and offers near misses (which tell a
 * stranger what exists): literals become what kind of value they are, near misses go, and the sandbox says instead all
 * that there is.
 */
export function explainValidation(
  schema: GraphQLSchema,
  document: DocumentNode,
  errors: readonly GraphQLError[],
  listing: boolean,
): readonly GraphQLError[] {
  // Rules of our own have a code and say what is needed; so do these errors, which yoga keeps and brings again.
  const nodeOf = (error: GraphQLError) =>
    error.extensions.code === 'BAD_USER_INPUT' ? undefined : error.nodes?.[0]
  const facts = factsAbout(schema, document, new Set(errors.flatMap((error) => nodeOf(error) ?? [])))
  return errors.map((error) => {
    const node = nodeOf(error)
    const fact = node && facts.get(node)
    const message = fact?.instead ?? error.message.replace(/ Did you mean .*\?$/s, '')
    const more = listing && fact?.exists ? ` ${fact.exists}` : ''
    return new GraphQLError(`${message}${more}`, {
      nodes: error.nodes ?? null,
      source: error.source ?? null,
      positions: error.positions ?? null,
      extensions: { ...error.extensions, code: 'BAD_USER_INPUT' },
    })
  })
}

interface Fact {
  /** Replaces a message that would quote a literal. */
  readonly instead?: string
  /** What there is. */
  readonly exists?: string
}

/** One walk with the types at hand, for the nodes that have a fault. */
function factsAbout(
  schema: GraphQLSchema,
  document: DocumentNode,
  nodes: ReadonlySet<ASTNode>,
): ReadonlyMap<ASTNode, Fact> {
  const facts = new Map<ASTNode, Fact>()
  const info = new TypeInfo(schema)
  visit(
    document,
    visitWithTypeInfo(info, {
      enter(node) {
        const fact = nodes.has(node) ? factAbout(node, info, schema) : undefined
        if (fact) facts.set(node, fact)
      },
    }),
  )
  return facts
}

function factAbout(node: ASTNode, info: TypeInfo, schema: GraphQLSchema): Fact | undefined {
  if (node.kind === Kind.FIELD) {
    const parent = info.getParentType()
    return parent ? { exists: membersOf(parent) } : undefined
  }
  if (node.kind === Kind.ARGUMENT) {
    const owner = info.getDirective() ?? info.getFieldDef()
    return owner
      ? {
          exists: listed(
            owner.name,
            owner.args.map((arg) => `${arg.name}: ${arg.type}`),
            'takes',
          ),
        }
      : undefined
  }
  if (node.kind === Kind.NAMED_TYPE) return { exists: typesOf(schema) }
  if (node.kind === Kind.OBJECT_FIELD) {
    const parent = info.getParentInputType()
    return parent ? { exists: membersOf(getNamedType(parent)) } : undefined
  }
  const expected = info.getInputType()
  const what = LITERALS[node.kind]
  if (!expected || !what) return undefined
  const named = getNamedType(expected)
  // A missing or surplus field of an input object: the message names schema only, no value.
  if (node.kind === Kind.OBJECT && isInputObjectType(named)) return { exists: membersOf(named) }
  return {
    instead: `Expected ${expected}, got ${what}.`,
    ...(isEnumType(named) ? { exists: membersOf(named) } : {}),
  }
}

const LITERALS: Readonly<Record<string, string>> = {
  [Kind.STRING]: 'a string',
  [Kind.INT]: 'an integer',
  [Kind.FLOAT]: 'a number',
  [Kind.BOOLEAN]: 'true or false',
  [Kind.NULL]: 'null',
  [Kind.ENUM]: 'a bare word',
  [Kind.LIST]: 'a list',
  [Kind.OBJECT]: 'an object',
}
