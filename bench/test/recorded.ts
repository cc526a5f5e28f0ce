import type { History, Operation } from '../support/history.ts'
import type { MessageRow } from '../support/rows.ts'
import type { Verdict } from '../support/verdict.ts'

/** A second after the start of the run's clock, in milliseconds. */
export const second = (count: number) => 1_000_000 + count * 1000

/** One call that took 10 ms. */
export function did(kind: string, at: number, more: Partial<Operation> = {}): Operation {
  return {
    kind,
    node: 0,
    person: 'ada',
    start: second(at),
    end: second(at) + 10,
    result: 'ok',
    detail: {},
    ...more,
  }
}

/** A quiet phase of a minute, a bad one and a recovery, with an authenticator app in use all the time. */
export function recorded(
  [quiet, bad, well]: readonly [string, string, string],
  operations: readonly Operation[],
): History {
  const proofs = Array.from({ length: 60 }, (_, at) => [
    did('totp.begin', at * 2),
    did('totp.verify', at * 2),
  ])
  return {
    phases: [
      { name: quiet, start: second(0), end: second(60) },
      { name: bad, start: second(60), end: second(120) },
      { name: well, start: second(120), end: second(240) },
    ],
    operations: [...proofs.flat(), ...operations],
    clock: [
      { at: 0, ahead: 0 },
      { at: second(90), ahead: 600_000 },
    ],
  }
}

export function message(id: string, more: Partial<MessageRow> = {}): MessageRow {
  const sent = { state: 'SENT', attempts: 1, flowEnds: null }
  return { id, userId: 'ada', channel: 'sms', flowId: null, number: null, ...sent, ...more }
}

/** The invariants that do not hold. */
export function broken(verdicts: readonly Verdict[]): readonly string[] {
  return verdicts.filter(({ holds }) => !holds).map(({ invariant }) => invariant)
}

/** A copy with one of a list changed. */
export function changed<T>(
  all: readonly T[],
  which: (one: T) => boolean,
  change: (one: T) => T,
): readonly T[] {
  return all.map((one) => (which(one) ? change(one) : one))
}
