import {
  createSecurityInfo,
  type Database,
  type Plugin,
  type SecurityInfo,
  type SecurityInfoOptions,
} from '@security-info/core'
import type { Settings } from './config/settings.ts'
import type { Log } from './log.ts'
import { createBreachRange } from './passwords/breach-range.ts'
import { version } from './version.ts'

/** What only a sandbox has. */
export interface SandboxParts {
  readonly plugins: readonly Plugin[]
  readonly deliver: NonNullable<SecurityInfoOptions['deliver']>
}

/** Core with the methods, keys and policy of these settings. @throws ConfigurationFault for what only core can check */
export function composeSecurityInfo(
  settings: Settings,
  database: Database,
  log: Log,
  sandbox?: SandboxParts,
): SecurityInfo {
  const { plugins, keyRing, publicUrl, config } = settings
  const { name, securityContacts } = config.organisation
  const { breachCheck } = config.passwords
  return createSecurityInfo({
    plugins: [...plugins, ...(sandbox?.plugins ?? [])],
    database,
    keyRing,
    publicUrl,
    version: version(),
    organisation: { name },
    securityContacts,
    policy: config.policy,
    session: config.session,
    ...(breachCheck && { breachedPasswords: createBreachRange(breachCheck) }),
    ...(sandbox && { deliver: sandbox.deliver }),
    onUnexpected: (error, { requestId }) =>
      log({ level: 'error', message: 'Something failed in the background.', requestId, error }),
  })
}
