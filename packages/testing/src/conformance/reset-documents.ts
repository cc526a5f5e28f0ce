import type { Answer, FlowAnswer } from '../gateway/answers.ts'
import type { Client } from '../gateway/client.ts'

/** A gate of a reset, as whoever holds the reset sees it. */
export type Gate = Pick<FlowAnswer, 'id' | 'kind' | 'attemptsLeft' | 'expiresAt' | 'step'>

/** What the mutations of a reset give. */
export interface ResetAnswer extends Answer {
  readonly reason?: string
  readonly reset?: {
    readonly gatesRequired: number
    readonly gatesPassed: number
    readonly ready: boolean
    readonly expiresAt: string
    readonly options: readonly { readonly kind: string; readonly ways: readonly string[] }[]
    readonly refusal: { readonly reason: string } | null
  }
  readonly gate?: Gate
  /** Of a refused proof: what is asked from now on, where that is something else. */
  readonly step?: FlowAnswer['step'] | null
}

const step = (prompt: string) => `step { __typename kind way instructions
  ... on CodeSent { destination note delivery problem { code } codeLength resendAt } ${prompt} }`

const RESET = `token reset { gatesRequired gatesPassed ready rehearsal expiresAt
  options { kind ways retyped } refusal { reason until } }`

const mutation = (name: string, payload: string, prompt: string) => {
  const type = name.charAt(0).toUpperCase() + name.slice(1)
  return `mutation Test($input: ${type}Input!) { ${name}(input: $input) { __typename
    ... on UserError { code message ... on ProofRejected { attemptsLeft retryAt hint path ${step(prompt)} }
      ... on RateLimited { retryAt } ... on InvalidInput { path } ... on PolicyDenied { rule }
      ... on ResetRefused { reason } ... on DeliveryFailed { retryAt } }
    ... on ${payload} } }`
}

/** The steps of a reset, by a client that has no session. `prompt` selects the fields of the kind's prompt type. */
export function resetCalls(client: Client, prompt: string) {
  const call = (name: string, payload: string) => {
    const document = mutation(name, payload, prompt)
    return async (input: object) => client.ask<ResetAnswer>(document, { input })
  }
  const gate = `BeginResetGatePayload { gate { id kind attemptsLeft expiresAt ${step(prompt)} } }`
  return {
    start: call('startPasswordReset', `StartPasswordResetPayload { ${RESET} }`),
    begin: call('beginResetGate', gate),
    verify: call('verifyResetGate', `VerifyResetGatePayload { ${RESET} }`),
    complete: call('completePasswordReset', 'CompletePasswordResetPayload { message }'),
  }
}
