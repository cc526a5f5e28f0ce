import type { FakeTwilio } from '@security-info/testing/twilio'
import { groups } from '../../support/figures.ts'
import type { History } from '../../support/history.ts'
import { type Believed, messageOfRef } from '../../support/rows.ts'
import { table } from '../../support/verdict.ts'

/** One request that reached the provider. */
export interface SeenRequest {
  /** Which message of the outbox it is about. */
  readonly message: string
  readonly at: number
  /** Whether the message or call was taken, whatever the answer said. */
  readonly accepted: boolean
  /** What the provider did: `answer`, `throttle`, `fail`, `hang`, `late`. */
  readonly behaviour: string
}

/** The three sides of a run. Plain data, so that a checker needs nothing else. */
export interface F4Evidence {
  readonly history: History
  readonly believed: Believed
  /** In the order in which they came. */
  readonly requests: readonly SeenRequest[]
  /** What the real API would have taken in silence. */
  readonly mistakes: readonly string[]
}

/** Our own addresses in a request name its message. */
export function messageOf(parameters: URLSearchParams): string {
  return messageOfRef(new URL(parameters.get('StatusCallback') ?? 'x:').searchParams.get('ref') ?? '')
}

/** What the provider did, for people. */
export function showRequests(requests: readonly SeenRequest[]): void {
  const lines = [...groups(requests, ({ behaviour }) => behaviour)].map(([behaviour, all]) => {
    const accepted = all.filter((one) => one.accepted).length
    return [
      behaviour,
      String(all.length),
      `${Math.round((100 * all.length) / requests.length)} %`,
      String(accepted),
    ]
  })
  console.log(`\n${table(['provider', 'requests', 'share', 'taken'], lines)}`)
}

export function requestsSeen({ messages, calls, refused }: FakeTwilio): readonly SeenRequest[] {
  const taken = [...messages, ...calls].map((one) => ({ ...one, accepted: true }))
  return [...taken, ...refused.map((one) => ({ ...one, accepted: false }))]
    .map(({ parameters, at, accepted, behaviour }) => ({
      message: messageOf(parameters),
      at: at.getTime(),
      accepted,
      behaviour,
    }))
    .sort((one, other) => one.at - other.at)
}
