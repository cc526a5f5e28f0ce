import type { RequestContext, RequestInfo } from '@security-info/core'
import { type ExecutionArgs, type GraphQLError, type GraphQLSchema, getOperationAST } from 'graphql'
import { createGraphQLError, isAsyncIterable, type Plugin } from 'graphql-yoga'
import { badInput } from './client-errors.ts'
import { costFault } from './cost.ts'
import type { EdgeMetrics } from './edge-metrics.ts'
import { acceptsEventStream, streamUntil } from './event-stream.ts'
import type { Limits } from './limits.ts'
import type { PublicAddress } from './public-address.ts'
import { requestInfo } from './request-info.ts'
import { variableFaults } from './variables.ts'

export interface Execution {
  readonly schema: GraphQLSchema
  readonly address: PublicAddress
  /** See `useDocuments`. */
  readonly open: boolean
  readonly limits: Limits
  readonly metrics: Pick<EdgeMetrics, 'refused'>
  /** Aborts when open streams have to end. */
  readonly ending: AbortSignal
  context(request: RequestInfo): RequestContext
}

/**
 * Runs a checked document: cost and variables first, then with core's context and nothing of yoga's, for a limited time. A
 * subscription is given that time to begin; then it goes on until it, its client or the gateway ends.
 */
export function useExecution(execution: Execution): Plugin {
  const { schema, address, open, limits, metrics, ending } = execution
  const faultsOf = ({ document, operationName, variableValues }: ExecutionArgs): readonly GraphQLError[] => {
    const operation = getOperationAST(document, operationName)
    if (!operation) return []
    const variables = variableValues ?? {}
    const faults = variableFaults(schema, operation, variables, { listing: open, items: limits.items })
    if (faults.length > 0) return faults
    const costly = costFault(schema, document, operation, limits, variables)
    return costly ? [costly] : []
  }
  const inTime = <T>(work: T | Promise<T>) =>
    within(limits.timeoutMs, work, () => metrics.refused('timeoutMs'))
  const requestOf = (args: ExecutionArgs) => (args.contextValue as { request: Request }).request
  const contextOf = (args: ExecutionArgs, signal?: AbortSignal) =>
    execution.context(requestInfo(requestOf(args), address, signal))

  return {
    onExecute({ args, executeFn, setExecuteFn, setResultAndStopExecution }) {
      const faults = faultsOf(args)
      if (faults.length > 0) return setResultAndStopExecution({ errors: faults })
      setExecuteFn((executed) => inTime(executeFn({ ...executed, contextValue: contextOf(args) })))
    },
    onSubscribe({ args, subscribeFn, setSubscribeFn, setResultAndStopExecution }) {
      const faults = acceptsEventStream(requestOf(args).headers) ? faultsOf(args) : [streamRefused()]
      if (faults.length > 0) return setResultAndStopExecution({ errors: faults })
      const gone = new AbortController()
      const signal = AbortSignal.any([gone.signal, ending])
      const over = () => gone.abort()
      const contextValue = contextOf(args, signal)
      setSubscribeFn(async (subscribed) => {
        try {
          const result: unknown = await inTime(subscribeFn({ ...subscribed, contextValue }))
          if (isAsyncIterable(result)) return streamUntil(signal, result, over)
          over()
          return result
        } catch (error) {
          over()
          throw error
        }
      })
    },
  }
}

function streamRefused(): GraphQLError {
  return badInput(
    'A subscription is answered with a stream of server-sent events. Ask for it with the header "Accept: text/event-stream" (GraphQL over SSE, distinct connections), or poll node(id) instead.',
  )
}

async function within<T>(milliseconds: number, work: T | Promise<T>, onLate: () => void): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      onLate()
      const message = `The request took longer than ${milliseconds / 1000} s and is no longer waited for.`
      reject(createGraphQLError(message, { originalError: new Error(message) }))
    }, milliseconds)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
