/** `docs/security.md`: every row of the checklist is there once, and names tests that carry its id or says why there are none. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const root = join(import.meta.dirname, '../../../..')
const page = readFileSync(join(root, 'docs/security.md'), 'utf8')
const rows = Array.from(page.matchAll(/^\| ([CHM]\d+) \|.*\| ([^|]+) \|$/gm), ([, id = '', tests = '']) => ({
  id,
  tests,
}))
const count = (letter: string, many: number) => Array.from({ length: many }, (_, at) => `${letter}${at + 1}`)

/** `core/attempts` and `phone/webhooks`, as the page writes them. */
function fileOf(name: string): string {
  const [owner = '', file = ''] = name.split('/')
  const folder = ['core', 'server', 'testing'].includes(owner) ? owner : `method-${owner}`
  return join(root, 'packages', folder, 'test', `${file}.test.ts`)
}

describe('Security promises', () => {
  it('has each of the 82 rows once', () => {
    expect(rows.map(({ id }) => id)).toEqual([...count('C', 27), ...count('H', 33), ...count('M', 22)])
  })

  it.each(rows)('$id names tests that carry it, or says why there are none', ({ id, tests }) => {
    const names = Array.from(tests.matchAll(/`([\w-]+\/[\w-]+)`/g), ([, name = '']) => name)
    const excused = /^(not yet|no surface|by hand|bench):? /.test(tests)
    expect(names.length > 0 || excused, tests).toBe(true)
    const without = names.filter((name) => {
      const file = fileOf(name)
      return !existsSync(file) || !new RegExp(`['"\`][^'"\`\\n]*\\b${id}\\b`).test(readFileSync(file, 'utf8'))
    })
    expect(without).toEqual([])
  })
})
