import { Secret } from '@security-info/core'
import sign from 'nodemailer/lib/dkim/sign'
import { z } from 'zod'
import { canonicalDomain } from './domain.ts'
import { mailbox } from './mailbox.ts'

const secret = z
  .union([z.string().min(1), z.instanceof(Secret)], 'it is no secret: expected a text that is not empty')
  .transform((value) => (typeof value === 'string' ? new Secret(value) : value))
const host = z.string().regex(/^[A-Za-z0-9._:-]{1,253}$/, 'it is no host name or IP address')
const milliseconds = (most: number, standard: number) => z.int().min(1).max(most).default(standard)
const CERTIFICATE = /^\s*-----BEGIN CERTIFICATE-----/

const dkim = z.strictObject({
  /** The domain that vouches for the mail: that of `from`, or one above it. */
  domain: z.string().refine((text) => canonicalDomain(text) !== undefined, 'it is no domain'),
  selector: z.string().regex(/^[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*$/, 'it is no selector (RFC 6376 3.1)'),
  /** RSA, in PEM. */
  privateKey: secret.refine(isRsaKey, 'it is no RSA private key in PEM that could sign'),
})

/** How to reach the mail server that takes our mail. */
export const smtp = z
  .strictObject({
    host,
    /** 465 where `secure` is on, else 587. */
    port: z.int().min(1).max(65_535).optional(),
    /** TLS from the first byte (port 465). Off: STARTTLS (port 587). */
    secure: z.boolean().default(false),
    /** Whether to send nothing without STARTTLS. On, unless the server is on this very machine. */
    requireTls: z.boolean().optional(),
    user: z.string().min(1).optional(),
    password: secret.optional(),
    /** `Name <address>`: what people see as the sender. Bounces go there as well. */
    from: mailbox,
    replyTo: mailbox.optional(),
    /** Connections at once, and how many mails each carries before it is made anew. */
    pool: z
      .strictObject({
        connections: z.int().min(1).max(32).default(5),
        messages: z.int().min(1).max(10_000).default(100),
      })
      .prefault({}),
    tls: z
      .strictObject({
        /** Certificates in PEM that are trusted instead of the well-known ones. */
        ca: z.string().regex(CERTIFICATE, 'it is no certificate in PEM').optional(),
        /** The name that the server's certificate has to carry, where it isn't `host`. */
        servername: host.optional(),
      })
      .prefault({}),
    dkim: dkim.optional(),
    /** Milliseconds. `total` is for one mail, waiting for a free connection included; core gives up after 15 s. */
    timeouts: z
      .strictObject({
        connectMs: milliseconds(14_000, 5_000),
        greetingMs: milliseconds(14_000, 5_000),
        socketMs: milliseconds(14_000, 10_000),
        totalMs: milliseconds(14_000, 12_000),
      })
      .prefault({}),
    /** What we call ourselves in EHLO; the machine's name where it is left out. */
    name: host.optional(),
  })
  .transform((given) => ({
    ...given,
    port: given.port ?? (given.secure ? 465 : 587),
    requireTls: given.requireTls ?? !isLoopback(given.host),
  }))
  .superRefine(({ host: to, secure, requireTls, user, password }, context) => {
    const fault = (option: string, message: string) =>
      context.addIssue({ code: 'custom', path: [option], message })
    if (user !== undefined && password === undefined) fault('password', 'it is missing, but there is a user')
    if (password !== undefined && user === undefined) fault('user', 'it is missing, but there is a password')
    if (password !== undefined && !secure && !requireTls && !isLoopback(to)) {
      fault('requireTls', 'it is off, and the password would go over the network in the clear')
    }
  })

export type SmtpOptions = z.output<typeof smtp>

/** Whether a host is this very machine, so that nothing is on the way that could listen. */
function isLoopback(name: string): boolean {
  return /^(localhost|::1|127(\.\d{1,3}){3})$/i.test(name)
}

/** nodemailer leaves mail unsigned where the key can't sign, and tells nobody: so it is tried now. */
function isRsaKey(key: Secret): boolean {
  const header = [{ key: 'from', line: 'From: a@example.org' }]
  const by = { domainName: 'example.org', keySelector: 'a', privateKey: key.reveal() }
  return sign(header, 'sha256', '', by) !== false
}
