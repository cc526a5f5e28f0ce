import { checkChallenge } from './check-challenge.ts'
import { checkCodes } from './check-codes.ts'
import { checkDecoy } from './check-decoy.ts'
import { checkEnrollment } from './check-enrollment.ts'
import { checkLife } from './check-life.ts'
import { checkNeedsAnother } from './check-needs-another.ts'
import { checkReset } from './check-reset.ts'
import { checkRetyped } from './check-retyped.ts'
import { checkSecrets } from './check-secrets.ts'
import { checkWays } from './check-ways.ts'
import type { Suite } from './suite.ts'

/** Every check that needs a gateway. */
export function checkAll<Device>(suite: Suite<Device>): void {
  checkEnrollment(suite)
  checkChallenge(suite)
  checkWays(suite)
  checkCodes(suite)
  checkDecoy(suite)
  checkRetyped(suite)
  checkReset(suite)
  checkNeedsAnother(suite)
  checkLife(suite)
  checkSecrets(suite)
}
