import { it } from 'vitest'
import { eachDatabase } from '../databases/each.ts'
import { checkAll } from './check-all.ts'
import { checkManifest } from './check-manifest.ts'
import type { Conformance } from './conformance.ts'
import { createSuite } from './suite.ts'

const { skip } = it

/**
 * The contract of a method, as tests: call it in `test/conformance.test.ts` of a method package. It runs on PGlite and on
 * real PostgreSQL. What the manifest says the kind can't do is skipped, with the reason in the test's name.
 */
export function describeMethod<Device>(name: string, conformance: Conformance<Device>): void {
  checkManifest(name, conformance)
  eachDatabase(`${name} conforms`, (openNew) => {
    checkAll(
      createSuite(conformance, openNew, {
        check: it,
        skip: (title, why) => skip(`${title} (skipped: ${why})`, () => {}),
      }),
    )
  })
}
