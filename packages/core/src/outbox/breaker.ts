/**
 * One for each channel and process. While a provider fails, nobody should wait for it: after a few failures in a row the
 * channel counts as down, and codes are refused at once with the other methods offered. Then one message at a time may try.
 */
export interface Breaker {
  /**
   * When the channel may be tried again, in milliseconds of `clock`; null while it works, and once somebody may try: a channel
   * that carries only codes has nothing else to try with than the next one.
   */
  openUntil(): number | null
  /** How many messages may be handed over now: all there are, one to try, or none. Each has to be followed by its outcome. */
  allowed(): 'all' | 'one' | 'none'
  worked(): void
  /** Returns whether this opened it. */
  failed(): boolean
  /** Nothing was learnt: there was no message, or nobody needed it. */
  released(): void
}

/** Failures in a row before it opens. */
const THRESHOLD = 5
const FIRST_PAUSE_MS = 5_000
const LONGEST_PAUSE_MS = 60_000

export function createBreaker(clock: () => number = () => performance.now()): Breaker {
  let failures = 0
  let pause = FIRST_PAUSE_MS
  let until: number | null = null
  let trying = false
  return {
    openUntil: () => (until !== null && (trying || clock() < until) ? until : null),
    allowed() {
      if (until === null) return 'all'
      if (trying || clock() < until) return 'none'
      trying = true
      return 'one'
    },
    worked() {
      failures = 0
      pause = FIRST_PAUSE_MS
      until = null
      trying = false
    },
    failed() {
      failures++
      if (failures < THRESHOLD) return false
      const opens = until === null
      // What was under way when it opened fails as well; only a try that failed makes the pause longer.
      if (trying) pause = Math.min(pause * 2, LONGEST_PAUSE_MS)
      if (trying || until === null) until = clock() + pause
      trying = false
      return opens
    },
    released() {
      trying = false
    },
  }
}
