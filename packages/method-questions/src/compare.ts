import { type Deps, Secret } from '@security-info/core'
import { normalAnswer } from './normal.ts'
import type { Askable } from './pool.ts'
import type { Given } from './rules.ts'

type Compare = (
  asked: readonly string[],
  pool: readonly Askable[],
  answers: readonly Given[],
) => Promise<boolean>

/** What is hashed of an answer. */
export function hashable(answer: Secret): Secret {
  return new Secret(normalAnswer(answer.reveal()))
}

/**
 * Whether all questions that were asked are answered, all of them rightly, and nothing else is. It takes one slow hash for
 * each that was asked, whatever is right, wrong or missing, and whether or not there is anything to compare with: so neither
 * the answer nor its time tells more than yes or no.
 */
export function createComparison({ hashes, random }: Pick<Deps, 'hashes' | 'random'>): Compare {
  let decoy: Promise<string> | undefined
  /** Made at the first comparison, whosever that is. Nothing matches it that counts. */
  const decoyHash = () => {
    decoy ??= hashes.hash(new Secret(random(16).join(' '))).catch((error: unknown) => {
      decoy = undefined
      throw error
    })
    return decoy
  }

  return async (asked, pool, answers) => {
    const missing = await decoyHash()
    let right = answers.length === asked.length
    // One after the other: side by side, one proof would keep all threads busy that hash for everybody.
    for (const id of asked) {
      const hash = pool.find((question) => question.id === id)?.hash
      const answer = answers.find(({ question }) => question === id)?.answer
      const same = await hashes.matches(hash ?? missing, hashable(answer ?? new Secret('')))
      right = same && hash !== undefined && answer !== undefined && right
    }
    return right
  }
}
