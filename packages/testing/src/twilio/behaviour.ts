import type { ResourceName } from './ledger.ts'

/**
 * What happens to one request, after its credentials were found right. `accept` says whether the message or call is
 * taken all the same: then it is in the log, and the caller can't know.
 */
export type Behaviour =
  /** Answers as the API does. */
  | { readonly does: 'answer' }
  /** 429, code 20429: was not processed. */
  | { readonly does: 'throttle'; readonly retryAfterSeconds?: number }
  /** An error of the API's that the fake can't find itself, such as 21612. */
  | { readonly does: 'refuse'; readonly code: number; readonly message?: string; readonly status?: number }
  /** 500 (the default) or another status; 502 and 504 come with a page, as a load balancer would send them. */
  | { readonly does: 'fail'; readonly status?: number; readonly accept?: boolean }
  /** No answer, until the caller goes or the fake is closed. */
  | { readonly does: 'hang'; readonly accept?: boolean }
  /** Closes the connection without an answer. */
  | { readonly does: 'drop'; readonly accept?: boolean }
  /** Takes it at once, and answers when `until` has settled. */
  | { readonly does: 'late'; readonly until: PromiseLike<unknown> }

/** A request of somebody with the right credentials. */
export interface TwilioRequest {
  readonly resource: ResourceName
  readonly parameters: URLSearchParams
  /** 1 for the first. */
  readonly number: number
}

/** Chooses for each request; nothing, where it should be answered as usual. */
export type Rule = (request: TwilioRequest) => Behaviour | undefined

export interface Behaviours {
  /** For the next requests, one each, before any rule is asked. */
  next(...behaviours: readonly Behaviour[]): void
  /** For all others, until another rule comes; without one, all are answered as usual. */
  behave(rule?: Rule): void
  of(request: Omit<TwilioRequest, 'number'>): Behaviour
}

export function createBehaviours(): Behaviours {
  const queue: Behaviour[] = []
  let current: Rule | undefined
  let requests = 0
  return {
    next: (...behaviours) => void queue.push(...behaviours),
    behave(rule) {
      current = rule
    },
    of(request) {
      requests += 1
      return queue.shift() ?? current?.({ ...request, number: requests }) ?? { does: 'answer' }
    },
  }
}
