import { readFileSync, writeFileSync } from 'node:fs'
import { createKeyRing, createSecurityInfo, type Database, generateKey } from '@security-info/core'
import {
  buildSchema,
  findBreakingChanges,
  type GraphQLSchema,
  lexicographicSortSchema,
  printSchema,
  printType,
} from 'graphql'
import { loadPlugins, pluginKeys } from '../plugins.ts'
import { CommandFailure, type Terminal } from './command.ts'

const committed = new URL('../../schema.graphql', import.meta.url)

/** The schema with every plugin loaded, as it is committed: sorted, so that a diff shows changes and nothing else. */
export function currentSchema(): GraphQLSchema {
  const { plugins } = loadPlugins(Object.fromEntries(pluginKeys.map((key) => [key, {}])), () => undefined)
  const { schema } = createSecurityInfo({
    plugins,
    // Building a schema touches no database and seals nothing.
    database: {} as Database,
    keyRing: createKeyRing(generateKey('schema')),
    organisation: { name: 'Schema' },
    publicUrl: new URL('http://localhost'),
    version: '0.0.0',
    policy: {},
  })
  return lexicographicSortSchema(schema)
}

export type SchemaAction = 'write' | 'check' | 'print'

/** `schema`: prints the schema, writes it to `schema.graphql`, or says how it differs from what is there. */
export function schemaCommand(action: SchemaAction, terminal: Terminal, file: URL = committed): void {
  const schema = currentSchema()
  const text = `${printSchema(schema)}\n`
  if (action === 'print') {
    terminal.write(text)
    return
  }
  const before = readCommitted(file)
  const changes = before ? describeChanges(before, schema) : []
  if (action === 'check') {
    if (before && readFileSync(file, 'utf8') === text) {
      terminal.write('schema.graphql is up to date.\n')
      return
    }
    const list = changes.map((change) => `  ${change}`).join('\n')
    throw new CommandFailure(
      `schema.graphql is not what the code makes${list ? `:\n${list}` : '.'}\nIf the change is meant, run \`pnpm schema\` and commit the file; a BREAKING one needs a changeset that says major.`,
    )
  }
  writeFileSync(file, text)
  terminal.write(`Wrote schema.graphql.\n${changes.map((change) => `  ${change}\n`).join('')}`)
}

function readCommitted(file: URL): GraphQLSchema | undefined {
  try {
    return buildSchema(readFileSync(file, 'utf8'))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw new CommandFailure(`schema.graphql can't be read as GraphQL: ${(error as Error).message}`)
  }
}

function describeChanges(before: GraphQLSchema, after: GraphQLSchema): readonly string[] {
  const breaking = findBreakingChanges(before, after).map(({ description }) => `BREAKING: ${description}`)
  const names = [...new Set([...Object.keys(before.getTypeMap()), ...Object.keys(after.getTypeMap())])].sort()
  const types = names.flatMap((name) => {
    const [old, now] = [before.getType(name), after.getType(name)]
    if (!old) return [`${name} is new`]
    if (!now) return [`${name} is gone`]
    return printType(old) === printType(now) ? [] : [`${name} differs`]
  })
  return [...breaking, ...types]
}
