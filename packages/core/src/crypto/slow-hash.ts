import { hash, verify } from '@node-rs/argon2'
import type { Metrics } from '../metrics.ts'
import { overloaded } from '../overload.ts'

/** OWASP Password Storage: argon2id (the library's default variant), 19 MiB, 2 passes, 1 lane. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const

/** Two of the four threads that Node has for such work: files, look-ups and the signatures of passkeys keep theirs (H29). */
const AT_ONCE = 2
/** About a second of work. Whoever comes after that is told so at once. */
const MOST = 50
/** Of which one account or one address may have so many: nobody takes all places. */
const MOST_EACH = 20

/** argon2id, a few at a time: a flood of sign-ins costs its senders a wait, and everybody else nothing. */
export interface SlowHash {
  /**
   * Does what will compare a hash, unless too much is under way. It begins before an attempt is paid for, which nobody should lose
   * to a flood. `whose`: the account or address it counts for.
   * @throws OVERLOADED
   */
  admit<T>(whose: string, work: () => Promise<T>): Promise<T>
  /** @throws OVERLOADED where even more than that is waiting */
  hash(text: string, pepper?: Uint8Array): Promise<string>
  /** Never refused: it was paid for. */
  matches(hashed: string, text: string, pepper?: Uint8Array): Promise<boolean>
}

export function createSlowHash(metrics: Pick<Metrics, 'count'>): SlowHash {
  const waiting: (() => void)[] = []
  let running = 0
  const admitted = new Map<string, number>()
  let all = 0
  const refuseFrom = (most: number, count: number) => {
    if (count < most) return
    metrics.count('hashes_refused_total')
    throw overloaded()
  }
  const inTurn = async <T>(work: () => Promise<T>): Promise<T> => {
    if (running < AT_ONCE) running++
    else await new Promise<void>((resolve) => waiting.push(resolve))
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      // Whoever is next takes over this place.
      if (next) next()
      else running--
    }
  }
  const options = (pepper?: Uint8Array) => (pepper ? { ...COST, secret: pepper } : COST)
  return {
    async admit(whose, work) {
      const theirs = admitted.get(whose) ?? 0
      refuseFrom(MOST, all)
      refuseFrom(MOST_EACH, theirs)
      all++
      admitted.set(whose, theirs + 1)
      try {
        return await work()
      } finally {
        all--
        const left = (admitted.get(whose) ?? 1) - 1
        if (left > 0) admitted.set(whose, left)
        else admitted.delete(whose)
      }
    },
    async hash(text, pepper) {
      refuseFrom(2 * MOST, waiting.length)
      return inTurn(() => hash(text, options(pepper)))
    },
    matches: (hashed, text, pepper) => inTurn(() => verify(hashed, text, options(pepper))),
  }
}
