import type { DocumentNode } from 'graphql'

/** Twice as long as any of ours. What is longer has values written out, is seen once, and may hold a password. */
const LONGEST = 8_000
/** Of all texts together: room for some hundred documents. A parsed one takes about sixty times its text. */
const MOST_CHARACTERS = 150_000

/** Documents that were parsed, by their text. */
export interface DocumentCache {
  get(text: string): DocumentNode | undefined
  set(text: string, document: DocumentNode): void
  /** For a document that turned out to be none: nobody sends it twice but to fill the memory. */
  forget(document: DocumentNode): void
}

/**
 * Bounded in all: yoga's own keeps a thousand texts of any length for an hour, which strangers could fill (H14). Which went in first
 * goes first.
 */
export function createDocumentCache(): DocumentCache {
  const documents = new Map<string, DocumentNode>()
  const texts = new WeakMap<DocumentNode, string>()
  let characters = 0
  const drop = (text: string) => {
    if (documents.delete(text)) characters -= text.length
  }
  return {
    get: (text) => documents.get(text),
    set(text, document) {
      if (text.length > LONGEST || documents.has(text)) return
      documents.set(text, document)
      texts.set(document, text)
      characters += text.length
      for (const oldest of documents.keys()) {
        if (characters <= MOST_CHARACTERS) return
        drop(oldest)
      }
    },
    forget(document) {
      const text = texts.get(document)
      if (text !== undefined && documents.get(text) === document) drop(text)
    },
  }
}

/** Texts that can't be parsed are not kept: finding that out again is cheap, and they may hold anything. */
export const noErrorCache = { get: () => undefined, set: () => {} }
