import { hash, verify } from '@node-rs/argon2'
import type { Metrics } from '../metrics.ts'
import { overloaded } from '../overload.ts'

/** OWASP Password Storage: argon2id (the library's default variant), 19 MiB, 2 passes, 1 lane. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const

/** Two of the four threads that Node has for such work: files, look-ups and the signatures of passkeys keep theirs (H29). */
const AT_ONCE = 2
/** About a second of work. Whoever comes after that is told so at once. */
const MOST = 50

/** argon2id, a few at a time: a flood of sign-ins costs its senders a wait, and everybody else nothing. */
export interface SlowHash {
  /**
   * Does what will compare a hash, unless too much is under way. It begins before an attempt is paid for, which nobody should lose
   * to a flood.
   * @throws OVERLOADED
   */
  admit<T>(work: () => Promise<T>): Promise<T>
  /** @throws OVERLOADED where even more than that is waiting */
  hash(text: string, pepper?: Uint8Array): Promise<string>
  /** Never refused: it was paid for. */
  matches(hashed: string, text: string, pepper?: Uint8Array): Promise<boolean>
}

export function createSlowHash(metrics: Pick<Metrics, 'count'>): SlowHash {
  const waiting: (() => void)[] = []
  let running = 0
  let admitted = 0
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
    async admit(work) {
      refuseFrom(MOST, admitted)
      admitted++
      try {
        return await work()
      } finally {
        admitted--
      }
    },
    async hash(text, pepper) {
      refuseFrom(2 * MOST, waiting.length)
      return inTurn(() => hash(text, options(pepper)))
    },
    matches: (hashed, text, pepper) => inTurn(() => verify(hashed, text, options(pepper))),
  }
}
