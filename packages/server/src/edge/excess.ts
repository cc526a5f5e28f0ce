import { type DocumentNode, type GraphQLError, Kind, visit } from 'graphql'
import { depthIn } from './depth.ts'
import { type Limits, tooComplex, tooManyItems } from './limits.ts'

/**
 * What is too much in a document, whatever its variables. Looked for before validation, some rules of which take time that grows
 * faster than the document.
 */
export function excess(document: DocumentNode, limits: Limits): readonly GraphQLError[] {
  return [...tooMany(document, limits), ...tooDeep(document, limits)]
}

function tooMany(document: DocumentNode, limits: Limits): readonly GraphQLError[] {
  const found = { aliases: 0, directives: 0 }
  const faults: GraphQLError[] = []
  visit(document, {
    Field({ alias, name }) {
      if (alias && alias.value !== name.value) found.aliases++
    },
    Directive: () => void found.directives++,
    ListValue(list) {
      const { length } = list.values
      if (length > limits.items) faults.push(tooManyItems('A list in this document', length, limits.items))
    },
  })
  const { aliases, directives } = limits
  if (found.aliases > aliases) {
    const message = `This document renames ${found.aliases} fields; at most ${aliases} can be. Ask for some in a request of their own.`
    faults.push(tooComplex('aliases', message))
  }
  if (found.directives > directives) {
    const message = `This document has ${found.directives} directives; at most ${directives} are possible. Take some out.`
    faults.push(tooComplex('directives', message))
  }
  return faults
}

function tooDeep(document: DocumentNode, limits: Limits): readonly GraphQLError[] {
  const depthOf = depthIn(document)
  return document.definitions.flatMap((operation) => {
    const depth = operation.kind === Kind.OPERATION_DEFINITION ? depthOf(operation) : 0
    if (depth <= limits.depth) return []
    const message = `This document nests ${depth} levels deep; at most ${limits.depth} are possible. Ask for less at once.`
    return [tooComplex('depth', message, [operation])]
  })
}
