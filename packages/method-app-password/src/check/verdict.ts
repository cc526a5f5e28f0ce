import type { AppPasswordPolicy } from '../policy.ts'
import { standingOf } from '../standing.ts'
import type { Asked } from './asked.ts'
import type { Found } from './lookup.ts'

/** Why a password is refused: for the audit, never for who asked. */
export type Reason = 'unknown' | 'wrong' | 'disabled' | 'off' | 'expired' | 'idle' | 'scope' | 'address'

/** A row that was found, with everything the rest needs. */
export interface Accepted {
  readonly userId: string
  readonly identifier: string
  readonly id: string
}

/** Decides. It comes after the comparison, which is made in any case: the time must not say what was found. */
export function verdictOf(
  found: Found,
  matches: boolean,
  { scope, address }: { readonly scope: string; readonly address: Asked['address'] },
  policy: AppPasswordPolicy,
): Accepted | Reason {
  const { userId, identifier, id, createdAt } = found
  if (!userId || !identifier || !id || createdAt === null) return 'unknown'
  if (!matches) return 'wrong'
  if (!found.active) return 'disabled'
  const lifetime = {
    createdAt: new Date(createdAt),
    expiresAt: maybeDate(found.expiresAt),
    lastUsedAt: maybeDate(found.lastUsedAt),
  }
  const standing = standingOf(lifetime, policy, new Date(found.now))
  if (standing !== 'ACTIVE') return REASONS[standing]
  if (!found.inScope || !policy.scopes.includes(scope)) return 'scope'
  // A server that does not say where the program is can't be shown to be in the right network.
  if (policy.addresses.length > 0 && !address?.isIn(policy.addresses)) return 'address'
  return { userId, identifier, id }
}

function maybeDate(ms: number | null): Date | null {
  return ms === null ? null : new Date(ms)
}

const REASONS = { OFF: 'off', EXPIRED: 'expired', IDLE: 'idle' } as const
