import type { TestGateway } from '@security-info/testing'
import { type ExecutionResult, type GraphQLError, parse, subscribe } from 'graphql'

export interface Live<T> {
  /** Why it did not begin; empty where it did. */
  readonly errors: readonly GraphQLError[]
  /** The next event's root field, or `undefined` once the stream has ended. */
  next(): Promise<T | undefined>
  /** The client goes away. */
  close(): Promise<void>
}

const isStream = (value: unknown): value is AsyncGenerator<ExecutionResult> =>
  typeof value === 'object' && value !== null && Symbol.asyncIterator in value

/** Subscribes as a client with this token does. The session is looked up anew for each subscription. */
export async function live<T>(
  { securityInfo }: Pick<TestGateway, 'securityInfo'>,
  token: string | undefined,
  document: string,
  variables: Readonly<Record<string, unknown>> = {},
): Promise<Live<T>> {
  const stream = await subscribe({
    schema: securityInfo.schema,
    document: parse(document),
    variableValues: variables,
    contextValue: securityInfo.context({
      requestId: 'live',
      clientAddress: '127.0.0.1',
      locales: ['en'],
      transport: 'BEARER',
      ...(token === undefined ? {} : { token }),
    }),
  })
  if (!isStream(stream)) {
    return { errors: stream.errors ?? [], next: async () => undefined, close: async () => undefined }
  }
  return {
    errors: [],
    async next() {
      const { done, value } = (await stream.next()) as IteratorResult<ExecutionResult, undefined>
      if (done) return undefined
      if (value?.errors) throw value.errors[0]
      return Object.values(value?.data ?? {})[0] as T
    },
    async close() {
      await stream.return?.(undefined)
    },
  }
}
