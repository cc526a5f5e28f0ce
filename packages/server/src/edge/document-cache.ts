import type { DocumentNode } from 'graphql'

/** Clients send few documents, and often. */
const MOST_DOCUMENTS = 500
/** Twice as long as any of ours. What is longer has values written out, is seen once, and may hold a password. */
const LONGEST = 8_000

/**
 * Documents that were parsed, by their text. Bounded in all: yoga's own keeps a thousand texts of any length for an hour, which
 * strangers could fill (H14). Which went in first goes first.
 */
export function createDocumentCache() {
  const documents = new Map<string, DocumentNode>()
  return {
    get: (text: string) => documents.get(text),
    set(text: string, document: DocumentNode) {
      if (text.length > LONGEST) return
      documents.set(text, document)
      const [oldest] = documents.keys()
      if (documents.size > MOST_DOCUMENTS && oldest !== undefined) documents.delete(oldest)
    },
  }
}

/** Texts that can't be parsed are not kept: finding that out again is cheap, and they may hold anything. */
export const noErrorCache = { get: () => undefined, set: () => {} }
