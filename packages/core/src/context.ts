import type { Secret } from './crypto/secret.ts'
import type { Host } from './host.ts'
import { type ActiveSession, loadSession } from './session/load.ts'

/** `BEARER`: the client keeps the token and sends it as a header. `COOKIE`: the browser keeps it, out of scripts' reach. */
export type TokenTransport = 'BEARER' | 'COOKIE'

/** What the edge knows of a request. */
export interface RequestInfo {
  /** Names this request in errors, logs and audit. */
  readonly requestId: string
  /** The session token the client sent, from header or cookie. */
  readonly token?: string
  /** The token of a remembered device, where the browser keeps one in a cookie. */
  readonly deviceToken?: Secret
  /** Where the request came from, as far as trusted proxies say. */
  readonly clientAddress: string
  /** What the client calls itself; shown in the list of sessions. */
  readonly client?: string
  /** Locales the person prefers, best first. */
  readonly locales: readonly string[]
  /** How the token came; `BEARER` where there is none. Decides where a new one goes. */
  readonly transport: TokenTransport
  /** Aborts when nobody waits for the answer any more: what watches for changes ends then. */
  readonly signal?: AbortSignal
  /** Called whenever the session gets a new token, and with `undefined` when it ended. */
  readonly onToken?: (token: string | undefined, transport: TokenTransport) => void
  /** Called with the token of a device that is remembered from now on, for so many seconds. */
  readonly onDeviceToken?: (token: string, transport: TokenTransport, seconds: number) => void
}

/** The GraphQL context: the request, the host, and the session, looked up once at most. */
export interface RequestContext {
  readonly host: Host
  readonly request: RequestInfo
  session(): Promise<ActiveSession | undefined>
  /** Puts a changed session in the place of the one that was looked up. */
  replaceSession(session: ActiveSession | undefined): void
}

/** A context for one request. The session is looked up when first asked for, and once. */
export function createContext(host: Host, request: RequestInfo): RequestContext {
  let session: Promise<ActiveSession | undefined> | undefined
  return {
    host,
    request,
    session: () =>
      (session ??= request.token ? loadSession(host, request.token) : Promise.resolve(undefined)),
    replaceSession: (next) => {
      session = Promise.resolve(next)
    },
  }
}
