import { type DemoClient, DemoFailure } from './client.ts'
import { ERROR, expectType, type Result } from './steps.ts'

/** A password reset, or the rehearsal of one, as far as the demo looks at it. */
export interface Reset {
  readonly gatesRequired: number
  readonly gatesPassed: number
  readonly ready: boolean
  readonly options: readonly { readonly kind: string; readonly title: string }[]
  readonly refusal: { readonly reason: string; readonly message: string } | null
}

/** The same with the token that holds it from now on. */
export interface HeldReset extends Result {
  readonly resetToken: string
  readonly reset: Reset
}

/** A gate, and what it asks. */
interface Gate {
  readonly id: string
  readonly step: { readonly questions?: readonly { readonly id: string; readonly text: string }[] }
}
/** What is asked from now on, after a wrong answer. */
export interface Refused extends Result {
  readonly step?: Gate['step'] | null
}

// Under another name: the client takes what is called `token` for that of its session.
const RESET = `resetToken: token
  reset { gatesRequired gatesPassed ready options { kind title } refusal { reason message } }`
const STEP = 'step { ... on QuestionsPrompt { questions { id text } } }'

export function startReset(client: DemoClient, identifier: string): Promise<HeldReset> {
  return client.ask(
    `mutation ($input: StartPasswordResetInput!) {
      startPasswordReset(input: $input) { __typename ... on StartPasswordResetPayload { ${RESET} } ${ERROR} }
    }`,
    { input: { identifier } },
  )
}

export function startRehearsal(client: DemoClient): Promise<HeldReset> {
  return client.ask(`mutation { rehearseRecovery { __typename ${RESET} } }`)
}

/** Begins the gate of a kind, and gives its id and what it asks. */
export async function beginGate(client: DemoClient, token: string, kind: string): Promise<Gate> {
  const begun = await client.ask<Result & { gate: Gate }>(
    `mutation ($input: BeginResetGateInput!) {
      beginResetGate(input: $input) { __typename ... on BeginResetGatePayload { gate { id ${STEP} } } ${ERROR} }
    }`,
    { input: { token, method: { [kind]: {} } } },
  )
  expectType(begun, 'BeginResetGatePayload')
  return begun.gate
}

/** Answers a gate, rightly or wrongly. */
export function answerGate(
  client: DemoClient,
  token: string,
  gateId: string,
  proof: object,
): Promise<HeldReset & Refused> {
  return client.ask(
    `mutation ($input: VerifyResetGateInput!) {
      verifyResetGate(input: $input) {
        __typename
        ... on VerifyResetGatePayload { ${RESET} }
        ... on ProofRejected { ${STEP} }
        ${ERROR}
      }
    }`,
    { input: { token, gateId, proof } },
  )
}

/** Goes through a gate; gives the reset with its new token. @throws DemoFailure where it stays closed */
export async function passGate(
  client: DemoClient,
  token: string,
  kind: string,
  proofOf: (gate: Gate) => Promise<object> | object,
): Promise<HeldReset> {
  const gate = await beginGate(client, token, kind)
  const passed = await answerGate(client, token, gate.id, await proofOf(gate))
  expectType(passed, 'VerifyResetGatePayload')
  return passed
}

/** What stands in the way. @throws DemoFailure where nothing does */
export function refusalOf({ reset }: HeldReset): NonNullable<Reset['refusal']> {
  if (reset.refusal) return reset.refusal
  throw new DemoFailure('Expected the reset to be refused, but it may go on.')
}
