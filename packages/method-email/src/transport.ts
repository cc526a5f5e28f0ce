import { createTransport } from 'nodemailer'
import DKIM from 'nodemailer/lib/dkim'
import type { SmtpOptions } from './smtp-options.ts'

/** What nodemailer is given of one mail. */
interface Mail {
  readonly to: string
  readonly messageId: string
  readonly subject: string
  readonly text: string
  readonly html: string
  readonly headers: Readonly<Record<string, string>>
  readonly signal: AbortSignal
}

/** A pool of connections to the mail server. */
export interface Transport {
  /** @throws what nodemailer throws */
  send(mail: Mail): Promise<{ readonly messageId: string }>
  /** Whether a byte of the mail that was sent with this signal has left for the server. */
  hasBegun(signal: AbortSignal): boolean
  close(): void
}

/** Mail comes in bursts: connections that have nothing to do go away soon. */
const IDLE_MS = 5_000

/** Makes the pool; it connects with the first mail. */
export function createPool(smtp: SmtpOptions): Transport {
  const { host, port, secure, requireTls, user, password, from, replyTo, pool, tls, timeouts, name } = smtp
  const transport = createTransport({
    pool: true,
    host,
    port,
    secure,
    // A server on this machine may offer STARTTLS with a certificate that nobody issued: then it goes without.
    ...(requireTls ? { requireTLS: true } : { opportunisticTLS: false, ignoreTLS: true }),
    ...(user !== undefined && password ? { auth: { user, pass: password.reveal() } } : {}),
    tls: { minVersion: 'TLSv1.2', rejectUnauthorized: true, ...tls },
    maxConnections: pool.connections,
    maxMessages: pool.messages,
    // Sending anew is core's: it knows what may be sent twice (H22).
    maxRequeues: 0,
    idleTimeout: IDLE_MS,
    connectionTimeout: timeouts.connectMs,
    greetingTimeout: timeouts.greetingMs,
    socketTimeout: timeouts.socketMs,
    ...(name === undefined ? {} : { name }),
    // Nothing in a mail may make it read files or fetch addresses; and no log gets to see codes (H10).
    disableFileAccess: true,
    disableUrlAccess: true,
    logger: false,
    debug: false,
  })

  const streams = new WeakMap<AbortSignal, { readonly readableDidRead: boolean }>()
  const dkim = smtp.dkim && createSigner(smtp.dkim)
  // The one who reads what comes out last is the connection, once the server has said 354. So it has to be the last.
  transport.use('stream', ({ message, data }, done) => {
    if (dkim) message.processFunc((input) => dkim.sign(input))
    message.processFunc((input) => {
      if (data.signal) streams.set(data.signal, input)
      return input
    })
    done()
  })

  return {
    send: ({ to, ...mail }) =>
      transport.sendMail({
        ...mail,
        from: { name: from.name, address: from.address },
        ...(replyTo ? { replyTo: { name: replyTo.name, address: replyTo.address } } : {}),
        to: { name: '', address: to },
        envelope: { from: from.address, to: [to] },
      }),
    hasBegun: (signal) => streams.get(signal)?.readableDidRead ?? false,
    close: () => transport.close(),
  }
}

function createSigner({ domain, selector, privateKey }: NonNullable<SmtpOptions['dkim']>): DKIM {
  return new DKIM({ domainName: domain, keySelector: selector, privateKey: privateKey.reveal() })
}
