import { overloaded } from '@security-info/core'

/** Together in one statement. */
const MOST = 100
const MOST_WAITING = 5000
/** A look-up changes nothing: one that is not heard of any more can be left alone. */
const PATIENCE_MS = 5000

/**
 * Look-ups that come while another is under way go together after it: the cost of a statement lies mostly in sending it and hearing of
 * it. One that comes alone waits only for the end of the turn in which it came.
 * @param run looks several up, in this order
 * @returns looks one up. @throws what `run` throws, and OVERLOADED where too many wait or nothing is heard
 */
export function createBatches<Asked, Found>(
  run: (asked: readonly Asked[]) => Promise<readonly Found[]>,
): (asked: Asked) => Promise<Found> {
  const waiting: {
    readonly asked: Asked
    readonly resolve: (found: Found) => void
    readonly reject: (error: unknown) => void
  }[] = []
  let busy = false
  const next = async (): Promise<void> => {
    const batch = waiting.splice(0, MOST)
    try {
      const found = await inTime(run(batch.map(({ asked }) => asked)))
      if (found.length !== batch.length) {
        throw new Error(`${batch.length} were looked up together, but ${found.length} were answered.`)
      }
      for (const [at, one] of found.entries()) batch[at]?.resolve(one)
    } catch (error) {
      for (const { reject } of batch) reject(error)
    }
    busy = waiting.length > 0
    if (busy) void next()
  }
  return (asked) =>
    new Promise((resolve, reject) => {
      if (waiting.length >= MOST_WAITING) return reject(overloaded())
      waiting.push({ asked, resolve, reject })
      if (busy) return
      busy = true
      // When all that has arrived at this moment has been read.
      setImmediate(() => void next())
    })
}

function inTime<T>(work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(overloaded()), PATIENCE_MS)
    void work.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}
