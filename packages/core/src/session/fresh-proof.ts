import type { FreshProofRequired } from '../errors.ts'
import type { Host } from '../host.ts'
import type { ActiveSession } from './load.ts'
import { hasTwoFactor, twoFactorOptions, twoFactorProofs } from './two-factor.ts'

/** A change of methods needs a proof at most this old (security defaults: re-authentication 5 min). */
const FRESH_SECONDS = 5 * 60

/**
 * Whether this session has proven enough, recently enough, to change methods: by a registered two-factor method, or by the
 * password where the person has none. Inside the wizard the sign-in's proofs hold for its length.
 */
export function freshProofProblem(host: Host, session: ActiveSession): FreshProofRequired | undefined {
  return proofProblem(host, session, false)
}

/** The same for adding a method: an access pass lets its holder do that, and nothing else, for the length of the wizard. */
export function proofProblemToAdd(host: Host, session: ActiveSession): FreshProofRequired | undefined {
  return proofProblem(host, session, true)
}

function proofProblem(host: Host, session: ActiveSession, adds: boolean): FreshProofRequired | undefined {
  const maxAgeSeconds =
    session.state === 'SECURITY_INFO_REQUIRED' ? host.lifetimes.pendingSeconds : FRESH_SECONDS
  const oldest = session.now.getTime() - maxAgeSeconds * 1000
  const needsSecondFactor = hasTwoFactor(host, session)
  const proofs = needsSecondFactor
    ? twoFactorProofs(session)
    : session.proofs.filter((proof) => proof.kind === 'password')
  const passes = adds ? session.proofs.filter(({ kind }) => kind === 'accessPass') : []
  const fresh = [...proofs, ...passes].some((proof) => Date.parse(proof.at) > oldest)
  if (fresh) return undefined
  const options = twoFactorOptions(host, session).map((option) => option.method)
  return {
    type: 'FreshProofRequired',
    code: needsSecondFactor ? 'proof.secondFactorNeeded' : 'proof.passwordNeeded',
    values: { minutes: Math.round(maxAgeSeconds / 60) },
    maxAgeSeconds,
    options,
    session,
  }
}
