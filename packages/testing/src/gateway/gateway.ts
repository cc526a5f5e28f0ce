import { randomBytes, randomUUID } from 'node:crypto'
import {
  createKeyRing,
  createSecurityInfo,
  generateKey,
  type KeyRing,
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
}

/** A whole gateway without HTTP: schema, database and people. */
export interface TestGateway {
  readonly securityInfo: SecurityInfo
  readonly database: TestDatabase
  /** Makes somebody new, with a password. */
  person(): Promise<Person>
  /** A client that has not signed in. */
  client(options?: ClientOptions): Client
}

const sharedRing = createKeyRing(generateKey('test'))

/** Starts a gateway on a test database. Two on one database stand for two processes. */
export async function openTestGateway(
  database: TestDatabase,
  options: TestGatewayOptions,
): Promise<TestGateway> {
  const securityInfo = createSecurityInfo({
    plugins: options.plugins,
    database,
    keyRing: options.keyRing ?? sharedRing,
    organisation: { name: 'Test Organisation' },
    publicUrl: new URL('http://localhost:4000'),
    version: '0.0.0-test',
    policy: options.policy ?? {},
    ...(options.session ? { session: options.session } : {}),
  })
  await securityInfo.migrate()
  return {
    securityInfo,
    database,
    async person() {
      const identifier = `person-${randomUUID()}@example.test`
      const password = randomBytes(12).toString('base64url')
      const made = await securityInfo.accounts.create({
        identifier,
        displayName: 'Test Person',
        password: new Secret(password),
      })
      if (!made.ok) throw new Error(made.problem)
      return { userId: made.userId, identifier, password }
    },
    client: (clientOptions) => createClient(securityInfo, clientOptions),
  }
}
