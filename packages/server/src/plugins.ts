import type { Fault, Plugin } from '@security-info/core'
import { ConfigurationFault } from '@security-info/core'
import { totp } from '@security-info/method-totp'

/**
 * Every plugin the gateway can load, by its key under `methods` in the configuration file. The one place to add one:
 * import its factory and name it here.
 */
const factories: Readonly<Record<string, (options: never) => Plugin>> = {
  totp,
}

/** The keys that `methods` may have. */
export const pluginKeys: readonly string[] = Object.keys(factories)

/** Makes the plugins that the configuration names. A factory checks its own options; all faults come back together. */
export function loadPlugins(methods: Readonly<Record<string, unknown>>): {
  readonly plugins: readonly Plugin[]
  readonly faults: readonly Fault[]
} {
  const plugins: Plugin[] = []
  const faults: Fault[] = []
  for (const [key, options] of Object.entries(methods)) {
    const factory = factories[key]
    if (!factory) continue
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
