import { createArrivals } from '../arrivals.ts'
import type { SmtpBehaviour, SmtpEvent } from './behaviour.ts'
import { startChild } from './child.ts'
import { type Mail, parseMail } from './mail.ts'
import type { ServerSettings } from './server-process.ts'

export type { SmtpBehaviour, SmtpEvent } from './behaviour.ts'
export type { Mail } from './mail.ts'

export interface SmtpServerOptions {
  /** Who may send; without it nobody has to sign in. Asked for in the clear only where there is no `tls`. */
  readonly auth?: ServerSettings['auth']
  /** Demands TLS, with a self-signed certificate for localhost where no other is given in PEM. */
  readonly tls?: ServerSettings['tls']
  /** `accept` where nothing else is said. */
  readonly behaviour?: SmtpBehaviour
  /** How slow `slow` is: 1,000 where nothing else is said. */
  readonly millisecondsPerByte?: number
}

/** An SMTP server in a process of its own, on 127.0.0.1. */
export interface SmtpServer {
  readonly host: string
  readonly port: number
  readonly pid: number
  /** Everything that was kept, in order. A client that heard 250 finds its mail here. */
  readonly mails: readonly Mail[]
  readonly events: readonly SmtpEvent[]
  /** The first mail that matches, of those that are here and those to come. */
  mail(matching?: (mail: Mail) => boolean): Promise<Mail>
  /** Waits until something has happened so many times since the start. */
  happened(event: SmtpEvent, times?: number): Promise<void>
  /** From now on, also on the connections that are open. */
  setBehaviour(behaviour: SmtpBehaviour): Promise<void>
  /** Closes all connections and refuses new ones, as if nobody were there. */
  stop(): Promise<void>
  /** Listens again, on the same port. @throws where somebody else has taken it */
  restart(): Promise<void>
  /** Ends the process. May be called twice. */
  close(): Promise<void>
}

/**
 * Starts the server, in about 0.3 s. It ends with this process, if nobody closes it.
 *
 * @throws where key and certificate are none
 */
export async function startSmtpServer(options: SmtpServerOptions = {}): Promise<SmtpServer> {
  const { auth, tls, behaviour = 'accept', millisecondsPerByte = 1000 } = options
  const mails = createArrivals<Mail>()
  const events = createArrivals<SmtpEvent>()
  const child = startChild((report) => {
    if (report.report === 'event') return events.add(report.event)
    void parseMail(report.raw, report.envelope).then((mail) => {
      mails.add(mail)
      child.send({ order: 'kept', mail: report.mail })
    })
  })
  const settings = { ...(auth ? { auth } : {}), ...(tls ? { tls } : {}), behaviour, millisecondsPerByte }
  const port = await child.order({ order: 'open', settings }).catch(async (cause: unknown) => {
    await child.close()
    throw cause
  })
  return {
    host: '127.0.0.1',
    port,
    pid: child.pid,
    mails: mails.all,
    events: events.all,
    mail: mails.first,
    async happened(event, times = 1) {
      let seen = 0
      await events.first((other) => other === event && ++seen >= times)
    },
    setBehaviour: async (next) => void (await child.order({ order: 'behave', behaviour: next })),
    stop: async () => void (await child.order({ order: 'stop' })),
    restart: async () => void (await child.order({ order: 'restart' })),
    close: child.close,
  }
}
