import type { Plugin, Purpose } from '../contract/plugin.ts'
import type { MethodState } from '../storage/tables.ts'
import { allowedFor, type Policy } from './document.ts'

/** A registered method as policy sees it. */
export interface OwnedMethod {
  readonly id: string
  readonly kind: string
  readonly state: MethodState
  readonly authenticator: string | null
}

type Kinds = ReadonlyMap<string, Plugin>

/** What a person could use this method for today, computed from plugin and policy and stored nowhere (H33). */
export function purposesOf(kinds: Kinds, policy: Policy, method: OwnedMethod): readonly Purpose[] {
  if (method.state === 'DISABLED') return []
  const ways = kinds.get(method.kind)?.method?.ways ?? []
  const purposes = new Set(ways.flatMap((way) => allowedFor(policy, method.kind, way)))
  // A preregistered method was never proven by its owner: good for a first sign-in proof, never for reset.
  if (method.state === 'PREREGISTERED') purposes.delete('PASSWORD_RESET')
  return [...purposes]
}

const HELD_HOURS = 24

/**
 * Until when a method is too new for a reset (H7): a number or address that was just added or changed may be a thief's, and
 * its owner has to have the time to hear of it. Null where it is not held.
 */
export function heldUntil(
  kinds: Kinds,
  method: { readonly kind: string; readonly createdAt: Date },
  now: Date,
): Date | null {
  const ways = kinds.get(method.kind)?.method?.ways ?? []
  const until = new Date(method.createdAt.getTime() + HELD_HOURS * 3_600_000)
  return ways.some((way) => way.channel !== undefined) && until > now ? until : null
}

/**
 * Whether a method stands in the way of a session that has not proven a second factor (C9). Neither its state nor policy
 * matters: whoever knows the password could burn a method with a hundred wrong codes, or wait until its kind is no longer
 * allowed, and then enrol their own. A kind that is not loaded counts, for nobody can say what it was.
 */
export function guardsTwoFactor(kinds: Kinds, method: OwnedMethod): boolean {
  const ways = kinds.get(method.kind)?.method?.ways
  return ways === undefined || ways.some((way) => way.usedFor.includes('TWO_FACTOR'))
}

/**
 * How many *different* methods a person has for a purpose: of different kinds, and not on one device or address.
 * That is the largest matching between kinds and authenticators; a method without one stands for itself.
 */
export function coverage(
  kinds: Kinds,
  policy: Policy,
  methods: readonly OwnedMethod[],
  purpose: Purpose,
): number {
  const usable = methods.filter((method) => purposesOf(kinds, policy, method).includes(purpose))
  const authenticatorsOf = new Map<string, string[]>()
  for (const method of usable) {
    const list = authenticatorsOf.get(method.kind) ?? []
    authenticatorsOf.set(method.kind, [...list, method.authenticator ?? method.id])
  }
  const takenBy = new Map<string, string>()
  const place = (kind: string, seen: Set<string>): boolean =>
    (authenticatorsOf.get(kind) ?? []).some((authenticator) => {
      if (seen.has(authenticator)) return false
      seen.add(authenticator)
      const holder = takenBy.get(authenticator)
      if (holder !== undefined && !place(holder, seen)) return false
      takenBy.set(authenticator, kind)
      return true
    })
  const placed = [...authenticatorsOf.keys()].filter((kind) => place(kind, new Set()))
  // Security questions are never the only gate, so alone they cover nothing.
  return placed.every((kind) => kinds.get(kind)?.method?.knowledgeBased) ? 0 : placed.length
}
