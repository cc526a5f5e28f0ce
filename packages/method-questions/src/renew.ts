import type { Deps } from '@security-info/core'
import { hashable } from './compare.ts'
import type { Given } from './rules.ts'
import type { Stored } from './stored.ts'

/**
 * The set with the answers that were just proven under the newest pepper, where theirs was replaced; nothing where it was not.
 * Only for a proof that is right as a whole: what a wrong one costs must not depend on who has which pepper.
 *
 * Nobody fails for this: what can't be hashed now (too many wait) stays as it is until the next time.
 */
export async function renewed(
  { hashes }: Pick<Deps, 'hashes'>,
  { answers: kept }: Stored,
  answers: readonly Given[],
): Promise<Stored | undefined> {
  try {
    // Side by side, other than comparisons: they wait in line together, and the proof that is right is not late for it.
    const next = await Promise.all(
      kept.map(async (one) => {
        const answer = answers.find(({ question }) => question === one.question)?.answer
        if (!answer || !(await hashes.isOutdated(one.hash))) return one
        return { ...one, hash: await hashes.hash(hashable(answer)) }
      }),
    )
    return next.every((one, at) => one === kept[at]) ? undefined : { answers: next }
  } catch {
    return undefined
  }
}
