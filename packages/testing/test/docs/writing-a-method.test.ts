/** The method of `docs/writing-a-method.md`: taken out of the page, type-checked, and run through the conformance kit. */
import { afterAll, expect, it } from 'vitest'
import { extract } from './extract.ts'

const guide = await extract('docs/writing-a-method.md')
afterAll(() => guide.remove())

it('compiles strictly, and nothing in it is any', async () => {
  expect(guide.files).toContain('test/types.test.ts')
  expect(await guide.compile()).toBe('')
})

// Each of them adds its tests to this file.
for (const file of guide.files.filter((name) => name.endsWith('.test.ts'))) await import(guide.path(file))
