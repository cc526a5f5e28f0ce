/** Every secret that a browser sent or was shown, by what the schema says is one, and where it may not turn up afterwards. */
import {
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
} from 'graphql'
import type { Page } from 'playwright-core'
import { describeError } from '../../src/log.ts'
import type { InboxGateway } from './inbox.ts'

/** Shorter ones, such as a part of a word, would be found in anything. */
const SHORTEST = 6

export interface Canaries {
  readonly seen: ReadonlySet<string>
  /** What keeps one of them that may not: `sink: secret`. */
  leaks(): Promise<readonly string[]>
}

export function watchCanaries(page: Page, at: InboxGateway): Canaries {
  const secretFields = fieldsOf(at.securityInfo.schema, ['Secret', 'OneTimeSecret'])
  const seen = new Set<string>()
  const errors: string[] = []
  page.on('response', (response) => {
    const sent = response.request().postData()
    if (!sent || !response.url().endsWith('/graphql')) return
    collect(JSON.parse(sent), secretFields, seen)
    void response
      .json()
      .then((answer: { errors?: unknown }) => {
        collect(answer, secretFields, seen)
        if (answer.errors) errors.push(JSON.stringify(answer.errors))
      })
      .catch(() => undefined)
  })
  return {
    seen,
    async leaks() {
      const sinks = {
        database: await at.database.dump(),
        log: at.logged.map((entry) => JSON.stringify([entry, describeError(entry.error)])).join('\n'),
        metrics: await at.securityInfo.metrics(),
        errors: errors.join('\n'),
      }
      return Object.entries(sinks).flatMap(([sink, text]) =>
        [...seen].filter((secret) => isIn(text, secret)).map((secret) => `${sink}: ${secret}`),
      )
    },
  }
}

/** Names of input and output fields of these scalars, anywhere in the schema. */
function fieldsOf(schema: GraphQLSchema, scalars: readonly string[]): ReadonlySet<string> {
  const types = Object.values(schema.getTypeMap()).filter(
    (type) => isInputObjectType(type) || isObjectType(type) || isInterfaceType(type),
  )
  const fields = types.flatMap((type) => Object.values(type.getFields()))
  return new Set(
    fields
      .filter((field) => scalars.includes(String(getNamedType(field.type as GraphQLOutputType))))
      .map(({ name }) => name),
  )
}

function collect(value: unknown, names: ReadonlySet<string>, into: Set<string>, name = ''): void {
  if (typeof value === 'string' && names.has(name) && value.length >= SHORTEST) into.add(value)
  if (typeof value !== 'object' || value === null) return
  // What an error is called is no secret, though codes that are sent have the same name.
  const isError = 'message' in value
  for (const [key, inner] of Object.entries(value))
    if (!isError || key !== 'code') collect(inner, names, into, Array.isArray(value) ? name : key)
}

/** As a word of its own: six digits are part of many a hash and of many a time. */
function isIn(text: string, secret: string): boolean {
  const quoted = secret.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  return new RegExp(`(?<![0-9A-Za-z.])${quoted}(?![0-9A-Za-z+])`).test(text)
}
