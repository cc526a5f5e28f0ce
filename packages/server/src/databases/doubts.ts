import type postgres from 'postgres'

/** Whether everything that was acknowledged is where it should be. */
export interface Doubts {
  /** For the driver's `onnotice`. */
  readonly hear: (notice: postgres.Notice) => void
  /** @throws where the server gave a wait for a standby up while this ran */
  during<T>(work: () => Promise<T>): Promise<T>
}

/**
 * A server that waits for its standbys can be made to stop waiting: it commits, says so in a warning, and acknowledges all the same.
 * After a promotion such a change is gone, so it counts as failed (M4). A warning says nothing of its statement: all that ran at that
 * moment are taken for it.
 */
export function createDoubts(): Doubts {
  let heard = 0
  return {
    hear(notice) {
      // The function that waits: messages are translated.
      if (notice.routine === 'SyncRepWaitForLSN') heard++
    },
    async during(work) {
      const before = heard
      const result = await work()
      if (heard === before) return result
      throw new Error(
        'The server stopped waiting for its synchronous standby: what was written may be lost with it, and counts as failed. Look at the standby.',
      )
    },
  }
}
