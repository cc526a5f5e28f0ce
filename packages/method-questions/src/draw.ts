import type { Deps } from '@security-info/core'

type Random = Deps['random']

/**
 * A number from 0 to below `bound` (256 at most), each as likely as the next: bytes in the last, incomplete round of the
 * remainder are thrown away.
 */
export function below(random: Random, bound: number): number {
  const rounds = 256 - (256 % bound)
  for (;;) {
    const [byte = 0] = random(1)
    if (byte < rounds) return byte % bound
  }
}

/**
 * Draws `count` of these at random, in an order that tells nothing. Never the same set as the `last` one where there is
 * another: whoever answered that wrongly is asked at least one thing anew.
 */
export function draw<T extends { readonly id: string }>(
  random: Random,
  pool: readonly T[],
  count: number,
  last: readonly string[] = [],
): readonly T[] {
  const all = subsets(pool, Math.min(count, pool.length))
  const others = all.filter(
    (set) => !(set.length === last.length && set.every(({ id }) => last.includes(id))),
  )
  const sets = others.length > 0 ? others : all
  return shuffled(random, sets[below(random, sets.length)] ?? [])
}

/** All ways to take so many: ten at most, for nobody registers more than five. */
function subsets<T>(of: readonly T[], size: number): readonly (readonly T[])[] {
  if (size === 0) return [[]]
  return of.flatMap((first, at) => subsets(of.slice(at + 1), size - 1).map((rest) => [first, ...rest]))
}

/** Fisher and Yates: every order is as likely as the next. */
function shuffled<T>(random: Random, list: readonly T[]): readonly T[] {
  const left = [...list]
  return list.flatMap(() => left.splice(below(random, left.length), 1))
}
