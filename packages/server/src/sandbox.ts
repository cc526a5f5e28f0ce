/** `pnpm start`: a gateway to try things out on this machine, with a made-up organisation and a demo person. */
import { parseArgs } from 'node:util'
import { composeSecurityInfo } from './compose.ts'
import { readEnvironment } from './config/environment.ts'
import { openDatabase } from './databases.ts'
import { createGateway } from './gateway.ts'
import { plainLog as log } from './log.ts'
import { sandboxData } from './sandbox/data.ts'
import { startAfresh } from './sandbox/fresh.ts'
import { createInbox } from './sandbox/inbox/inbox.ts'
import { devInbox } from './sandbox/inbox/plugin.ts'
import { demoAdministrator, demoPerson } from './sandbox/organisation.ts'
import { ensureAdministratorsPhone, ensurePerson } from './sandbox/people.ts'
import { sandboxSettings } from './sandbox/settings.ts'
import { welcome } from './sandbox/welcome.ts'
import { sandboxRoutes } from './sandbox-routes.ts'
import { serveUntilStopped } from './serve.ts'
import { exitWithFailure } from './start-failure.ts'

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { fresh: { type: 'boolean' } } })
  const say = (message: string) => log({ level: 'info', message })
  const environment = readEnvironment()
  if (values.fresh) startAfresh(environment)
  const settings = sandboxSettings(environment)
  const { publicUrl, host, port, metricsToken, operations } = settings

  say(
    'url' in settings.database
      ? 'Connecting to PostgreSQL ...'
      : 'Opening the embedded database (the first time takes some seconds) ...',
  )
  const database = await openDatabase(settings.database)
  const inbox = createInbox()
  const parts = { plugins: [devInbox(inbox)], deliver: inbox.deliver }
  const securityInfo = composeSecurityInfo(settings, database, log, parts)
  say('Bringing its tables up to date ...')
  await securityInfo.migrate()
  await securityInfo.start()

  const { demoPassword, administratorPassword, serviceKey } = sandboxData()
  await ensurePerson(securityInfo, demoPerson, demoPassword)
  await ensurePerson(securityInfo, demoAdministrator, administratorPassword)
  const demo = { identifier: demoPerson.identifier, password: demoPassword }
  const administrator = { identifier: demoAdministrator.identifier, password: administratorPassword }
  const routes = sandboxRoutes({ demo, administrator }, securityInfo.accounts, publicUrl, serviceKey)
  const gateway = createGateway({
    securityInfo,
    publicUrl,
    log,
    open: true,
    routes,
    ...(metricsToken && { metricsToken }),
    // GraphiQL is there to write documents.
    ...(operations && { operations: { ...operations, strict: false } }),
  })
  const problem = await ensureAdministratorsPhone(gateway, publicUrl, administratorPassword)
  if (problem) say(`The administrator's phone is not set up: ${problem}`)
  const { name } = settings.config.organisation
  const embedded = !('url' in settings.database)
  const onListening = () => say(welcome(publicUrl, name, { demo, administrator }, { embedded, serviceKey }))
  await serveUntilStopped({ gateway, securityInfo, database, host, port, log, onListening })
}

main().then(() => process.exit(), exitWithFailure)
