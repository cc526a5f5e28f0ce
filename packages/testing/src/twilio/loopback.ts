import { createServer, type RequestListener } from 'node:http'

export interface LoopbackServer {
  readonly baseUrl: string
  /** Also ends the requests that are still waiting. May be called twice. */
  close(): Promise<void>
}

/** An HTTP server on a free port of 127.0.0.1, for nobody but this machine. */
export async function listenOnLoopback(listener: RequestListener): Promise<LoopbackServer> {
  const server = createServer(listener)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve)
  })
  const address = server.address()
  if (!address || typeof address === 'string') throw new Error('The server has no port.')
  return {
    baseUrl: `http://127.0.0.1:${address.port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
