import { createKeyRing, createSecurityInfo, generateKey, type Plugin, typePrefix } from '@security-info/core'
import { isSpecifiedScalarType } from 'graphql'
import { describe, expect, it } from 'vitest'
import { openTestDatabase } from '../databases/open.ts'
import { blank, demanding } from './blank.ts'
import type { Conformance } from './conformance.ts'

/** What can be said of a plugin without registering anything. */
export function checkManifest<Device>(name: string, conformance: Conformance<Device>): void {
  const plugin = conformance.plugin()

  describe(`${name} manifest`, () => {
    it('builds a schema alone, and with others', async () => {
      await expect(typesOf([plugin])).resolves.toContain('Query')
      await expect(typesOf([blank(), plugin, ...(conformance.others ?? [])])).resolves.toContain('Query')
    })

    it('gives every type of its own the prefix of its id', async () => {
      const without = new Set(await typesOf([demanding()]))
      const added = (await typesOf([demanding(), plugin])).filter((type) => !without.has(type))
      expect(added.length).toBeGreaterThan(0)
      expect(added.filter((type) => !type.startsWith(typePrefix(plugin.id)))).toEqual([])
    })

    it('has every text in English, and the same texts in every language', () => {
      const { en, ...translations } = plugin.messages ?? { en: {} }
      const ways = plugin.method?.ways.map((way) => `way.${way.id}`) ?? []
      const keys = Object.keys(en)
      expect(keys).toEqual(expect.arrayContaining(['title', 'description', 'setup', 'prompt', ...ways]))
      for (const [locale, texts] of Object.entries(translations)) {
        expect(Object.keys(texts).sort(), locale).toEqual([...keys].sort())
      }
    })

    it('asks a decoy the same as a person', async () => {
      const handlers = plugin.method?.create({
        random: (bytes) => new Uint8Array(bytes),
        organisation: 'Test Organisation',
        publicUrl: new URL('http://localhost:4000'),
        signal: async () => false,
        hashes: { hash: async () => '', matches: async () => false, isOutdated: async () => false },
      })
      const start = {
        purpose: 'PASSWORD_RESET' as const,
        flowId: '00000000-0000-4000-8000-000000000000',
        userId: '00000000-0000-4000-8000-000000000001',
        username: 'nobody@example.test',
        displayName: 'Nobody',
        now: new Date(0),
        policy: plugin.method?.policy?.parse({}) ?? {},
      }
      for (const way of plugin.method?.ways ?? []) {
        const step = await handlers?.challenge({ ...start, way: way.id }, [], {})
        expect(step, `the decoy of ${way.id}`).toHaveProperty('view')
      }
    })
  })
}

async function typesOf(plugins: readonly Plugin[]): Promise<readonly string[]> {
  const database = await openTestDatabase('pglite')
  try {
    const { schema } = createSecurityInfo({
      plugins,
      database,
      keyRing: createKeyRing(generateKey('test')),
      organisation: { name: 'Test Organisation' },
      publicUrl: new URL('http://localhost:4000'),
      version: '0.0.0-test',
      policy: { twoFactor: 'off' },
    })
    return Object.values(schema.getTypeMap())
      .filter((type) => !isSpecifiedScalarType(type))
      .map((type) => type.name)
  } finally {
    await database.close()
  }
}
