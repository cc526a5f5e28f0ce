import { randomBytes } from 'node:crypto'
import { sql } from 'drizzle-orm'
import type { GraphQLSchema } from 'graphql'
import { type Accounts, createAccounts } from './account/accounts.ts'
import { type BreachRange, createBreachCheck } from './account/breaches.ts'
import { alignAudit, type Seal, sealAudit } from './audit/seal.ts'
import { type AuditReport, pruneAudit, verifyAudit } from './audit/verify.ts'
import { createContext, type RequestContext, type RequestInfo } from './context.ts'
import type { Delivery, OutgoingMessage } from './contract/channel.ts'
import type { MethodKind } from './contract/kind.ts'
import type { Deps, Plugin, Route } from './contract/plugin.ts'
import { createHashes } from './crypto/hashes.ts'
import type { KeyRing } from './crypto/key-ring.ts'
import { createSlowHash } from './crypto/slow-hash.ts'
import { ConfigurationFault } from './faults.ts'
import { buildSchema } from './graphql/schema.ts'
import type { Host, LoadedChannel, OutboxHost, SessionLifetimes } from './host.ts'
import { createTexts } from './i18n/texts.ts'
import { createRouteDesk } from './lifecycle/desk.ts'
import { signalFlow } from './lifecycle/signal.ts'
import { createMetrics } from './metrics.ts'
import { checkChannels } from './outbox/check.ts'
import { createMessageDesk } from './outbox/desk.ts'
import { createOutbox } from './outbox/outbox.ts'
import { printOutbox } from './outbox/print.ts'
import { checkPlugins } from './plugin-check.ts'
import { checkSections } from './policy/check.ts'
import { parsePolicy } from './policy/document.ts'
import { createPolicyStore, isInForce, putConfiguredPolicy } from './policy/store.ts'
import type { Database } from './storage/database.ts'
import { beginEpoch } from './storage/epoch.ts'
import { createFingerprints } from './storage/fingerprints.ts'
import { grantTo } from './storage/grants.ts'
import { checkKeys, recordKeys, rotateKeys } from './storage/keys.ts'
import { migrate } from './storage/migrate.ts'
import { createOwnSecrets, ownSecret } from './storage/own-secrets.ts'
import { createPeppers } from './storage/peppers.ts'
import { startSweeping } from './storage/sweep.ts'

export interface SecurityInfoOptions {
  readonly plugins: readonly Plugin[]
  readonly database: Database
  readonly keyRing: KeyRing
  readonly organisation: { readonly name: string }
  /** The one address people reach the gateway at. */
  readonly publicUrl: URL
  readonly version: string
  /** What the organisation demands, as the configuration file says it. */
  readonly policy: unknown
  readonly session?: Partial<SessionLifetimes>
  /** Where messages go whose channel has no provider: the inbox of a sandbox or of a test. */
  readonly deliver?: (channel: string, message: OutgoingMessage) => Promise<Delivery>
  /** Email addresses of administrators, who are told when somebody reports that a change was not theirs. */
  readonly securityContacts?: readonly string[]
  /** Asks which passwords are known from breaches, by the beginning of their hash; nobody is asked where it is left out. */
  readonly breachedPasswords?: BreachRange
  readonly onUnexpected?: Host['onUnexpected']
}

export interface SecurityInfo {
  readonly schema: GraphQLSchema
  /** The plugins' HTTP routes, for the server to mount. */
  readonly routes: readonly BoundRoute[]
  /**
   * Brings the database up to date: core, then each plugin, then keys and policy. Safe to run from many processes. Returns the
   * version under which the configured policy came into force, or nothing where it was said before.
   * @throws ConfigurationFault for a policy that no gateway would start with: it must not come into force
   */
  migrate(): Promise<number | undefined>
  /** Whether the policy it was made with is the one in force: only `migrate` puts it there. */
  policyIsInForce(): Promise<boolean>
  /** Checks database, keys, policy and channels, then sends messages and sweeps expired rows until `stop`. */
  start(): Promise<void>
  stop(): Promise<void>
  /** Throws where the database does not answer. */
  ready(): Promise<void>
  context(request: RequestInfo): RequestContext
  readonly accounts: Accounts
  /** Sends what the outbox holds and is due, and waits for it; `start` does so by itself. Returns how many it handed over. */
  sendDue(): Promise<number>
  /** Counters since the start, and what the outbox holds, in the text format of Prometheus. */
  metrics(): Promise<string>
  /** Rewraps everything that is not sealed with the current key. Safe while the gateway runs. */
  rotateKeys(): Promise<{ readonly rewrapped: number }>
  /**
   * Makes the next version of the pepper, for all hashes from now on; those made before stay good. Safe while the gateway runs:
   * every process has noticed after a minute. Returns which version is in force now.
   */
  rotatePepper(): Promise<{ readonly version: number }>
  /** Ends everything that is open, after a restore or a promotion. Returns how many sessions that were. */
  beginEpoch(): Promise<number>
  /** Lets a database role run the gateway, without rights to the schema or to change what was audited. */
  grantTo(role: string): Promise<void>
  /** The hash chain over the audit events. `start` seals by itself, once a minute. */
  readonly audit: {
    seal(): Promise<readonly Seal[]>
    verify(expected?: string): Promise<AuditReport>
    prune(days: number): Promise<number>
  }
}

/** A plugin's route with all it needs but the request. */
export interface BoundRoute extends Omit<Route, 'handle'> {
  handle(request: Request, from: { readonly clientAddress: string }): Promise<Response>
}

/** NIST SP 800-63B-4 2.2.3 (AAL2), and the 15 minutes of the wizard. */
const LIFETIMES: SessionLifetimes = { idleSeconds: 3600, maxSeconds: 86_400, pendingSeconds: 900 }

/**
 * Makes a gateway of plugins, a database and keys. Nothing runs and nothing is read before `migrate` and `start`.
 * @throws ConfigurationFault that names every plugin, field and option at fault.
 */
export function createSecurityInfo(options: SecurityInfoOptions): SecurityInfo {
  const { plugins, database, keyRing } = options
  const metrics = createMetrics()
  const onUnexpected = options.onUnexpected ?? (() => {})
  checkPlugins(plugins)
  const configured = parsePolicy(options.policy, plugins)
  const kinds = new Map<string, MethodKind>()
  const stopping = new AbortController()
  const backstage: OutboxHost = {
    db: database.db,
    ring: keyRing,
    slowHash: createSlowHash(metrics),
    fingerprints: createFingerprints(ownSecret(database.db, keyRing, 'fingerprint')),
    auditKey: ownSecret(database.db, keyRing, 'audit'),
    plugins,
    kinds,
    policies: createPolicyStore(database.db, plugins),
    channels: loadChannels(plugins, options.deliver),
    texts: createTexts(plugins),
    lifetimes: { ...LIFETIMES, ...options.session },
    organisation: options.organisation.name,
    publicUrl: options.publicUrl,
    securityContacts: options.securityContacts ?? [],
    metrics,
    isBreached: createBreachCheck(options.breachedPasswords, { metrics, onUnexpected }),
    watching: new Map(),
    stopping: stopping.signal,
    version: options.version,
    onUnexpected,
  }
  const host: Host = { ...backstage, outbox: createOutbox(backstage) }
  const peppers = createPeppers(database.db, keyRing)
  const deps: Deps = {
    random: (bytes) => randomBytes(bytes),
    organisation: host.organisation,
    publicUrl: options.publicUrl,
    hashes: createHashes(host.slowHash, peppers),
    signal: (flow, data) => signalFlow(host, flow, data),
  }
  const schema = build(host, plugins, deps, kinds)
  let sweeping: { stop(): Promise<void> } | undefined

  return {
    schema,
    routes: bindRoutes(host, deps.signal),
    async migrate() {
      checkSections(host, configured)
      checkChannels(host, configured)
      await migrate(database, plugins)
      await checkKeys(database.db, keyRing)
      await recordKeys(database.db, keyRing)
      await createOwnSecrets(database.db, keyRing)
      return putConfiguredPolicy(database.db, options.policy ?? {})
    },
    policyIsInForce: () => isInForce(database.db, options.policy ?? {}),
    async start() {
      await checkKeys(database.db, keyRing)
      const inForce = await host.policies.current()
      checkSections(host, inForce)
      checkChannels(host, inForce)
      await alignAudit(database.db)
      sweeping ??= startSweeping(host)
      host.outbox.start()
    },
    async stop() {
      stopping.abort()
      await sweeping?.stop()
      sweeping = undefined
      await host.outbox.stop()
    },
    async ready() {
      await database.db.execute(sql`select 1`)
    },
    context: (request) => createContext(host, request),
    accounts: createAccounts(host),
    sendDue: () => host.outbox.drain(),
    metrics: async () => host.metrics.print() + (await printOutbox(host)),
    rotateKeys: () => rotateKeys(host),
    rotatePepper: async () => ({ version: await peppers.rotate() }),
    beginEpoch: () => beginEpoch(host),
    grantTo: (role) => grantTo(database.db, role),
    audit: {
      seal: () => sealAudit(host),
      verify: (expected) => verifyAudit(host, expected),
      prune: (days) => pruneAudit(host, days),
    },
  }
}

/** The channels of all plugins; those without a provider deliver to the fallback, where there is one. */
function loadChannels(
  plugins: readonly Plugin[],
  fallback: SecurityInfoOptions['deliver'],
): ReadonlyMap<string, LoadedChannel> {
  return new Map(
    plugins.flatMap((plugin) =>
      (plugin.channels ?? []).map((channel): readonly [string, LoadedChannel] => {
        const deliver =
          channel.deliver ?? (fallback && ((message: OutgoingMessage) => fallback(channel.id, message)))
        return [channel.id, { ...channel, ...(deliver && { deliver }), plugin: plugin.id }]
      }),
    ),
  )
}

function bindRoutes(host: Host, signal: Deps['signal']): readonly BoundRoute[] {
  const { db, publicUrl, texts } = host
  const messages = createMessageDesk(host)
  return host.plugins.flatMap(({ id, routes = [] }) =>
    routes.map(({ handle, ...route }) => ({
      ...route,
      handle: (request: Request, { clientAddress }: { readonly clientAddress: string }) =>
        handle(request, {
          db,
          clientAddress,
          signal,
          publicUrl,
          messages,
          desk: createRouteDesk(host, id),
          policy: async () => (await host.policies.current()).methods[id] ?? {},
          text: (key, locale, values = {}) =>
            texts.of(id, key, [locale], { organisation: host.organisation, ...values }),
        }),
    })),
  )
}

/** Pothos says what is wrong with a schema by throwing; say whose it is. */
function build(
  host: Host,
  plugins: readonly Plugin[],
  deps: Deps,
  kinds: Map<string, MethodKind>,
): GraphQLSchema {
  try {
    return buildSchema(host, plugins, deps, kinds)
  } catch (error) {
    if (error instanceof ConfigurationFault || !(error instanceof Error)) throw error
    const loaded = plugins.map((plugin) => plugin.id).join(', ')
    throw new ConfigurationFault([
      {
        where: `GraphQL schema of the plugins ${loaded}`,
        problem: error.message,
        fix: 'Begin every type name with the capitalised id of its plugin, and use each name once.',
      },
    ])
  }
}
