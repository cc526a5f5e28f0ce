import { ConfigurationFault } from '../faults.ts'
import type { Host } from '../host.ts'
import type { Policy } from './document.ts'

/** Asks each kind whether it can live with its section of a policy. @throws ConfigurationFault with every fault */
export function checkSections({ kinds, publicUrl, organisation }: Host, policy: Policy): void {
  const faults = [...kinds.values()].flatMap(
    ({ id, method }) => method.checkPolicy?.(policy.methods[id] ?? {}, { publicUrl, organisation }) ?? [],
  )
  if (faults.length > 0) throw new ConfigurationFault(faults)
}
