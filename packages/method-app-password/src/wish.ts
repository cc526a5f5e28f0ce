import { type InvalidInput, invalidInput } from '@security-info/core'
import { cleanName } from './name.ts'
import type { AppPasswordPolicy } from './policy.ts'
import { endOfNew, latestEnd } from './standing.ts'

/** What somebody wants a new app password to be. */
export interface Wish {
  readonly name: string
  /** All that the organisation offers, where it is left out. */
  readonly scopes?: readonly string[] | null | undefined
  readonly expiresAt?: Date | null | undefined
}

/** The same, checked against the policy. */
export interface Granted {
  readonly name: string
  readonly scopes: string[]
  readonly expiresAt: Date | null
}

export function grantWish(wish: Wish, policy: AppPasswordPolicy, now: Date): Granted | InvalidInput {
  const name = cleanName(wish.name)
  if (typeof name !== 'string') return name
  const scopes = [...new Set(wish.scopes ?? policy.scopes)]
  const unknown = scopes.filter((one) => !policy.scopes.includes(one))
  if (unknown.length > 0 || scopes.length === 0) {
    const came = scopes.length === 0 ? 'There is no scope' : `There is no scope "${unknown[0]?.slice(0, 32)}"`
    return invalidInput(['scopes'], `${came}; expected one or more of: ${policy.scopes.join(', ')}.`)
  }
  const expiresAt = endOfNew(wish.expiresAt ?? undefined, policy, now)
  if (expiresAt && expiresAt <= now)
    return invalidInput(['expiresAt'], 'That time is over; expected one that is still to come.')
  const latest = latestEnd(policy, now)
  if (expiresAt && latest && expiresAt > latest)
    return invalidInput(['expiresAt'], `Your organisation allows ${latest.toISOString()} at the latest.`)
  return { name, scopes, expiresAt }
}
