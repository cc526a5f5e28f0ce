import type { AppPasswordPolicy } from './policy.ts'

/** What of an app password decides whether it works. */
export interface Lifetime {
  readonly createdAt: Date
  readonly expiresAt: Date | null
  readonly lastUsedAt: Date | null
}

/** Whether one is alive under the policy in force, or why not. Computed on every use and never stored (H32). */
export type Standing = 'ACTIVE' | 'EXPIRED' | 'IDLE' | 'OFF'

/** The same as its owner sees it: one that is alive may be for nothing that there is any more. */
export type State = Standing | 'NO_SCOPE'

const DAY = 86_400_000

export function standingOf(lifetime: Lifetime, policy: AppPasswordPolicy, now: Date): Standing {
  if (!policy.allowed) return 'OFF'
  const end = endOf(lifetime, policy)
  if (end && end <= now) return 'EXPIRED'
  const { createdAt, lastUsedAt } = lifetime
  const idleEnd = policy.idleDays > 0 ? inDays(lastUsedAt ?? createdAt, policy.idleDays) : undefined
  return idleEnd && idleEnd <= now ? 'IDLE' : 'ACTIVE'
}

/** What it works for, if it is alive: what it was made for and the organisation still offers. */
export function scopesInForce(
  { scopes }: { readonly scopes: readonly string[] },
  policy: AppPasswordPolicy,
): readonly string[] {
  return scopes.filter((scope) => policy.scopes.includes(scope))
}

export function stateOf(
  entry: Lifetime & { readonly scopes: readonly string[] },
  policy: AppPasswordPolicy,
  now: Date,
): State {
  const standing = standingOf(entry, policy, now)
  return standing === 'ACTIVE' && scopesInForce(entry, policy).length === 0 ? 'NO_SCOPE' : standing
}

/** When it ends: as it was made, or earlier where the organisation has set a shorter limit since. */
export function endOf({ createdAt, expiresAt }: Lifetime, { maxDays }: AppPasswordPolicy): Date | null {
  if (maxDays === 0) return expiresAt
  const latest = inDays(createdAt, maxDays)
  return expiresAt && expiresAt < latest ? expiresAt : latest
}

/** When a new one ends: as it was wished, else by the organisation's default. */
export function endOfNew(
  wished: Date | undefined,
  { defaultDays, maxDays }: AppPasswordPolicy,
  now: Date,
): Date | null {
  if (wished) return wished
  const days = [defaultDays, maxDays].filter((some) => some > 0)
  return days.length > 0 ? inDays(now, Math.min(...days)) : null
}

/** The latest end a new one may have; none where there is no limit. */
export function latestEnd({ maxDays }: AppPasswordPolicy, now: Date): Date | undefined {
  return maxDays > 0 ? inDays(now, maxDays) : undefined
}

function inDays(from: Date, days: number): Date {
  return new Date(from.getTime() + days * DAY)
}
