import { type Arrivals, createArrivals } from '../arrivals.ts'
import type { Behaviour } from './behaviour.ts'

export type ResourceName = 'Messages' | 'Calls'

interface Attempt {
  readonly at: Date
  /** As they came; empty where they came in no form. */
  readonly parameters: URLSearchParams
  /** What was asked of the fake for this request. */
  readonly behaviour: Behaviour['does']
}

/** A message or call that was taken, whether or not the answer told. */
export interface Accepted extends Attempt {
  readonly sid: string
  readonly to: string
  /** None where a messaging service was to choose. */
  readonly from?: string
}

export interface AcceptedMessage extends Accepted {
  readonly body: string
}

export interface AcceptedCall extends Accepted {
  /** None where the instructions came with the call. */
  readonly url?: string
}

/** A request that nothing came of. */
export interface Refused extends Attempt {
  readonly path: string
  /** Neither status nor code where it was left without an answer. */
  readonly status?: number
  readonly code?: number
}

/** Everything that was asked of the fake: a checker compares it with what the database believes. */
export interface Ledger {
  readonly messages: Arrivals<AcceptedMessage>
  readonly calls: Arrivals<AcceptedCall>
  readonly refused: Arrivals<Refused>
  /** What the real API would not have told, in words. */
  readonly mistakes: string[]
}

export function openLedger(): Ledger {
  return {
    messages: createArrivals(),
    calls: createArrivals(),
    refused: createArrivals(),
    mistakes: [],
  }
}
