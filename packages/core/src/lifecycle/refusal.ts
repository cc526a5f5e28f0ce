import type { Refusal } from '../contract/handlers.ts'
import type { ProofRejected } from '../errors.ts'
import type { Claim } from './claim.ts'

/** A handler's refusal as the client gets it. */
export function refusalToError(refusal: Refusal<string>, claim: Claim | null): ProofRejected {
  return {
    type: 'ProofRejected',
    code: refusal.refused === 'wrong-proof' ? 'proof.wrong' : refusal.refused,
    values: { attemptsLeft: claim?.attemptsLeft ?? 0 },
    attemptsLeft: claim?.attemptsLeft ?? 0,
    retryAt: claim?.closesAt ?? null,
    hint: refusal.hint ?? null,
  }
}
