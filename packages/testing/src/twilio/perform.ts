import { type ServerResponse, STATUS_CODES } from 'node:http'
import type { Behaviour } from './behaviour.ts'
import { type Refusal, refusal, refusalOf } from './refusal.ts'
import type { Reply } from './take.ts'

/** What can become of a request; each leaves a trace in the log. */
export interface Outcomes {
  take(): Reply
  refuse(refused: Refusal): Reply
  /** Nothing came of it, and nobody was told. */
  ignore(): void
}

/** Does with a request what was asked for. */
export async function perform(
  behaviour: Behaviour,
  response: ServerResponse,
  { take, refuse, ignore }: Outcomes,
): Promise<void> {
  switch (behaviour.does) {
    case 'answer':
      return reply(response, take())
    case 'refuse':
      return reply(
        response,
        refuse(refusalOf(behaviour.code, behaviour.message ?? 'Refused', behaviour.status)),
      )
    case 'throttle':
      if (behaviour.retryAfterSeconds !== undefined)
        response.setHeader('retry-after', behaviour.retryAfterSeconds)
      return reply(response, refuse(refusal(20429)))
    case 'fail': {
      const failure = failureOf(behaviour.status ?? 500)
      if (behaviour.accept) take()
      else refuse(failure)
      return fail(response, failure)
    }
    case 'hang':
      // The caller's going, or close(), ends the connection.
      return behaviour.accept ? void take() : ignore()
    case 'drop':
      if (behaviour.accept) take()
      else ignore()
      return void response.destroy()
    case 'late': {
      const late = take()
      await Promise.allSettled([behaviour.until])
      return reply(response, late)
    }
  }
}

export function reply(response: ServerResponse, { status, body }: Reply): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

/** Codes of the API's own failures are 20,000 and the status. */
function failureOf(status: number): Refusal {
  return refusalOf(20_000 + status, STATUS_CODES[status] ?? 'Failure', status)
}

/** A gateway in front of the API knows nothing of JSON, and its pages have to be survived as well. */
function fail(response: ServerResponse, failure: Refusal): void {
  const { status, message } = failure
  const isGateway = status === 502 || status === 504
  const body = isGateway ? `<html><h1>${status} ${message}</h1></html>` : JSON.stringify(failure)
  response.writeHead(status, { 'content-type': isGateway ? 'text/html' : 'application/json' }).end(body)
}
