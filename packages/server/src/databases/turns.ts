import { overloaded } from '@security-info/core'
import { GraphQLError } from 'graphql'

/** Work that needs a connection, as many at a time as there are connections. */
export interface Turns {
  /** Begins the work when its turn comes. @throws OVERLOADED where it has not come in time: then nothing was begun */
  take<T>(work: () => Promise<T>): Promise<T>
}

/**
 * The driver's own queue has no end and no way out: whoever stands in it waits until somebody else is done, however long that takes,
 * and a statement that was handed to a connection can't be taken back. So the wait is here, and the driver's queue stays empty (M5).
 */
export function createTurns(atOnce: number, patienceMs: number): Turns {
  const waiting = new Set<() => void>()
  let running = 0
  const turn = () =>
    new Promise<void>((resolve, reject) => {
      const begin = () => {
        clearTimeout(timer)
        waiting.delete(begin)
        resolve()
      }
      const timer = setTimeout(() => {
        waiting.delete(begin)
        reject(noConnection())
      }, patienceMs)
      waiting.add(begin)
    })
  return {
    async take(work) {
      if (running < atOnce) running++
      else await turn()
      try {
        return await work()
      } finally {
        const [next] = waiting
        // Whoever is next takes over this place.
        if (next) next()
        else running--
      }
    },
  }
}

/**
 * Nobody's fault but ours, so 503 and not 429; also for clients that GraphQL over HTTP would answer with 200. Other statements of the
 * request may have been run, so it does not say that nothing was.
 */
function noConnection(): GraphQLError {
  const http = { status: 503, headers: { 'retry-after': '2' } }
  const message = 'The gateway is busier than it can be at the moment. Try again in a moment.'
  return new GraphQLError(message, { extensions: { ...overloaded().extensions, http } })
}
