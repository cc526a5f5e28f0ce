import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import type { SmtpBehaviour, SmtpEvent } from './behaviour.ts'
import { createValve, type Opening, type Valve } from './valve.ts'

export interface WireOptions {
  /** The port that the SMTP server itself listens on. */
  readonly inner: number
  readonly behaviour: SmtpBehaviour
  readonly millisecondsPerByte: number
  report(event: SmtpEvent): void
}

/** The port that clients see, in front of the SMTP server: what goes wrong on the way goes wrong here. */
export interface Wire {
  /** On this port, or on a free one; gives back which. @throws where somebody else has it */
  listen(port?: number): Promise<number>
  behave(behaviour: SmtpBehaviour): void
  /** Closes the connection that the server sees coming from this port. */
  cut(innerPort: number): void
  /** Refuses new connections and closes those that are open. */
  stop(): Promise<void>
}

interface Line {
  readonly valve: Valve
  cut(): void
}

/**
 * Passes bytes on without reading them, so that it does not matter whether they are encrypted.
 * The SMTP server knows nothing of it, and stays a real one.
 */
export function createWire({ inner, behaviour, millisecondsPerByte, report }: WireOptions): Wire {
  let opening = openingFor(behaviour)
  const lines = new Map<Socket, Line>()

  const take = (client: Socket) => {
    report('connected')
    const server = connect(inner, '127.0.0.1')
    const valve = createValve(opening, millisecondsPerByte, {
      write: (bytes) => void client.write(bytes),
      end: () => void client.end(),
      held: () => report('held'),
    })
    const cut = () => {
      lines.delete(server)
      client.destroy()
      server.destroy()
    }
    lines.set(server, { valve, cut })
    // Whichever side goes, however it goes, the other one follows; but what was answered before still arrives.
    server.on('data', valve.write).on('end', valve.end).on('error', cut)
    client.on('close', cut).on('error', cut)
    client.pipe(server)
  }

  let outer: Server | undefined
  return {
    async listen(port = 0) {
      outer = createServer(take).listen(port, '127.0.0.1')
      await once(outer, 'listening')
      return (outer.address() as AddressInfo).port
    },
    behave(next) {
      opening = openingFor(next)
      for (const { valve } of lines.values()) valve.set(opening)
    },
    cut(innerPort) {
      for (const [server, line] of lines) if (server.localPort === innerPort) line.cut()
    },
    async stop() {
      if (!outer?.listening) return
      const closed = once(outer, 'close')
      outer.close()
      for (const line of lines.values()) line.cut()
      await closed
    },
  }
}

function openingFor(behaviour: SmtpBehaviour): Opening {
  if (behaviour === 'hang') return 'shut'
  return behaviour === 'slow' ? 'drip' : 'open'
}
