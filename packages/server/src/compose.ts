import { createSecurityInfo, type Database, type SecurityInfo } from '@security-info/core'
import type { Settings } from './config/settings.ts'
import type { Log } from './log.ts'
import { version } from './version.ts'

/** Core with the methods, keys and policy of these settings. @throws ConfigurationFault for what only core can check */
export function composeSecurityInfo(settings: Settings, database: Database, log: Log): SecurityInfo {
  const { plugins, keyRing, publicUrl, config } = settings
  return createSecurityInfo({
    plugins,
    database,
    keyRing,
    publicUrl,
    version: version(),
    organisation: config.organisation,
    policy: config.policy,
    session: config.session,
    onUnexpected: (error, { requestId }) =>
      log({ level: 'error', message: 'Something failed in the background.', requestId, error }),
  })
}
