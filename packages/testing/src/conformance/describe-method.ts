import { eachDatabase } from '../databases/each.ts'
import { checkChallenge } from './check-challenge.ts'
import { checkEnrollment } from './check-enrollment.ts'
import { checkManifest } from './check-manifest.ts'
import { checkSecrets } from './check-secrets.ts'
import type { Conformance } from './rig.ts'

/**
 * The contract of a method, as tests: call it in `test/conformance.test.ts` of a method package. It runs on PGlite and on
 * real PostgreSQL, and leaves out what the manifest says the kind can't do.
 */
export function describeMethod<Device>(name: string, conformance: Conformance<Device>): void {
  checkManifest(name, conformance)
  eachDatabase(`${name} conforms`, (openNew) => {
    // Everybody in these tests is new, so they share one database; opening it is most of what they would wait for.
    let shared: ReturnType<typeof openNew> | undefined
    const open = () => (shared ??= openNew())
    checkEnrollment(conformance, open)
    checkSecrets(conformance, open, openNew)
    const ways = conformance.plugin().method?.ways ?? []
    if (ways.some((way) => way.usedFor.includes('TWO_FACTOR'))) checkChallenge(conformance, open)
  })
}
