import { GraphQLError } from 'graphql'

type Result = { readonly data?: unknown; readonly errors?: readonly Error[] }

const MEDIA_TYPE = 'text/event-stream'

/**
 * Whether a client can read a stream: it has to say so itself. The `*` that most clients send would bring a stream to one
 * that waits for its end.
 */
export function acceptsEventStream(headers: Headers): boolean {
  const types = (headers.get('accept') ?? '')
    .split(',')
    .map((type) => type.split(';')[0]?.trim().toLowerCase())
  return types.includes(MEDIA_TYPE)
}

/** True for an answer that is written while it happens. */
export function isEventStream(headers: Pick<Headers, 'get'>): boolean {
  return headers.get('content-type')?.startsWith(MEDIA_TYPE) ?? false
}

/**
 * The results of a subscription until `signal` aborts or the client goes. A generator that waits for its next event would
 * hold both up: it hears of `return()` only when it next yields, so `over` is called first and nobody waits for it. What it
 * throws is its last result, and leaves through the gate for errors like every other.
 */
export function streamUntil(
  signal: AbortSignal,
  source: AsyncIterable<unknown>,
  over: () => void,
): AsyncIterableIterator<Result> {
  const iterator = (source as AsyncIterable<Result>)[Symbol.asyncIterator]()
  const done = { done: true, value: undefined } as const
  const aborted = new Promise<typeof done>((resolve) => {
    signal.addEventListener('abort', () => resolve(done), { once: true })
  })
  const end = async () => {
    over()
    void iterator.return?.().catch(() => {})
    return done
  }
  return {
    [Symbol.asyncIterator]() {
      return this
    },
    async next() {
      if (signal.aborted) return end()
      try {
        const event = await Promise.race([iterator.next(), aborted])
        return event.done ? await end() : event
      } catch (error) {
        over()
        return { done: false, value: { errors: [asGraphQLError(error)] } }
      }
    },
    return: end,
  }
}

function asGraphQLError(error: unknown): GraphQLError {
  if (error instanceof GraphQLError) return error
  const originalError = error instanceof Error ? error : new Error(`thrown: ${typeof error}`)
  return new GraphQLError(originalError.message, { originalError })
}
