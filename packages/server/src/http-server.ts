import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'

/** How long a client may take to send a whole request. */
const REQUEST_TIMEOUT_MS = 30_000
/** Longer than proxies keep an idle connection (60 s): else they send a request just when we hang up. */
const KEEP_ALIVE_MS = 65_000

export interface HttpServer {
  readonly port: number
  /** Stops accepting, waits for what is under way, at most `drainMs`, then cuts the rest off. */
  close(drainMs: number): Promise<void>
}

/** Opens the socket. The only place that does. */
export async function listen(
  listener: RequestListener,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<HttpServer> {
  const server = createServer(
    { requestTimeout: REQUEST_TIMEOUT_MS, keepAliveTimeout: KEEP_ALIVE_MS },
    listener,
  )
  let closing = false
  // A connection that is kept alive would hold the close up after its last answer.
  server.on('request', (_request, response) => {
    response.once('close', () => closing && server.closeIdleConnections())
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })
  return {
    port: (server.address() as AddressInfo).port,
    close(drainMs) {
      closing = true
      return new Promise((resolve, reject) => {
        const cutOff = setTimeout(() => server.closeAllConnections(), drainMs)
        server.close((error) => {
          clearTimeout(cutOff)
          if (error) reject(error)
          else resolve()
        })
        server.closeIdleConnections()
      })
    },
  }
}
