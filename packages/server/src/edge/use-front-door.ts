import type { Plugin } from 'graphql-yoga'
import type { FrontDoor } from './front-door.ts'
import { completeHeaders } from './headers.ts'
import { type ServerContext, stateOf } from './request-state.ts'

/** Every request to yoga comes in here, whatever it asks: guards, then its route or GraphQL, and the headers of the answer. */
export function useFrontDoor(door: FrontDoor): Plugin<object, ServerContext> {
  const { address, trust } = door
  return {
    async onRequest({ request, serverContext, requestHandler, setRequestHandler, endResponse }) {
      const state = stateOf(request, serverContext, trust)
      const response = await door.answer(request, state)
      if (response) endResponse(response)
      // The adapter would answer what slips through GraphQL's own gate with a stack trace.
      setRequestHandler(async (...args) => {
        try {
          return await requestHandler(...args)
        } catch (error) {
          return door.failed(error, state)
        }
      })
    },
    onResponse({ request, response, serverContext, setResponse }) {
      const state = stateOf(request, serverContext)
      try {
        completeHeaders(response.headers, state, address)
      } catch {
        // `Response.redirect()` and answers of `fetch` have headers that can't be changed.
        const headers = new Headers([...response.headers])
        completeHeaders(headers, state, address)
        setResponse(new Response(response.body, { status: response.status, headers }))
      }
    },
  }
}
