import type { Host } from '../host.ts'
import { guardsTwoFactor, purposesOf } from '../policy/coverage.ts'
import { type Interrupt, interruptOf, type OwedSection, type Situation } from '../policy/interrupt.ts'
import type { ActiveSession, MethodRow, SessionState } from './load.ts'

type Facts = Omit<ActiveSession, 'state' | 'interrupt' | 'sections'>
interface Decision {
  readonly state: SessionState
  readonly interrupt: Interrupt | null
  readonly sections: readonly OwedSection[]
}

/**
 * The state machine. A state is never stored: it follows from the proofs this session has seen, the methods the person has
 * now and the policy in force now (C7, H32, H33).
 */
export async function decideState(host: Host, facts: Facts): Promise<Decision> {
  const sections = await owedSections(host, facts)
  const interrupt = interruptOf(situationOf(host, { ...facts, sections }))
  const proofOwed = hasTwoFactor(host, facts) && !hasProvenTwoFactor(facts)
  if (proofOwed && (facts.policy.twoFactor !== 'off' || interrupt)) {
    return { state: 'SECOND_FACTOR_REQUIRED', interrupt: null, sections }
  }
  return { state: interrupt ? 'SECURITY_INFO_REQUIRED' : 'ACTIVE', interrupt, sections }
}

/** What the policy is asked with. */
export function situationOf(
  host: Host,
  session: Facts & { readonly sections: readonly OwedSection[] },
): Situation {
  return {
    kinds: host.kinds,
    policy: session.policy,
    methods: session.methods,
    sections: session.sections,
    now: session.now,
    confirmedAt: session.account.confirmedAt,
    accountCreatedAt: session.account.createdAt,
    snoozedUntil: session.account.snoozedUntil,
    snoozesUsed: session.account.snoozesUsed,
    skipped: session.skipped,
    registering: session.registering,
  }
}

/** Whether the person has a method that a session must prove, or must have enrolled itself, before it may change any. */
export function hasTwoFactor(host: Host, session: Facts): boolean {
  return session.methods.some((method) => guardsTwoFactor(host.kinds, session.policy, method))
}

export function hasProvenTwoFactor(session: Pick<Facts, 'proofs'>): boolean {
  return session.proofs.some((proof) => proof.purposes.includes('TWO_FACTOR'))
}

/** The methods that can give a two-factor proof now. */
export function twoFactorMethods(host: Host, session: Facts): readonly MethodRow[] {
  return session.methods.filter((method) =>
    purposesOf(host.kinds, session.policy, method).includes('TWO_FACTOR'),
  )
}

async function owedSections(host: Host, facts: Facts): Promise<readonly OwedSection[]> {
  const lists = await Promise.all(
    host.plugins.map(async (plugin) => {
      const who = { userId: facts.account.userId }
      const owed = (await plugin.owes?.(host.db, who, facts.policy.methods[plugin.id])) ?? []
      return owed.map((section) => ({ plugin: plugin.id, ...section }))
    }),
  )
  return lists.flat()
}
