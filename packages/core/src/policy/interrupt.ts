import { type Plugin, PURPOSES, type Purpose, type Section } from '../contract/plugin.ts'
import { type LimitReached, limitReached, type PolicyDenied, policyDenied } from '../errors.ts'
import { coverage, type OwnedMethod, purposesOf } from './coverage.ts'
import { allowedFor, type Policy, requiredFor } from './document.ts'

/** Why a session is asked for security info. */
export type InterruptRule =
  | 'TWO_FACTOR_REQUIRED'
  | 'PASSWORD_RESET_REQUIRED'
  | 'SECTION_REQUIRED'
  | 'RECONFIRMATION_DUE'
  | 'ACCESS_PASS'
  | 'REVIEW'

export interface Offer {
  readonly kind: string
  readonly satisfies: readonly Purpose[]
  readonly blocked: LimitReached | PolicyDenied | null
}
export interface OwedSection extends Section {
  readonly plugin: string
}
export interface Interrupt {
  readonly reasons: readonly InterruptRule[]
  readonly required: number
  readonly position: number
  readonly missing: readonly Purpose[]
  readonly offers: readonly Offer[]
  readonly sections: readonly OwedSection[]
  readonly skippable: boolean
  readonly snoozesLeft: number | null
  readonly deadline: Date | null
}

/** Everything the decision depends on. */
export interface Situation {
  readonly kinds: ReadonlyMap<string, Plugin>
  readonly policy: Policy
  readonly methods: readonly OwnedMethod[]
  readonly sections: readonly OwedSection[]
  readonly now: Date
  readonly confirmedAt: Date | null
  readonly accountCreatedAt: Date
  readonly snoozedUntil: Date | null
  readonly snoozesUsed: number
  /** In this session: the wizard was skipped; the person is in the wizard and has not pressed Done. */
  readonly skipped: boolean
  readonly registering: boolean
  /** It was opened with an access pass, and its holder has set nothing up yet. */
  readonly passAlone: boolean
}

const DAY = 86_400_000

/** Whether, and why, the person has to go through the wizard. Pure: the one place that is asked. */
export function interruptOf(at: Situation): Interrupt | null {
  const missing = missingPurposes(at)
  const owed = at.sections.filter((section) => !section.done)
  const reconfirm = reconfirmationDue(at)
  const rules: readonly (readonly [InterruptRule, boolean])[] = [
    ['TWO_FACTOR_REQUIRED', missing.includes('TWO_FACTOR')],
    ['PASSWORD_RESET_REQUIRED', missing.includes('PASSWORD_RESET')],
    ['SECTION_REQUIRED', owed.length > 0],
    ['RECONFIRMATION_DUE', reconfirm],
    ['ACCESS_PASS', at.passAlone],
  ]
  const reasons = rules.filter(([, holds]) => holds).map(([rule]) => rule)
  const snooze = snoozeOf(at, reasons)
  if (snooze.active) return null
  if (reasons.length === 0 && !at.registering) return null

  const offers = offersOf(at, missing)
  const have = Math.max(
    ...PURPOSES.map((purpose) => Math.min(requiredFor(at.policy, purpose), coverageOf(at, purpose))),
  )
  const toDo = stillNeeded(at, missing, offers)
  return {
    reasons: reasons.length === 0 ? ['REVIEW'] : reasons,
    required: have + toDo,
    position: Math.min(have + 1, Math.max(have + toDo, 1)),
    missing,
    offers,
    sections: at.sections,
    skippable: snooze.possible,
    snoozesLeft: snooze.left,
    deadline: snooze.deadline,
  }
}

function coverageOf(at: Situation, purpose: Purpose): number {
  return coverage(at.kinds, at.policy, at.methods, purpose)
}

/** What the methods do not cover that policy demands, whether or not it is put off. */
export function missingPurposes(at: Situation): readonly Purpose[] {
  return PURPOSES.filter((purpose) => coverageOf(at, purpose) < requiredFor(at.policy, purpose))
}

function reconfirmationDue(at: Situation): boolean {
  const days = at.policy.registration.reconfirmEveryDays
  if (days === 0 || at.methods.length === 0) return false
  return at.now.getTime() - (at.confirmedAt ?? at.accountCreatedAt).getTime() >= days * DAY
}

/** A reset requirement alone may be skipped each time; two-factor only as often as the policy grants. */
function snoozeOf(at: Situation, reasons: readonly InterruptRule[]) {
  const { days, times } = at.policy.registration.snooze
  const resetOnly = reasons.length > 0 && reasons.every((rule) => rule === 'PASSWORD_RESET_REQUIRED')
  const snoozable =
    reasons.includes('TWO_FACTOR_REQUIRED') &&
    reasons.every((rule) => rule === 'TWO_FACTOR_REQUIRED' || rule === 'PASSWORD_RESET_REQUIRED')
  if (resetOnly) return { active: at.skipped, possible: true, left: null, deadline: null }
  if (!snoozable || days === 0) return { active: false, possible: false, left: null, deadline: null }
  const left = Math.max(times - at.snoozesUsed, 0)
  // Of one that was granted for longer than the policy in force grants any, only the end counts: as much as that (H32).
  const latest = at.now.getTime() + days * DAY
  const active = at.snoozedUntil !== null && at.now < at.snoozedUntil && at.snoozedUntil.getTime() <= latest
  return {
    active,
    possible: left > 0,
    left,
    deadline: new Date(at.now.getTime() + left * days * DAY),
  }
}

/** How many more methods it takes: one that serves both purposes counts for both. */
function stillNeeded(at: Situation, missing: readonly Purpose[], offers: readonly Offer[]): number {
  const gaps = missing.map((purpose) => requiredFor(at.policy, purpose) - coverageOf(at, purpose))
  const servesAll = offers.some((offer) => missing.every((purpose) => offer.satisfies.includes(purpose)))
  if (gaps.length === 0) return 0
  return servesAll ? Math.max(...gaps) : gaps.reduce((sum, gap) => sum + gap, 0)
}

/**
 * What the person could set up: what can be done now first, then the organisation's order, then by strength.
 * `missing` empty: everything that policy allows (the security-info page).
 */
export function offersOf(at: Situation, missing: readonly Purpose[]): readonly Offer[] {
  const firstIsTwoFactor = missing.includes('TWO_FACTOR') && coverageOf(at, 'TWO_FACTOR') === 0
  return [...at.kinds.values()]
    .flatMap((plugin) => (plugin.method ? [{ plugin, method: plugin.method }] : []))
    .map(({ plugin, method }) => {
      const satisfies = [...new Set(method.ways.flatMap((way) => allowedFor(at.policy, plugin.id, way)))]
      const owned = at.methods.filter((owned) => owned.kind === plugin.id)
      const blocked =
        owned.length >= method.limits.methods
          ? limitReached(method.limits.methods)
          : firstIsTwoFactor && !satisfies.includes('TWO_FACTOR')
            ? policyDenied('registration.firstMethod', 'policy.firstMethodTwoFactor')
            : needsAnother(at, plugin.id)
              ? policyDenied(`methods.${plugin.id}.needsAnother`, 'policy.needsAnother')
              : null
      const fills = missing.filter((purpose) => satisfies.includes(purpose))
      const adds =
        missing.length === 0 ||
        fills.some((purpose) => !owned.some((one) => purposesOf(at.kinds, at.policy, one).includes(purpose)))
      return {
        kind: plugin.id,
        satisfies,
        blocked,
        adds,
        strength: strengthOf(plugin),
        rank: rankOf(at.policy, plugin.id),
      }
    })
    .filter((offer) => offer.satisfies.length > 0 && offer.adds)
    .sort(
      (a, b) =>
        Number(a.blocked !== null) - Number(b.blocked !== null) || a.rank - b.rank || b.strength - a.strength,
    )
    .map(({ kind, satisfies, blocked }) => ({ kind, satisfies, blocked }))
}

/** Whether this kind waits for a usable method of another kind. */
function needsAnother(at: Situation, kind: string): boolean {
  if (!at.policy.methods[kind]?.needsAnother) return false
  return !at.methods.some(
    (method) => method.kind !== kind && purposesOf(at.kinds, at.policy, method).length > 0,
  )
}

function strengthOf(plugin: Plugin): number {
  return Math.max(...(plugin.method?.ways.map((way) => way.strength) ?? [0]))
}

function rankOf(policy: Policy, kind: string): number {
  const at = policy.registration.order.indexOf(kind)
  return at === -1 ? policy.registration.order.length : at
}
