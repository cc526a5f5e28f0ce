import { ConfigurationFault } from '@security-info/core'
import type { GraphQLSchema } from 'graphql'
import type { Plugin } from 'graphql-yoga'
import { documentFaults } from './check-document.ts'
import { badInput } from './client-errors.ts'
import type { Limits } from './limits.ts'

/** Documents that clients may name instead of sending them. */
export interface Operations {
  /** By the SHA-256 of their text, in hexadecimal digits. */
  readonly documents: ReadonlyMap<string, string>
  /** Whether others are refused (H17). */
  readonly strict: boolean
  /** Where they come from, for faults. */
  readonly source: string
}

/** Checks registered documents as if each were sent. @throws ConfigurationFault that names each one that would be refused */
export function checkOperations(
  { documents, source }: Operations,
  schema: GraphQLSchema,
  limits: Limits,
): void {
  const faults = [...documents].flatMap(([hash, text]) =>
    documentFaults(schema, text, limits)
      .slice(0, 1)
      .map(({ message }) => ({
        where: `${source}: ${nameOf(text)}${hash}`,
        problem: message.replace(/\.$/, ''),
        fix: 'Correct the document in the client, and generate the file again.',
      })),
  )
  if (faults.length > 0) throw new ConfigurationFault(faults)
}

/** A person looks for a document by its name, and has only a hash. */
function nameOf(text: string): string {
  const name = /\b(?:query|mutation|subscription)\s+(\w+)/.exec(text)?.[1]
  return name ? `${name}, ` : ''
}

/**
 * Puts the document in place of its hash, before anything else looks at the request: so it goes the way of every other, limits and all.
 * A registered document that is sent in full is a registered document; the gateway's own page does that.
 */
export function useOperations({ documents, strict }: Operations, own: readonly string[] = []): Plugin {
  const texts = new Set([...documents.values(), ...own])
  return {
    onParams({ params, setParams }) {
      const { query, variables, operationName, extensions } = params
      if (query !== undefined && query !== null) {
        if (strict && !texts.has(query)) throw notRegistered()
        return
      }
      const hash = hashOf(params)
      if (hash === undefined) {
        if (strict) throw notRegistered()
        return
      }
      const text = documents.get(hash)
      if (text === undefined) throw unknownHash()
      setParams({
        query: text,
        ...(variables && { variables }),
        ...(operationName && { operationName }),
        ...(extensions && { extensions }),
      })
    },
  }
}

/** As Apollo and Relay clients send it, or `documentId`, as GraphQL over HTTP has it: there with the name of the hash in front. */
function hashOf(params: object): string | undefined {
  const { extensions, documentId } = params as { extensions?: unknown; documentId?: unknown }
  const { persistedQuery } = (extensions ?? {}) as { persistedQuery?: unknown }
  const { version, sha256Hash } = (persistedQuery ?? {}) as { version?: unknown; sha256Hash?: unknown }
  const named = documentId ?? (version === 1 ? sha256Hash : undefined)
  return typeof named === 'string' ? named.replace(/^sha256:/, '').toLowerCase() : undefined
}

function notRegistered() {
  return badInput(
    'This gateway takes registered documents only. Send "documentId" or "extensions.persistedQuery" with the SHA-256 of one instead of "query"; whoever runs the gateway registers documents.',
    null,
    'always',
  )
}

function unknownHash() {
  return badInput(
    'No document is registered under this SHA-256. Whoever runs the gateway has to register the documents of this version of the client.',
    null,
    'always',
  )
}
