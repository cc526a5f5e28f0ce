import { Secret } from '@security-info/core'

/** What the environment says, unchecked. An empty variable counts as missing. */
export interface Environment {
  /** `postgres://...`, with password. */
  readonly databaseUrl?: string
  readonly keys?: Secret
  readonly publicUrl?: string
  readonly port?: string
  readonly host?: string
  readonly configFile?: string
  /** Addresses and networks of proxies, separated by commas. */
  readonly trustedProxies?: string
  /** What `GET /metrics` asks for; without it there are none. */
  readonly metricsToken?: Secret
  /** A variable that the configuration file names as the place of a secret. */
  secret(variable: string): Secret | undefined
}

/** The only place that reads `process.env`. */
export function readEnvironment(env: NodeJS.ProcessEnv = process.env): Environment {
  const {
    DATABASE_URL,
    SECURITY_INFO_KEYS,
    SECURITY_INFO_PUBLIC_URL,
    SECURITY_INFO_CONFIG,
    SECURITY_INFO_TRUSTED_PROXIES,
    SECURITY_INFO_METRICS_TOKEN,
    PORT,
    HOST,
  } = env
  return {
    ...(DATABASE_URL && { databaseUrl: DATABASE_URL }),
    ...(SECURITY_INFO_KEYS && { keys: new Secret(SECURITY_INFO_KEYS) }),
    ...(SECURITY_INFO_PUBLIC_URL && { publicUrl: SECURITY_INFO_PUBLIC_URL }),
    ...(SECURITY_INFO_CONFIG && { configFile: SECURITY_INFO_CONFIG }),
    ...(SECURITY_INFO_TRUSTED_PROXIES && { trustedProxies: SECURITY_INFO_TRUSTED_PROXIES }),
    ...(SECURITY_INFO_METRICS_TOKEN && { metricsToken: new Secret(SECURITY_INFO_METRICS_TOKEN) }),
    ...(PORT && { port: PORT }),
    ...(HOST && { host: HOST }),
    secret(variable) {
      const text = env[variable]
      return text ? new Secret(text) : undefined
    },
  }
}
