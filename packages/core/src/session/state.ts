import type { Host } from '../host.ts'
import { type Interrupt, interruptOf, type OwedSection, type Situation } from '../policy/interrupt.ts'
import type { ActiveSession, SessionState } from './load.ts'
import { hasProvenTwoFactor, hasTwoFactor, isByPass, isRemembered } from './two-factor.ts'

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
  // A pass lets its holder set up what they prove with from now on, also past what they can no longer prove: and no further.
  if (isByPass(facts)) return { state: 'SECURITY_INFO_REQUIRED', interrupt, sections }
  const unproven = hasTwoFactor(host, facts) && !hasProvenTwoFactor(facts)
  // Before the wizard a proof is asked for, remembered or not.
  const proofOwed = unproven && (interrupt !== null || !isRemembered(facts))
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
    snoozedUntil: isByPass(session) ? null : session.account.snoozedUntil,
    snoozesUsed: session.account.snoozesUsed,
    skipped: session.skipped,
    registering: session.registering || isByPass(session),
    passAlone: isByPass(session) && session.proofs.every(({ methodId }) => methodId === null),
  }
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
