import { randomBytes, randomUUID } from 'node:crypto'
import {
  createKeyRing,
  createSecurityInfo,
  generateKey,
  type KeyRing,
  type OutgoingMessage,
  type Plugin,
  Secret,
  type SecurityInfo,
  type SecurityInfoOptions,
} from '@security-info/core'
import type { TestDatabase } from '../databases/open.ts'
import { type Client, type ClientOptions, createClient, type Person } from './client.ts'

export interface TestGatewayOptions {
  readonly plugins: readonly Plugin[]
  readonly policy?: unknown
  readonly session?: SecurityInfoOptions['session']
  /** For tests of rotation; all others in a process share one ring, so that gateways can share a database. */
  readonly keyRing?: KeyRing
  readonly securityContacts?: readonly string[]
  /** Gets what an operator would be told. */
  readonly onUnexpected?: SecurityInfoOptions['onUnexpected']
}

/** A message that a channel without a provider would have sent. */
export interface SentMessage
  extends Omit<OutgoingMessage, 'code' | 'text' | 'signal' | 'policy' | 'publicUrl'> {
  readonly channel: string
  readonly code?: string
}

/** A whole gateway without HTTP: schema, database and people. */
export interface TestGateway {
  readonly securityInfo: SecurityInfo
  readonly database: TestDatabase
  /** Makes somebody new, with a password. Notices go to `contactEmail`. */
  person(options?: { readonly contactEmail?: string }): Promise<Person>
  /** Everything that channels without a provider have sent, oldest first. */
  readonly messages: readonly SentMessage[]
  /** Sends what is due and gives what that was, as `messages` has it. */
  deliver(): Promise<readonly SentMessage[]>
  /** A client that has not signed in. */
  client(options?: ClientOptions): Client
}

const sharedRing = createKeyRing(generateKey('test'))

/** Starts a gateway on a test database. Two on one database stand for two processes. */
export async function openTestGateway(
  database: TestDatabase,
  options: TestGatewayOptions,
): Promise<TestGateway> {
  const messages: SentMessage[] = []
  const securityInfo = createSecurityInfo({
    plugins: options.plugins,
    database,
    keyRing: options.keyRing ?? sharedRing,
    organisation: { name: 'Test Organisation' },
    publicUrl: new URL('http://localhost:4000'),
    version: '0.0.0-test',
    policy: options.policy ?? {},
    async deliver(channel, { ref, to, subject, paragraphs, locale, link, code }) {
      const words = { ref, to, subject, paragraphs, locale, ...(link && { link }) }
      messages.push({ channel, ...words, ...(code && { code: code.reveal() }) })
      return { outcome: 'accepted', providerId: `test-${messages.length}` }
    },
    ...(options.securityContacts ? { securityContacts: options.securityContacts } : {}),
    ...(options.session ? { session: options.session } : {}),
    ...(options.onUnexpected ? { onUnexpected: options.onUnexpected } : {}),
  })
  await securityInfo.migrate()
  return {
    securityInfo,
    database,
    messages,
    async deliver() {
      const before = messages.length
      await securityInfo.sendDue()
      return messages.slice(before)
    },
    async person({ contactEmail } = {}) {
      const identifier = `person-${randomUUID()}@example.test`
      const password = randomBytes(12).toString('hex')
      const made = await securityInfo.accounts.create({
        identifier,
        displayName: 'Test Person',
        password: new Secret(password),
        ...(contactEmail === undefined ? {} : { contactEmail }),
      })
      if (!made.ok) throw new Error(made.problem)
      return { userId: made.userId, identifier, password }
    },
    client: (clientOptions) => createClient(securityInfo, clientOptions),
  }
}
