import type { ExecutionResult } from 'graphql'
import { isAsyncIterable, mapAsyncIterator, type Plugin } from 'graphql-yoga'
import type { Log } from '../log.ts'
import { clientError } from './client-errors.ts'
import { type ServerContext, stateOf } from './request-state.ts'

/** Leads every error of every result through the one gate, as the last thing before it is written. */
export function useClientErrors(log: Log): Plugin<object, ServerContext> {
  return {
    onResultProcess({ request, result, setResult, serverContext }) {
      const { requestId } = stateOf(request, serverContext)
      const cleaned = <Result extends ExecutionResult>(one: Result): Result =>
        one.errors ? { ...one, errors: one.errors.map((error) => clientError(error, requestId, log)) } : one
      if (Array.isArray(result)) setResult(result.map(cleaned))
      else if (isAsyncIterable(result)) setResult(mapAsyncIterator(result, cleaned))
      else setResult(cleaned(result))
    },
  }
}
