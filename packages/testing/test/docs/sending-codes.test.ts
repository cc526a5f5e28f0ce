/** The method of `docs/sending-codes.md`: taken out of the page, type-checked, and run, with a provider on 127.0.0.1. */
import { afterAll, expect, it } from 'vitest'
import { extract } from './extract.ts'

const guide = await extract('docs/sending-codes.md')
afterAll(() => guide.remove())

it('compiles strictly', async () => {
  expect(await guide.compile()).toBe('')
})

// Each of them adds its tests to this file.
for (const file of guide.files.filter((name) => name.endsWith('.test.ts'))) await import(guide.path(file))
