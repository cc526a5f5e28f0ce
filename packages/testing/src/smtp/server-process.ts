/** The script of the server's own process. It does what its parent orders, reports what happens, and ends with it. */
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { SMTPServer, type SMTPServerOptions, type SMTPServerSession } from 'smtp-server'
import type { SmtpBehaviour, SmtpEvent } from './behaviour.ts'
import { createWire, type Wire } from './wire.ts'

export interface ServerSettings {
  readonly auth?: { readonly user: string; readonly pass: string }
  readonly tls?: { readonly mode: 'starttls' | 'implicit'; readonly key?: string; readonly cert?: string }
  readonly behaviour: SmtpBehaviour
  readonly millisecondsPerByte: number
}

/** What the parent may want. Everything but `kept` is answered by `done`. */
export type Order =
  | { readonly order: 'open'; readonly settings: ServerSettings }
  | { readonly order: 'behave'; readonly behaviour: SmtpBehaviour }
  | { readonly order: 'stop' }
  | { readonly order: 'restart' }
  /** The mail of this number is in the parent's hands: now the client may hear of it. */
  | { readonly order: 'kept'; readonly mail: number }

export interface Envelope {
  readonly from: string
  readonly to: readonly string[]
}

export type Report =
  | { readonly report: 'done'; readonly port?: number; readonly problem?: string }
  | { readonly report: 'event'; readonly event: SmtpEvent }
  | { readonly report: 'mail'; readonly mail: number; readonly envelope: Envelope; readonly raw: Uint8Array }

const tell = (report: Report) => void process.send?.(report)
const happened = (event: SmtpEvent) => tell({ report: 'event', event })

const unkept = new Map<number, () => void>()
let mails = 0
let behaviour: SmtpBehaviour = 'accept'
let wire: Wire | undefined
let port = 0

async function open(settings: ServerSettings): Promise<void> {
  behaviour = settings.behaviour
  const smtp = new SMTPServer(smtpOptions(settings))
  // A client that breaks off is nothing unusual here.
  smtp.on('error', () => undefined)
  await once(smtp.listen(0, '127.0.0.1'), 'listening')
  const inner = (smtp.server.address() as AddressInfo).port
  wire = createWire({ ...settings, inner, report: happened })
  port = await wire.listen()
}

function smtpOptions({ auth, tls }: ServerSettings): SMTPServerOptions {
  return {
    name: 'mail.test',
    logger: false,
    disableReverseLookup: true,
    // Slow is not idle.
    socketTimeout: 3_600_000,
    secure: tls?.mode === 'implicit',
    ...(tls?.key && tls.cert ? { key: tls.key, cert: tls.cert } : {}),
    allowInsecureAuth: !tls,
    authOptional: !auth,
    disabledCommands: [...(auth ? [] : ['AUTH']), ...(tls?.mode === 'starttls' ? [] : ['STARTTLS'])],
    onAuth({ username, password }, _session, done) {
      if (username === auth?.user && password === auth?.pass) done(null, { user: username })
      else done(smtpError(535, '5.7.8 Authentication credentials invalid'))
    },
    onMailFrom(_address, { secure }, done) {
      // RFC 3207 4: a server that requires TLS says so.
      done(tls && !secure ? smtpError(530, '5.7.0 Must issue a STARTTLS command first') : null)
    },
    onRcptTo(_address, _session, done) {
      if (behaviour !== 'refuse' && behaviour !== 'defer') return done()
      happened(behaviour === 'refuse' ? 'refused' : 'deferred')
      done(
        behaviour === 'refuse' ? smtpError(550, '5.1.1 No such mailbox') : smtpError(451, '4.7.1 Try later'),
      )
    },
    onData(stream, session, reply) {
      if (behaviour === 'drop') return void stream.once('data', () => drop(session)).resume()
      buffer(stream)
        .then((raw) => keep(raw, session))
        .then(
          () => (behaviour === 'drop-after-accept' ? drop(session) : reply(null, 'Kept')),
          (cause: unknown) => reply(new Error('The mail was lost', { cause })),
        )
    },
  }
}

function smtpError(responseCode: number, message: string): Error {
  return Object.assign(new Error(message), { responseCode })
}

function drop({ remotePort }: SMTPServerSession): void {
  happened('dropped')
  wire?.cut(remotePort)
}

/** Hands the mail to the parent. A client that heard 250 must find it there, so wait until it has it. */
async function keep(raw: Uint8Array, { envelope }: SMTPServerSession): Promise<void> {
  const mail = ++mails
  const from = envelope.mailFrom ? envelope.mailFrom.address : ''
  const to = envelope.rcptTo.map(({ address }) => address)
  await new Promise<void>((resolve) => {
    unkept.set(mail, resolve)
    tell({ report: 'mail', mail, envelope: { from, to }, raw })
  })
  happened('accepted')
}

async function obey(order: Exclude<Order, { readonly order: 'kept' }>): Promise<void> {
  switch (order.order) {
    case 'open':
      return open(order.settings)
    case 'behave':
      behaviour = order.behaviour
      return wire?.behave(behaviour)
    case 'stop':
      return wire?.stop()
    case 'restart':
      await wire?.listen(port)
  }
}

process.on('message', (order: Order) => {
  if (order.order === 'kept') {
    unkept.get(order.mail)?.()
    unkept.delete(order.mail)
    return
  }
  obey(order).then(
    () => tell({ report: 'done', port }),
    (cause: unknown) => tell({ report: 'done', problem: String(cause) }),
  )
})
// The parent is gone, or wants this to be over.
process.on('disconnect', () => process.exit())
