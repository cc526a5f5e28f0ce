import { type DocumentNode, type FragmentDefinitionNode, Kind } from 'graphql'

/** The fragments of a document, each with something that is worked out once. */
export type Fragments<T> = (name: string) => T | undefined

/**
 * Works a fragment out the first time it is spread and keeps the answer by the fragment itself: spreads that double at every step would
 * take exponential time otherwise. In a cycle, which another rule refuses, the walk only has to end: there it is `undefined`.
 */
export function onceEach<T>(
  document: DocumentNode,
  workOut: (fragment: FragmentDefinitionNode) => T,
): Fragments<T> {
  const definitions = new Map<string, FragmentDefinitionNode>()
  for (const one of document.definitions) {
    if (one.kind === Kind.FRAGMENT_DEFINITION) definitions.set(one.name.value, one)
  }
  const known = new Map<FragmentDefinitionNode, T | undefined>()
  return (name) => {
    const fragment = definitions.get(name)
    if (!fragment || known.has(fragment)) return fragment && known.get(fragment)
    known.set(fragment, undefined)
    const worth = workOut(fragment)
    known.set(fragment, worth)
    return worth
  }
}
