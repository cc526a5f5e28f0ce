import type { ExecutionResult } from 'graphql'
import { isAsyncIterable, mapAsyncIterator, type Plugin } from 'graphql-yoga'
import type { Log } from '../log.ts'
import { clientError } from './client-errors.ts'
import type { EdgeMetrics } from './edge-metrics.ts'
import { limitOf } from './limits.ts'
import { type ServerContext, stateOf } from './request-state.ts'

/** Leads every error of every result through the one gate, as the last thing before it is written, and counts refusals. */
export function useClientErrors(log: Log, metrics: EdgeMetrics): Plugin<object, ServerContext> {
  return {
    onResultProcess({ request, result, setResult, serverContext }) {
      const { requestId } = stateOf(request, serverContext)
      const cleaned = <Result extends ExecutionResult>(one: Result): Result => {
        if (!one.errors) return one
        const errors = one.errors.map((error) => clientError(error, requestId, log))
        for (const limit of new Set(errors.flatMap((error) => limitOf(error) ?? []))) metrics.refused(limit)
        if (errors.some(({ extensions }) => extensions.code === 'OVERLOADED')) metrics.overloaded()
        return { ...one, errors }
      }
      if (Array.isArray(result)) setResult(result.map(cleaned))
      else if (isAsyncIterable(result)) setResult(mapAsyncIterator(result, cleaned))
      else setResult(cleaned(result))
    },
  }
}
