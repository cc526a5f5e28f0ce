import type { Database, SecurityInfo } from '@security-info/core'
import type { Gateway } from './gateway.ts'
import { lastResort } from './last-resort.ts'
import type { Log } from './log.ts'

/** How long requests that are under way may take after a signal to stop. */
const DRAIN_MS = 10_000

export interface Serving {
  readonly gateway: Gateway
  readonly securityInfo: Pick<SecurityInfo, 'stop'>
  readonly database: Pick<Database, 'close'>
  readonly host: string
  readonly port: number
  readonly log: Log
  /** Called once requests are answered. */
  onListening?(): void
}

/**
 * Serves until SIGTERM or SIGINT, or until an exception that nobody caught, then stops in order: open streams, nothing new, what is
 * under way, background work, database. `process.exitCode` is 1 after an exception. A second signal ends at once.
 */
export async function serveUntilStopped(serving: Serving): Promise<void> {
  const { gateway, securityInfo, database, log } = serving
  const { broken } = lastResort(log)
  const server = await gateway.listen({ host: serving.host, port: serving.port })
  serving.onListening?.()
  await Promise.race([firstSignal(), broken])
  log({ level: 'info', message: 'Stopping: finishing what is under way ...' })
  gateway.drain()
  await server.close(DRAIN_MS)
  await securityInfo.stop()
  await database.close()
  log({ level: 'info', message: 'Stopped.' })
}

function firstSignal(): Promise<void> {
  return new Promise((resolve) => {
    const stop = () => {
      for (const signal of ['SIGTERM', 'SIGINT'] as const) {
        process.off(signal, stop)
        process.once(signal, () => process.exit(130))
      }
      resolve()
    }
    process.on('SIGTERM', stop)
    process.on('SIGINT', stop)
  })
}
