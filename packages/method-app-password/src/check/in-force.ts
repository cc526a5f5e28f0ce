import type { RouteContext } from '@security-info/core'
import { type AppPasswordPolicy, readPolicy } from '../policy.ts'

/**
 * The policy in force, by its version, which the look-up of each check reads: a change holds from the next one on (H32), and
 * what has not changed is not read again. What is read is at least as new as the version it is asked for.
 */
export type PolicyAt = (
  context: Pick<RouteContext, 'db' | 'policy'>,
  version: number,
) => Promise<AppPasswordPolicy>

export function createPolicyAt(): PolicyAt {
  // A plugin may be loaded by two gateways, each with a database and a policy of its own.
  const known = new WeakMap<object, { readonly version: number; readonly policy: AppPasswordPolicy }>()
  return async (context, version) => {
    const last = known.get(context.db)
    if (last?.version === version) return last.policy
    const policy = readPolicy(await context.policy())
    known.set(context.db, { version, policy })
    return policy
  }
}
