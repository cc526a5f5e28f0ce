/** C10: everything that is answered besides `POST /graphql`, and by what rule. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generateKey, type SecurityInfo } from '@security-info/core'
import { openTestDatabase, type TestDatabase } from '@security-info/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { composeSecurityInfo } from '../src/compose.ts'
import { readEnvironment } from '../src/config/environment.ts'
import { type Settings, settingsFrom } from '../src/config/settings.ts'
import { createGateway, type Gateway } from '../src/gateway.ts'
import { pluginKeys } from '../src/plugins.ts'
import { createInbox } from '../src/sandbox/inbox/inbox.ts'
import { devInbox } from '../src/sandbox/inbox/plugin.ts'
import { demoOrganisation } from '../src/sandbox/organisation.ts'
import { sandboxRoutes } from '../src/sandbox-routes.ts'

/** Why a route may be open, or what it asks for. */
type Rule =
  | 'a page or script without anybody in it'
  | 'says nothing of anybody'
  | 'the token of metrics'
  | 'a signature of the provider'
  | 'the key of a server, and then an app password'
  | 'of a sandbox, which serves this machine alone'

/** A new route goes in here with its rule, and with what a stranger gets, in the change that makes it. */
const PRODUCTION: Readonly<Record<string, readonly [Rule, number]>> = {
  'GET /livez': ['says nothing of anybody', 200],
  'GET /readyz': ['says nothing of anybody', 200],
  'GET /metrics': ['the token of metrics', 404],
  'GET /undo': ['a page or script without anybody in it', 200],
  'GET /undo/undo.js': ['a page or script without anybody in it', 200],
  'GET /undo/undo.css': ['a page or script without anybody in it', 200],
  'GET /.well-known/webauthn': ['says nothing of anybody', 404],
  'GET /check/basic': ['the key of a server, and then an app password', 403],
  'POST /check/basic': ['the key of a server, and then an app password', 403],
  'POST /phone/call': ['a signature of the provider', 403],
  'POST /phone/call/code': ['a signature of the provider', 403],
  'POST /phone/status': ['a signature of the provider', 403],
}

const LOCAL: Rule = 'of a sandbox, which serves this machine alone'
const SCRIPTS = [
  'page',
  'sign-in',
  'proof',
  'first-method',
  'keys',
  'session',
  'ceremony',
  'gateway',
  'documents',
]
/** Its phones have no provider, so nobody calls back. */
const SANDBOX: typeof PRODUCTION = {
  ...Object.fromEntries(Object.entries(PRODUCTION).filter(([route]) => !route.startsWith('POST /phone/'))),
  'GET /': [LOCAL, 404],
  'GET /graphql': [LOCAL, 405],
  ...Object.fromEntries(
    ['graphiql.js', 'graphiql.css', 'story.js', 'story.css']
      .concat('graphql.worker.js', 'json.worker.js', 'editorWorkerService.worker.js')
      .map((name) => [`GET /graphiql/${name}`, [LOCAL, 200] as const]),
  ),
  'GET /dev/inbox': [LOCAL, 200],
  'GET /dev/inbox/inbox.js': [LOCAL, 200],
  'GET /dev/inbox/inbox.css': [LOCAL, 200],
  'GET /dev/security-key': [LOCAL, 200],
  'GET /dev/security-key/security-key.css': [LOCAL, 200],
  ...Object.fromEntries(SCRIPTS.map((name) => [`GET /dev/security-key/${name}.js`, [LOCAL, 200] as const])),
  'POST /dev/person': [LOCAL, 403],
}

const metricsToken = 'a-token-that-is-long-enough'
const methods = {
  ...Object.fromEntries(pluginKeys.map((key) => [key, {}])),
  phone: {
    region: 'US',
    twilio: {
      accountSid: 'AC00000000000000000000000000000000',
      authToken: { env: 'TWILIO' },
      from: '+12015550123',
    },
  },
  email: { smtp: { host: '127.0.0.1', user: 'u', password: { env: 'SMTP' }, from: 'a@example.org' } },
}

let folder: string
let database: TestDatabase
let production: Gateway
let sandbox: Gateway
const composed: SecurityInfo[] = []
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'security-info-routes-'))
  const config = join(folder, 'config.json')
  await writeFile(config, JSON.stringify({ organisation: { name: 'X' }, methods }))
  database = await openTestDatabase('pglite', { empty: true })
  const environment = {
    DATABASE_URL: 'postgres://nobody@127.0.0.1/nothing',
    SECURITY_INFO_KEYS: generateKey('a'),
    SECURITY_INFO_METRICS_TOKEN: metricsToken,
    SECURITY_INFO_PUBLIC_URL: 'http://localhost:4000',
    SECURITY_INFO_CONFIG: config,
    TWILIO: 'token',
    SMTP: 'password',
  }
  production = await compose(settingsFrom(readEnvironment(environment)))
  const { SECURITY_INFO_CONFIG: _, ...bare } = environment
  sandbox = await compose(settingsFrom(readEnvironment(bare), { config: demoOrganisation }), true)
})
afterAll(async () => {
  await database.close()
  await rm(folder, { recursive: true })
})

async function compose(settings: Settings, isSandbox = false): Promise<Gateway> {
  const log = () => {}
  const { publicUrl, metricsToken } = settings
  const inbox = createInbox()
  const parts = { plugins: [devInbox(inbox)], deliver: inbox.deliver }
  const securityInfo = composeSecurityInfo(settings, database, log, isSandbox ? parts : undefined)
  await securityInfo.migrate()
  composed.push(securityInfo)
  const who = { identifier: 'a', password: 'b' }
  const routes = isSandbox
    ? sandboxRoutes({ demo: who, administrator: who }, securityInfo.accounts, publicUrl)
    : []
  const options = { securityInfo, publicUrl, log, routes, open: isSandbox }
  return createGateway({ ...options, ...(metricsToken && { metricsToken }) })
}

/** What a stranger gets, who knows nothing and asks from elsewhere. */
async function stranger(gateway: Gateway, route: string): Promise<number> {
  const [method = '', path = ''] = route.split(' ')
  const request = new Request(`http://localhost:4000${path}`, {
    method,
    headers: { host: 'localhost:4000', 'content-type': 'application/json', accept: '*/*' },
    ...(method === 'POST' && { body: '{}' }),
  })
  return (await gateway.fetch(request, { clientAddress: '203.0.113.9' })).status
}

describe.each([
  ['production', PRODUCTION, () => production],
  ['a sandbox', SANDBOX, () => sandbox],
] as const)('C10: the routes of %s', (_, listed, gateway) => {
  it('C10: are these and no others, each with its rule', () => {
    const { routes } = gateway()
    expect(routes.map(({ method, path }) => `${method} ${path}`).sort()).toEqual(Object.keys(listed).sort())
  })

  it.each(Object.entries(listed))(
    'C10: %s gives a stranger what its rule says',
    async (route, [, status]) => {
      expect(await stranger(gateway(), route)).toBe(status)
    },
  )
})

it('C10: every route of a plugin says who may call it', () => {
  const routes = composed.flatMap((one) => one.routes)
  expect(routes.length).toBeGreaterThan(0)
  expect(routes.filter(({ access }) => access.trim().length < 10)).toEqual([])
})
