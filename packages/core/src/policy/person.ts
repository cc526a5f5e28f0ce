import type { Plugin } from '../contract/plugin.ts'
import type { Policy } from './document.ts'

/** What the policy knows of a person beside their methods. */
export interface PolicySubject {
  readonly administrator: boolean
  readonly groups: readonly string[]
}

const forAdministrators = new WeakMap<Policy, Policy>()

/**
 * The policy as it holds for one person. Administrators have no methods that others may find the answers to, and always two
 * gates: whoever resets their password has everybody's account.
 */
export function policyFor(
  policy: Policy,
  subject: PolicySubject,
  kinds: ReadonlyMap<string, Plugin>,
): Policy {
  if (!subject.administrator) return policy
  const known = forAdministrators.get(policy)
  if (known) return known
  const methods = Object.fromEntries(
    Object.entries(policy.methods).map(([id, section]) => [
      id,
      kinds.get(id)?.method?.knowledgeBased ? { ...section, allowedFor: [] } : section,
    ]),
  )
  const narrowed: Policy = { ...policy, methods, passwordReset: { ...policy.passwordReset, gates: 2 } }
  forAdministrators.set(policy, narrowed)
  return narrowed
}

/** Why a person may not reset their password at all, under a policy. */
export function resetRefusal(
  { passwordReset: { enabled, include, exclude } }: Policy,
  { groups }: PolicySubject,
): 'DISABLED' | 'NOT_IN_GROUP' | null {
  if (!enabled) return 'DISABLED'
  const theirs = new Set(groups.map(groupName))
  const isIn = (list: readonly string[]) => list.some((group) => theirs.has(groupName(group)))
  if (isIn(exclude)) return 'NOT_IN_GROUP'
  return include.length === 0 || isIn(include) ? null : 'NOT_IN_GROUP'
}

/** Written by different hands in two places: a capital or a space must not let somebody in who is to be kept out. */
const groupName = (group: string) => group.normalize('NFKC').trim().toLowerCase()
