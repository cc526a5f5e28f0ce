import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import {
  type GraphQLNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
} from 'graphql'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { currentSchema, type SchemaAction, schemaCommand } from '../src/cli/schema.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'security-info-schema-'))
})
afterAll(() => rm(folder, { recursive: true }))

function run(action: SchemaAction, file: string): string {
  let printed = ''
  const terminal = {
    write(text: string) {
      printed += text
    },
    readInput: async () => '',
  }
  schemaCommand(action, terminal, pathToFileURL(file))
  return printed
}

describe('The committed schema', () => {
  it('is what the code makes', () => {
    expect(run('check', join(import.meta.dirname, '..', 'schema.graphql'))).toContain('up to date')
  })

  it('describes every type, field, argument and value', () => {
    const types = Object.values(currentSchema().getTypeMap()).filter((type) => !isIntrospectionType(type))
    expect(types.flatMap(undescribed)).toEqual([])
  })
})

describe('schema --check', () => {
  it('says what differs, and which of it breaks clients', async () => {
    const file = join(folder, 'schema.graphql')
    expect(() => run('check', file)).toThrow('schema.graphql is not what the code makes')
    expect(run('write', file)).toContain('Wrote schema.graphql')
    expect(run('check', file)).toContain('up to date')
    expect(run('print', file)).toBe(await readFile(file, 'utf8'))

    const changed = (await readFile(file, 'utf8')).replace(
      /type Gateway \{/,
      'type Gateway {\n  motto: String!\n',
    )
    await writeFile(file, `${changed}\ntype Old {\n  a: Int\n}\n`)
    const check = () => run('check', file)
    expect(check).toThrow(/BREAKING: .*Gateway\.motto was removed/)
    expect(check).toThrow(/BREAKING: Old was removed/)
    expect(check).toThrow(/Gateway differs\n {2}Old is gone\n/)
    await writeFile(file, 'type {')
    expect(check).toThrow("can't be read as GraphQL")
  })
})

function undescribed(type: GraphQLNamedType): readonly string[] {
  const own = type.description ? [] : [type.name]
  if (isEnumType(type)) return [...own, ...without(type.name, type.getValues())]
  if (isInputObjectType(type)) return [...own, ...without(type.name, Object.values(type.getFields()))]
  if (!isObjectType(type) && !isInterfaceType(type)) return own
  const fields = Object.values(type.getFields())
  return [
    ...own,
    ...without(type.name, fields),
    ...fields.flatMap((field) => without(field.name, field.args)),
  ]
}

function without(
  owner: string,
  members: readonly { name: string; description?: string | null | undefined }[],
) {
  return members.filter((member) => !member.description).map((member) => `${owner}.${member.name}`)
}
