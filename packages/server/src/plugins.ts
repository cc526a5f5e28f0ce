import type { Fault, Plugin } from '@security-info/core'
import { ConfigurationFault } from '@security-info/core'
import { appPassword } from '@security-info/method-app-password'
import { email } from '@security-info/method-email'
import { phone } from '@security-info/method-phone'
import { questions } from '@security-info/method-questions'
import { totp } from '@security-info/method-totp'
import { webauthn } from '@security-info/method-webauthn'
import { type ReadSecret, resolveSecrets } from './config/secrets.ts'

/**
 * Every plugin the gateway can load, by its key under `methods` in the configuration file. The one place to add one:
 * import its factory and name it here.
 */
const factories: Readonly<Record<string, (options: never) => Plugin>> = {
  totp,
  phone,
  email,
  webauthn,
  questions,
  appPassword,
}

/** The keys that `methods` may have. */
export const pluginKeys: readonly string[] = Object.keys(factories)

/**
 * Makes the plugins that the configuration names, with the secrets their options refer to. A factory checks its own options;
 * all faults come back together.
 */
export function loadPlugins(
  methods: Readonly<Record<string, unknown>>,
  read: ReadSecret,
): {
  readonly plugins: readonly Plugin[]
  readonly faults: readonly Fault[]
} {
  const plugins: Plugin[] = []
  const faults: Fault[] = []
  for (const [key, written] of Object.entries(methods)) {
    const factory = factories[key]
    if (!factory) continue
    const { options, faults: missing } = resolveSecrets(`methods.${key}`, written, read)
    if (missing.length > 0) {
      faults.push(...missing)
      continue
    }
    try {
      plugins.push(factory(options as never))
    } catch (error) {
      faults.push(...faultsOf(key, error))
    }
  }
  return { plugins, faults }
}

function faultsOf(key: string, error: unknown): readonly Fault[] {
  if (error instanceof ConfigurationFault) {
    return error.faults.map((fault) => ({ ...fault, where: `methods.${key}: ${fault.where}` }))
  }
  const problem = error instanceof Error ? error.message : String(error)
  return [{ where: `methods.${key}`, problem, fix: 'Correct its options in the configuration file.' }]
}
