/** Something that goes on until it is stopped. */
export interface Load {
  /** Starts nothing more, and waits for what was started. */
  stop(): Promise<void>
}

/**
 * Starts work at a steady rate, whether or not what was started before is done: a slow answer must not make the next
 * question come later, or it would hide how slow things are.
 */
export function startLoad(perSecond: number, work: () => Promise<unknown>): Load {
  const running = new Set<Promise<unknown>>()
  const timer = setInterval(() => {
    const one: Promise<unknown> = work().finally(() => running.delete(one))
    running.add(one)
  }, 1000 / perSecond)
  return {
    async stop() {
      clearInterval(timer)
      await Promise.allSettled(running)
    },
  }
}

export const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, milliseconds)
  })

/** Looks every so often until something is there, or until it is no use any more. */
export async function until<T>(
  look: () => T | undefined | Promise<T | undefined>,
  hopeless: () => boolean,
  everyMs = 200,
): Promise<T | undefined> {
  for (;;) {
    const found = await look()
    if (found !== undefined) return found
    if (hopeless()) return undefined
    await pause(everyMs)
  }
}

/** The same for each seed (mulberry32): from 0 up to 1. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
