import { type ASTVisitor, Kind, type SelectionSetNode, type ValidationContext } from 'graphql'
import { badInput } from './client-errors.ts'

const MAX_DEPTH = 8

/**
 * A document may nest at most this deep, fragments counted where they are spread. Introspection fields are exempt by what
 * they are, not by what an operation or fragment is called (GHSA-733v-p3h5-qpq7).
 */
export function DepthRule(context: ValidationContext): ASTVisitor {
  const depthOf = measure(context)
  return {
    OperationDefinition(operation) {
      const depth = depthOf(operation.selectionSet)
      if (depth > MAX_DEPTH) {
        const message = `This document nests ${depth} levels deep; at most ${MAX_DEPTH} are possible. Ask for less at once.`
        context.reportError(badInput(message, [operation]))
      }
    },
  }
}

/** Each fragment is measured once: spreads that double at every step would take exponential time otherwise. */
function measure(context: ValidationContext): (set: SelectionSetNode) => number {
  const fragments = new Map<string, number>()
  const depthOf = (set: SelectionSetNode): number =>
    Math.max(
      0,
      ...set.selections.map((selection) => {
        if (selection.kind === Kind.FRAGMENT_SPREAD) return depthOfFragment(selection.name.value)
        if (selection.kind === Kind.INLINE_FRAGMENT) return depthOf(selection.selectionSet)
        if (selection.name.value.startsWith('__')) return 1
        return 1 + (selection.selectionSet ? depthOf(selection.selectionSet) : 0)
      }),
    )
  const depthOfFragment = (name: string): number => {
    const known = fragments.get(name)
    if (known !== undefined) return known
    // In a cycle, which another rule refuses, the walk only has to end.
    fragments.set(name, 0)
    const fragment = context.getFragment(name)
    const depth = fragment ? depthOf(fragment.selectionSet) : 0
    fragments.set(name, depth)
    return depth
  }
  return depthOf
}
