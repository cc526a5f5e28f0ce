import type { Refusal } from '../contract/handlers.ts'
import type { InvalidInput, ProofRejected } from '../errors.ts'
import type { Claim } from './claim.ts'

/** A handler's refusal as the client gets it. */
export function refusalToError(refusal: Refusal<string>, claim: Claim | null): ProofRejected {
  return {
    type: 'ProofRejected',
    code: refusal.refused === 'wrong-proof' ? 'proof.wrong' : refusal.refused,
    values: { attemptsLeft: claim?.attemptsLeft ?? 0, ...refusal.values },
    attemptsLeft: claim?.attemptsLeft ?? 0,
    retryAt: claim?.closesAt ?? null,
    hint: refusal.hint ?? null,
    path: refusal.path ?? [],
  }
}

/** A refusal to begin at all: of what was asked for, where it says which part of the input that is. */
export function refusalToBegin(
  refusal: Refusal<string>,
  at: readonly string[],
): InvalidInput | ProofRejected {
  if (!refusal.path) return refusalToError(refusal, null)
  const path = [...at, ...refusal.path]
  return { type: 'InvalidInput', code: refusal.refused, path, values: { ...refusal.values } }
}
