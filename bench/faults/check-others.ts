import { byPhase, figuresOf, groups } from '../support/figures.ts'
import type { History, Operation } from '../support/history.ts'
import { judge, table, type Verdict } from '../support/verdict.ts'

const MOST_MS = 500
/** What people do while a provider fails, that has nothing to do with it. */
const OTHERS: readonly string[] = ['totp.begin', 'totp.verify']
/** What begins a code: it is answered before the provider is asked. */
const BEGINNINGS: readonly string[] = ['email.begin', 'phone.begin']

/** The phases in which a provider is well again. */
const WELL: readonly string[] = ['recovery', 'after']
/** The longest pause of a breaker, and the time that a try is given: one may fail just when the provider recovers. */
const CLOSED_AFTER_MS = 75_000
const PROOFS: readonly string[] = ['email.confirm', 'phone.confirm']

/** Whoever does not need the provider must not notice it, and whoever begins something does not wait for it. */
export function checkOthers(history: History, quiet: string): readonly Verdict[] {
  const others = history.operations.filter(({ kind }) => OTHERS.includes(kind))
  const proofs = history.operations.filter(({ kind }) => PROOFS.includes(kind))
  const well = history.phases.find(({ name }) => WELL.includes(name))?.start ?? Number.POSITIVE_INFINITY
  const later = history.operations.filter(
    ({ kind, start }) => BEGINNINGS.includes(kind) && start > well + CLOSED_AFTER_MS,
  )
  return [
    withinTime(history, quiet, OTHERS, 'The p99 of the other method stays under 500 ms'),
    withinTime(history, quiet, BEGINNINGS, 'The p99 of beginning stays under 500 ms'),
    judge(
      'The other method always works',
      { at: others.length, what: 'calls', least: 100 },
      failures(others),
    ),
    judge('75 s after recovery nobody is refused', { at: later.length, what: 'beginnings' }, failures(later)),
    judge('A code that arrived is taken', { at: proofs.length, what: 'codes' }, failures(proofs)),
  ]
}

const failures = (operations: readonly Operation[]) =>
  operations.filter(({ result }) => result !== 'ok').map(({ kind, result }) => `${kind}: ${result}`)

function withinTime(history: History, quiet: string, kinds: readonly string[], invariant: string): Verdict {
  const phases = byPhase(history, kinds)
    .map(({ phase, operations }) => ({ phase, ...figuresOf(operations) }))
    .filter(({ phase, count }) => phase !== 'setup' && count > 0)
  const base = phases.find(({ phase }) => phase === quiet)
  const worst = phases.filter((one) => one !== base).sort((one, other) => other.p99 - one.p99)[0]
  const slow = phases.filter((one) => one !== base && one.p99 >= MOST_MS)
  if (!base || !worst) return { invariant, holds: false, found: 'too little was measured', examples: [] }
  const times = (worst.p99 / base.p99).toFixed(1)
  return {
    invariant,
    holds: slow.length === 0,
    found: `at most ${worst.p99.toFixed(0)} ms (${worst.phase}), ${times} times the ${base.p99.toFixed(0)} ms of ${quiet}`,
    examples: slow.map(({ phase, p99 }) => `${p99.toFixed(0)} ms in ${phase}`),
  }
}

/** How long everything took in each phase, for people. */
export function showTimes(history: History): void {
  const kinds = [...new Set(history.operations.map(({ kind }) => kind))]
  const lines = kinds.flatMap((kind) =>
    byPhase(history, [kind])
      .filter(({ phase, operations }) => phase !== 'setup' && operations.length > 0)
      .map(({ phase, operations }) => {
        const { count, median, p99, longest } = figuresOf(operations)
        return [kind, phase, count, median.toFixed(1), p99.toFixed(1), longest.toFixed(0)].map(String)
      }),
  )
  console.log(`\n${table(['operation', 'phase', 'count', 'median ms', 'p99 ms', 'longest'], lines)}`)
  const results = groups(history.operations, ({ kind, result }) => `${kind} ${result}`)
  const told = [...results]
    .filter(([name]) => !name.endsWith(' ok'))
    .map(([name, all]) => [name, `${all.length}`])
  if (told.length > 0) console.log(`\n${table(['not ok', 'count'], told)}`)
}
