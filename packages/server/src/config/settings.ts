import {
  ConfigurationFault,
  createKeyRing,
  type Fault,
  type KeyRing,
  type Plugin,
  type Secret,
} from '@security-info/core'
import type { DatabaseLocation } from '../databases.ts'
import { readTrust, type Trust, trustNobody } from '../edge/client-address.ts'
import type { Operations } from '../edge/operations.ts'
import { isLoopback } from '../edge/public-address.ts'
import { loadPlugins } from '../plugins.ts'
import type { Environment } from './environment.ts'
import { CONFIG_FILE, type FileConfig, readConfigFile } from './file.ts'
import { readOperations } from './operations.ts'

/** Everything a gateway is started with. */
export interface Settings {
  readonly config: FileConfig
  readonly plugins: readonly Plugin[]
  readonly keyRing: KeyRing
  readonly database: DatabaseLocation
  readonly publicUrl: URL
  readonly host: string
  readonly port: number
  readonly trust: Trust
  /** What `GET /metrics` asks for; without it there are none. */
  readonly metricsToken?: Secret
  /** Documents that clients may name instead of sending them. */
  readonly operations?: Operations
}

/** Where a gateway listens, unless PORT says otherwise. */
export const DEFAULT_PORT = 4000

/** Where a setting comes from if the environment doesn't have it. Production has none of these. */
export interface Defaults {
  readonly config?: FileConfig
  readonly keys?: () => string
  readonly database?: DatabaseLocation
  readonly publicUrl?: (port: number) => URL
}

/**
 * Puts the settings together.
 * @throws ConfigurationFault that lists everything that is missing or wrong, so that one reading is enough
 */
export function settingsFrom(environment: Environment, defaults: Defaults = {}): Settings {
  const faults: Fault[] = []
  const attempt = <T>(read: () => T): T | undefined => {
    try {
      return read()
    } catch (error) {
      if (!(error instanceof ConfigurationFault)) throw error
      faults.push(...error.faults)
      return undefined
    }
  }
  const port = attempt(() => portFrom(environment.port))
  const database = attempt(() => databaseFrom(environment.databaseUrl, defaults.database))
  const keyRing = attempt(() => createKeyRing(keysFrom(environment, defaults)))
  const publicUrl = attempt(() =>
    publicUrlFrom(environment.publicUrl, defaults.publicUrl?.(port ?? DEFAULT_PORT)),
  )
  const config = attempt(() => configFrom(environment.configFile, defaults.config))
  const trust = attempt(() => trustFrom(environment.trustedProxies))
  const metricsToken = attempt(() => metricsTokenFrom(environment.metricsToken))
  const operations = attempt(() => config && operationsFrom(config, environment.configFile))
  const loaded = loadPlugins(config?.methods ?? {}, environment.secret)
  faults.push(...loaded.faults)

  if (faults.length > 0 || !config || !keyRing || !database || !publicUrl || !trust || port === undefined) {
    throw new ConfigurationFault(faults)
  }
  return {
    config,
    plugins: loaded.plugins,
    keyRing,
    database,
    publicUrl,
    port,
    trust,
    ...(metricsToken && { metricsToken }),
    ...(operations && { operations }),
    host: environment.host ?? '127.0.0.1',
  }
}

function portFrom(text: string | undefined): number {
  if (text === undefined) return DEFAULT_PORT
  const port = Number(text)
  if (Number.isInteger(port) && port >= 1 && port <= 65_535) return port
  throw fault(
    'PORT',
    `"${text}" is not a port`,
    'Set it to a number from 1 to 65535, or leave it out for 4000.',
  )
}

function trustFrom(text: string | undefined): Trust {
  if (text === undefined) return trustNobody
  const trust = readTrust(text)
  if (typeof trust === 'function') return trust
  throw fault(
    'SECURITY_INFO_TRUSTED_PROXIES',
    `"${trust.unreadable}" is neither an address nor a network`,
    'Write the addresses of your proxies, such as 127.0.0.1, 10.0.0.0/8.',
  )
}

const SHORTEST_TOKEN = 16

/** It is compared with what anybody sends, as often as they like: it must be nothing that could be guessed. */
function metricsTokenFrom(token: Secret | undefined): Secret | undefined {
  if (token === undefined || token.reveal().length >= SHORTEST_TOKEN) return token
  throw fault(
    'SECURITY_INFO_METRICS_TOKEN',
    `it has fewer than ${SHORTEST_TOKEN} characters`,
    'Make a long random one, such as with `openssl rand -hex 32`, or leave it out: then there is no /metrics.',
  )
}

function databaseFrom(url: string | undefined, fallback: DatabaseLocation | undefined): DatabaseLocation {
  if (url === undefined) {
    if (fallback) return fallback
    throw fault(
      'DATABASE_URL',
      'it is missing',
      'Set it to postgres://user:password@host:5432/database (PostgreSQL 15 or newer).',
    )
  }
  // The value may hold a password, so it is never printed.
  const protocol = URL.canParse(url) ? new URL(url).protocol : ''
  if (protocol === 'postgres:' || protocol === 'postgresql:') return { url }
  throw fault(
    'DATABASE_URL',
    'it is not an address of a PostgreSQL server',
    'Write it as postgres://user:password@host:5432/database.',
  )
}

function keysFrom(environment: Environment, defaults: Defaults): string {
  const keys = environment.keys?.reveal() ?? defaults.keys?.()
  if (keys !== undefined) return keys
  throw fault(
    'SECURITY_INFO_KEYS',
    'it is missing',
    'Make a key with `security-info keys generate`, keep it in your secrets vault (without it nobody can read what is stored), and set the variable to it.',
  )
}

function publicUrlFrom(text: string | undefined, fallback: URL | undefined): URL {
  if (text === undefined) {
    if (fallback) return fallback
    throw fault(
      'SECURITY_INFO_PUBLIC_URL',
      'it is missing',
      'Set it to the address people use, such as https://id.example.org.',
    )
  }
  const url = URL.canParse(text) ? new URL(text) : undefined
  const fix = 'Write it as https://id.example.org: https, a host, perhaps a port, and nothing else.'
  if (!url || !/^https?:$/.test(url.protocol))
    throw fault('SECURITY_INFO_PUBLIC_URL', `"${text}" is not a web address`, fix)
  if (url.href !== `${url.origin}/`) {
    throw fault('SECURITY_INFO_PUBLIC_URL', `"${text}" has more than scheme, host and port`, fix)
  }
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) {
    const problem = `"${text}" is not https, so passwords and sessions could be read on the way`
    throw fault(
      'SECURITY_INFO_PUBLIC_URL',
      problem,
      'Use https; only an address of this very machine (localhost) may be http.',
    )
  }
  return url
}

function configFrom(path: string | undefined, fallback: FileConfig | undefined): FileConfig {
  if (path === undefined && fallback) return fallback
  return readConfigFile(path ?? CONFIG_FILE)
}

function operationsFrom({ graphql }: FileConfig, path: string | undefined): Operations | undefined {
  const { operations, strict } = graphql
  return operations === undefined ? undefined : readOperations(operations, strict, path ?? CONFIG_FILE)
}

function fault(where: string, problem: string, fix: string): ConfigurationFault {
  return new ConfigurationFault([{ where, problem, fix }])
}
