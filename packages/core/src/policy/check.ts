import { ConfigurationFault } from '../faults.ts'
import type { Host } from '../host.ts'
import type { Policy } from './document.ts'

/** Asks each kind, and each plugin without one, whether it can live with its section of a policy. @throws ConfigurationFault with every fault */
export function checkSections({ kinds, plugins, publicUrl, organisation }: Host, policy: Policy): void {
  const at = { publicUrl, organisation }
  const faults = [
    ...[...kinds.values()].flatMap(
      ({ id, method }) => method.checkPolicy?.(policy.methods[id] ?? {}, at) ?? [],
    ),
    ...plugins.flatMap((plugin) => plugin.checkPolicy?.(policy.methods[plugin.id] ?? {}, at) ?? []),
  ]
  if (faults.length > 0) throw new ConfigurationFault(faults)
}
