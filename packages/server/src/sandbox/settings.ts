import { ConfigurationFault, Secret } from '@security-info/core'
import type { Environment } from '../config/environment.ts'
import { type Settings, settingsFrom } from '../config/settings.ts'
import { isLoopback } from '../edge/public-address.ts'
import { databaseDirectory, sandboxData } from './data.ts'
import { demoOrganisationWithServer, SERVICE_KEY } from './organisation.ts'

/** The settings of a sandbox: what the environment does not say is made up and kept in `.data`. */
export function sandboxSettings(environment: Environment): Settings {
  const secret: Environment['secret'] = (variable) =>
    variable === SERVICE_KEY ? new Secret(sandboxData().serviceKey) : environment.secret(variable)
  const withKey = { ...environment, secret }
  const settings = settingsFrom(withKey, {
    config: demoOrganisationWithServer,
    keys: () => sandboxData().keys,
    database: { directory: databaseDirectory },
    publicUrl: (port) => new URL(`http://localhost:${port}`),
  })
  // Its pages hold the demo password, and it makes people for whoever asks.
  if (isLoopback(settings.publicUrl.hostname) && isLoopback(settings.host)) return settings
  throw new ConfigurationFault([
    {
      where: 'HOST, SECURITY_INFO_PUBLIC_URL',
      problem: 'the sandbox is open to whoever reaches it, so it serves this machine only',
      fix: 'Leave both out, or set them to localhost. To serve others, start the production entry.',
    },
  ])
}

/**
 * The settings of a command: of the sandbox of this folder where the environment says nothing, of the environment
 * otherwise. So a server's database never meets the sandbox's keys because one variable was forgotten.
 */
export function commandSettings(environment: Environment): Settings {
  return isSandbox(environment) ? sandboxSettings(environment) : settingsFrom(environment)
}

/** Whether a command is for the sandbox of this folder. */
export function isSandbox(environment: Environment): boolean {
  return environment.keys === undefined && environment.databaseUrl === undefined
}
