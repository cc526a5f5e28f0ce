/** What reached a test server, in the order in which it came. */
export interface Arrivals<T> {
  readonly all: readonly T[]
  add(entry: T): void
  /** The first that matches, of those that are here and those to come. Each is looked at once, in order. */
  first(matching?: (entry: T) => boolean): Promise<T>
}

/** Lets a test wait for what it expects, where it would otherwise have to sleep and look. */
export function createArrivals<T>(): Arrivals<T> {
  const all: T[] = []
  const waiting = new Set<(entry: T) => void>()
  return {
    all,
    add(entry) {
      all.push(entry)
      for (const look of waiting) look(entry)
    },
    first: (matching = () => true) =>
      new Promise((resolve) => {
        const here = all.find(matching)
        if (here !== undefined) return resolve(here)
        const look = (entry: T) => {
          if (!matching(entry)) return
          waiting.delete(look)
          resolve(entry)
        }
        waiting.add(look)
      }),
  }
}
