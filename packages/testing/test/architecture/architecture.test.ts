import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, sep } from 'node:path'
import { describe, expect, it } from 'vitest'
import { rules, type SourceFile } from './rules.ts'

const root = join(import.meta.dirname, '..', '..', '..', '..')

function packageFiles(name: string): SourceFile[] {
  const folder = join(root, 'packages', name)
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { dependencies?: object }
  const dependencies = Object.keys(manifest.dependencies ?? {})
  const parts = ['src', 'test'].filter((part) => existsSync(join(folder, part)))
  return parts.flatMap((part) =>
    readdirSync(join(folder, part), { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.tsx?$/.test(file))
      .map((file) => ({
        path: `packages/${name}/${part}/${file.split(sep).join('/')}`,
        text: readFileSync(join(folder, part, file), 'utf8'),
        dependencies,
      })),
  )
}

const packages = readdirSync(join(root, 'packages'))
const files = packages.flatMap(packageFiles)

function faults(rule: string, of: readonly SourceFile[]): string[] {
  const { files: applies, faults: find } = rules.find(({ title }) => title === rule) ?? {
    files: /^/,
    faults: () => ['?'],
  }
  return of
    .filter(({ path }) => applies.test(path))
    .flatMap((file) => find(file).map((fault) => `${file.path} ${fault}`))
}

describe('In the source', () => {
  it.each(rules.map(({ title }) => title))('%s', (title) => {
    expect(faults(title, files)).toEqual([])
  })

  it('every rule has files to look at', () => {
    expect(
      rules.filter((rule) => !files.some(({ path }) => rule.files.test(path))).map(({ title }) => title),
    ).toEqual([])
  })

  it('every package has an index', () => {
    const indices = files.map(({ path }) => path).filter((path) => path.endsWith('/index.ts'))
    expect(indices).toEqual(packages.map((name) => `packages/${name}/src/index.ts`))
  })
})

/** A rule that nothing can break proves nothing: each is broken here on purpose. */
const planted: readonly [rule: string, path: string, text: string][] = [
  [
    'core knows no method, no edge, no driver',
    'core/src/a.ts',
    "import { totp } from '@security-info/method-totp'",
  ],
  [
    'core knows no method, no edge, no driver',
    'core/src/a.ts',
    "import type {\n  Yoga,\n} from 'graphql-yoga'",
  ],
  ['core knows no method, no edge, no driver', 'core/src/a.ts', "const p = await import('postgres')"],
  [
    'core knows no method, no edge, no driver',
    'core/src/a.ts',
    "import { drizzle } from 'drizzle-orm/pglite'",
  ],
  ['core knows no method, no edge, no driver', 'core/src/a.ts', "export * from '@security-info/testing'"],
  ['a method knows core, zod and the library of its own field', 'method-a/src/a.ts', "import '@pothos/core'"],
  [
    'a method knows core, zod and the library of its own field',
    'method-a/src/a.ts',
    "import { z } from 'graphql'",
  ],
  [
    'a method knows core, zod and the library of its own field',
    'method-a/src/a.ts',
    "import { b } from '@security-info/method-b'",
  ],
  [
    'a method knows core, zod and the library of its own field',
    'method-a/src/a.ts',
    "import { pad } from 'left-pad'",
  ],
  [
    'the testing package knows core alone',
    'testing/src/a.ts',
    "import { serve } from '@security-info/server'",
  ],
  ['only the server reads the environment', 'core/src/a.ts', 'const home = process.env.HOME'],
  ['only the server reads the environment', 'method-a/src/a.ts', "import { env } from 'node:process'"],
  ['a method gets time and chance from core', 'method-a/src/a.ts', 'const now = Date.now()'],
  ['core and server name no method kind in their logic', 'core/src/a.ts', "if (kind === 'totp') return"],
  [
    'core and server name no method kind in their logic',
    'server/src/a.ts',
    "switch (kind) { case 'phone': }",
  ],
  [
    'nobody reaches into another package',
    'server/test/a.test.ts',
    "import { now } from '../../core/src/time.ts'",
  ],
  [
    'imports go downward: nobody imports the index of the own package',
    'core/src/a/b.ts',
    "import { a } from '../index.ts'",
  ],
  ['a package has one index and no other barrel', 'core/src/a/index.ts', 'export const a = 1'],
  [
    'a package has one index and no other barrel',
    'core/src/a.ts',
    "export { b } from './b.ts'\nexport * from './c.ts'",
  ],
  ['no file is longer than 400 lines', 'core/test/a.test.ts', '\n'.repeat(401)],
]

describe('A planted fault is found', () => {
  it.each(planted)('%s: %s', (rule, path, text) => {
    const file = {
      path: `packages/${path}`,
      text,
      dependencies: ['graphql', '@pothos/core', '@security-info/method-b'],
    }
    expect(faults(rule, [file])).toHaveLength(1)
  })

  it('and there is one for each rule', () => {
    expect(new Set(planted.map(([rule]) => rule))).toEqual(new Set(rules.map(({ title }) => title)))
  })

  it('but not what is allowed, nor what only a comment says', () => {
    const allowed: readonly (readonly [string, string])[] = [
      [
        'core/src/a.ts',
        "import { z } from 'zod'\nimport { sql } from 'drizzle-orm/pg-core'\n// never process.env",
      ],
      [
        'method-a/src/a.ts',
        "import { generate } from 'otplib'\nimport { refuse } from '@security-info/core'",
      ],
      ['server/src/a.ts', "export { b } from './b.ts'\nconst port = process.env.PORT ?? 'totp'"],
    ]
    const all = allowed.map(([path, text]) => ({ path: `packages/${path}`, text, dependencies: ['otplib'] }))
    expect(rules.flatMap(({ title }) => faults(title, all))).toEqual([])
  })
})
