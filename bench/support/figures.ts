import type { History, Operation, Phase } from './history.ts'

/** How long operations took, in milliseconds. */
export interface Figures {
  readonly count: number
  readonly median: number
  readonly p99: number
  readonly longest: number
}

export function figuresOf(operations: readonly Pick<Operation, 'start' | 'end'>[]): Figures {
  const took = operations.map(({ start, end }) => end - start).sort((one, other) => one - other)
  return {
    count: took.length,
    median: percentile(took, 0.5),
    p99: percentile(took, 0.99),
    longest: took.at(-1) ?? 0,
  }
}

/** The nearest rank: a time that was measured, not one between two. */
function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.max(Math.ceil(sorted.length * share) - 1, 0)] ?? 0
}

function within({ start, end }: Phase): (operation: Operation) => boolean {
  return (operation) => operation.start >= start && operation.start < end
}

/** The operations of these kinds that began in each phase. */
export function byPhase(
  { phases, operations }: History,
  kinds: readonly string[],
): readonly { readonly phase: string; readonly operations: readonly Operation[] }[] {
  const wanted = operations.filter(({ kind }) => kinds.includes(kind))
  return phases.map((phase) => ({ phase: phase.name, operations: wanted.filter(within(phase)) }))
}

/** What belongs together by a word, in the order in which it came. */
export function groups<T>(all: readonly T[], nameOf: (one: T) => string): ReadonlyMap<string, readonly T[]> {
  const found = new Map<string, T[]>()
  for (const one of all) {
    const group = found.get(nameOf(one))
    if (group) group.push(one)
    else found.set(nameOf(one), [one])
  }
  return found
}
