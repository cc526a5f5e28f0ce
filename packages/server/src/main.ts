#!/usr/bin/env node
/** Production: nothing is made up, everything comes from the environment and the configuration file. */
import { CONTACT_CHANNEL } from '@security-info/core'
import { composeSecurityInfo } from './compose.ts'
import { readEnvironment } from './config/environment.ts'
import { settingsFrom } from './config/settings.ts'
import { openDatabase } from './databases.ts'
import { createGateway } from './gateway.ts'
import { jsonLog as log } from './log.ts'
import { serveUntilStopped } from './serve.ts'
import { exitWithFailure } from './start-failure.ts'

async function main(): Promise<void> {
  const settings = settingsFrom(readEnvironment())
  const { publicUrl, host, port, trust, metricsToken, operations } = settings
  const database = await openDatabase(settings.database)
  const securityInfo = composeSecurityInfo(settings, database, log)
  const gateway = createGateway({
    securityInfo,
    publicUrl,
    log,
    trust,
    traces: settings.config.telemetry.traces,
    ...(metricsToken && { metricsToken }),
    ...(operations && { operations }),
  })
  await securityInfo.start()
  if (!(await securityInfo.policyIsInForce())) {
    const message =
      'The policy in the configuration file is not the one in force. Put it into force with `security-info migrate`; until then the older one holds.'
    log({ level: 'error', message })
  }
  if (!settings.plugins.some(({ channels = [] }) => channels.some(({ id }) => id === CONTACT_CHANNEL))) {
    log({
      level: 'info',
      message: 'Nobody is told of changes to their account: methods.email is not configured.',
    })
  }
  const onListening = () =>
    log({ level: 'info', message: `Serving ${publicUrl.origin}/graphql on ${host}:${port}.` })
  await serveUntilStopped({ gateway, securityInfo, database, host, port, log, onListening })
}

main().then(() => process.exit(), exitWithFailure)
