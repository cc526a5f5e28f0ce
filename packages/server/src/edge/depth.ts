import { type DocumentNode, Kind, type OperationDefinitionNode, type SelectionSetNode } from 'graphql'
import { onceEach } from './fragments.ts'

/**
 * How deep operations of a document nest, fragments counted where they are spread. Introspection fields are exempt by what
 * they are, not by what an operation or fragment is called (GHSA-733v-p3h5-qpq7).
 */
export function depthIn(document: DocumentNode): (operation: OperationDefinitionNode) => number {
  const depthOf = (set: SelectionSetNode): number =>
    Math.max(
      0,
      ...set.selections.map((selection) => {
        if (selection.kind === Kind.FRAGMENT_SPREAD) return fragments(selection.name.value) ?? 0
        if (selection.kind === Kind.INLINE_FRAGMENT) return depthOf(selection.selectionSet)
        if (selection.name.value.startsWith('__')) return 1
        return 1 + (selection.selectionSet ? depthOf(selection.selectionSet) : 0)
      }),
    )
  const fragments = onceEach(document, ({ selectionSet }) => depthOf(selectionSet))
  return ({ selectionSet }) => depthOf(selectionSet)
}
