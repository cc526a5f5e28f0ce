/** A gateway on a test database, asked without a socket. */
import {
  createKeyRing,
  createSecurityInfo,
  generateKey,
  type Plugin,
  Secret,
  type SecurityInfo,
  type SecurityInfoOptions,
} from '@security-info/core'
import { totp } from '@security-info/method-totp'
import { openTestDatabase, type TestDatabase } from '@security-info/testing'
import { createGateway, type Gateway, type GatewayOptions } from '../../src/gateway.ts'
import type { LogEntry } from '../../src/log.ts'

export const password = 'correct horse battery staple'

interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  // biome-ignore lint/suspicious/noExplicitAny: tests look at answers of every shape
  readonly data: any
  readonly errors: readonly {
    readonly message: string
    readonly extensions: { readonly code: string; readonly requestId: string }
  }[]
}

export interface TestGateway {
  readonly gateway: Gateway
  readonly securityInfo: SecurityInfo
  readonly database: TestDatabase
  readonly origin: string
  /** What was logged, oldest first. */
  readonly logged: LogEntry[]
  /** Any request; `Host` is the public one unless it is given. */
  fetch(path: string, init?: RequestInit): Promise<Answer>
  /** One GraphQL operation, as our own clients send it. */
  ask(query: string, variables?: object, headers?: Record<string, string>): Promise<Answer>
  /** Makes a person with `password`. */
  person(identifier: string, contactEmail?: string): Promise<void>
  close(): Promise<void>
}

export interface TestGatewayOptions
  extends Pick<
      GatewayOptions,
      'open' | 'limits' | 'operations' | 'routes' | 'metricsToken' | 'trust' | 'traces'
    >,
    Partial<Pick<SecurityInfoOptions, 'policy' | 'deliver' | 'securityContacts'>> {
  readonly publicUrl?: string
  readonly plugins?: readonly Plugin[]
}

export async function testGateway(options: TestGatewayOptions = {}): Promise<TestGateway> {
  const publicUrl = new URL(options.publicUrl ?? 'https://id.example.org')
  const database = await openTestDatabase('pglite')
  const logged: LogEntry[] = []
  const securityInfo = createSecurityInfo({
    plugins: [totp(), ...(options.plugins ?? [])],
    database,
    keyRing: createKeyRing(generateKey('test')),
    organisation: { name: 'Test' },
    publicUrl,
    version: '1.2.3',
    policy: options.policy ?? {},
    ...(options.deliver ? { deliver: options.deliver } : {}),
    ...(options.securityContacts ? { securityContacts: options.securityContacts } : {}),
  })
  await securityInfo.migrate()
  const gateway = createGateway({
    ...options,
    securityInfo,
    publicUrl,
    log: (entry) => void logged.push(entry),
  })
  const fetch = async (path: string, init: RequestInit = {}) => {
    const headers = new Headers(init.headers)
    if (!headers.has('host')) headers.set('host', publicUrl.host)
    const request = new Request(new URL(path, publicUrl), { ...init, headers })
    return read(await gateway.fetch(request, { clientAddress: '127.0.0.1' }))
  }
  return {
    gateway,
    securityInfo,
    database,
    origin: publicUrl.origin,
    logged,
    fetch,
    ask: (query, variables = {}, headers = {}) =>
      fetch('/graphql', {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ query, variables }),
      }),
    async person(identifier, contactEmail) {
      await securityInfo.accounts.create({
        identifier,
        displayName: identifier,
        password: new Secret(password),
        ...(contactEmail === undefined ? {} : { contactEmail }),
      })
    },
    async close() {
      await securityInfo.stop()
      await database.close()
    },
  }
}

async function read(response: Response): Promise<Answer> {
  const text = await response.text()
  const body = response.headers.get('content-type')?.includes('json') ? JSON.parse(text) : {}
  return {
    status: response.status,
    headers: response.headers,
    text,
    data: body.data,
    errors: body.errors ?? [],
  }
}

export const signInDocument = `mutation ($input: SignInInput!) {
  signIn(input: $input) {
    __typename
    ... on SignInPayload { token session { state } }
    ... on UserError { code message }
  }
}`
