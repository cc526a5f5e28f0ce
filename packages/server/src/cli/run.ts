import { parseArgs } from 'node:util'
import { generateKey } from '@security-info/core'
import { composeSecurityInfo } from '../compose.ts'
import type { Environment } from '../config/environment.ts'
import { openDatabase } from '../databases.ts'
import { plainLog } from '../log.ts'
import { commandSettings, isSandbox } from '../sandbox/settings.ts'
import { CommandFailure, type Terminal, type WithSecurityInfo } from './command.ts'
import { databaseOptions, runDatabaseCommand } from './database.ts'
import { help } from './help.ts'
import { type SchemaAction, schemaCommand } from './schema.ts'
import { runUserCommand, userOptions } from './user.ts'

const options = {
  ...userOptions,
  ...databaseOptions,
  id: { type: 'string' },
  write: { type: 'boolean' },
  check: { type: 'boolean' },
  print: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const

/** After a mistake: all of the help would push what was wrong out of sight. */
const ALL = 'All commands, with their options: pnpm security-info --help'

/** Carries one command out. @throws CommandFailure, ConfigurationFault, DatabaseInUse */
export async function runCommand(
  args: readonly string[],
  environment: Environment,
  terminal: Terminal,
): Promise<void> {
  const { values, positionals } = parse(args)
  const [noun, verb, identifier] = positionals
  if (values.help || noun === undefined) return terminal.write(help)
  const database = databaseCommands(environment)
  if (noun === 'user' && (await runUserCommand(verb, identifier, values, terminal, database.checked))) return

  const command = [noun, verb].filter((word) => word !== undefined).join(' ')
  if (await runDatabaseCommand(command, values, terminal, database.checked)) return

  switch (command) {
    case 'migrate': {
      const policyVersion = await database.asItIs(async (securityInfo) => {
        const version = await securityInfo.migrate()
        const role = values['grant-to']
        if (role !== undefined) await securityInfo.grantTo(role)
        return version
      })
      const which = environment.databaseUrl ? 'The database' : "The sandbox's database (.data)"
      const policy =
        policyVersion === undefined
          ? 'The policy in force stays as it is.'
          : `The configured policy is in force now, as version ${policyVersion}.`
      return terminal.write(`${which} is up to date. ${policy}\n`)
    }
    case 'keys generate':
      return terminal.write(`${generateKey(values.id ?? idOfToday())}\n`)
    case 'keys rotate': {
      const { rewrapped } = await database.checked((securityInfo) => securityInfo.rotateKeys())
      return terminal.write(
        rewrapped === 0
          ? 'Everything is sealed with the first key. Older keys are not needed any more.\n'
          : `Sealed ${rewrapped} values with the first key. Run it again once every gateway has the new ring: older keys can go when nothing is left to do.\n`,
      )
    }
    case 'pepper rotate': {
      const { version } = await database.checked((securityInfo) => securityInfo.rotatePepper())
      return terminal.write(
        `Version ${version} of the pepper is in force: new hashes are made with it, by gateways that run within a minute.\nHashes made before stay good. Each moves over when its answer is next given rightly; until then it needs its old version, so none is deleted.\n`,
      )
    }
    case 'schema':
      return schemaCommand(schemaAction(values), terminal)
    default:
      throw new CommandFailure(`There is no command "${positionals.join(' ')}". ${ALL}`)
  }
}

/** A command has no inbox to show: what a sandbox would send waits for its next start. */
const later = async () => ({ outcome: 'retry' }) as const

function databaseCommands(environment: Environment) {
  const asItIs: WithSecurityInfo = async (work) => {
    const settings = commandSettings(environment)
    const database = await openDatabase(settings.database)
    try {
      const sandbox = isSandbox(environment) ? { plugins: [], deliver: later } : undefined
      return await work(composeSecurityInfo(settings, database, plainLog, sandbox))
    } finally {
      await database.close()
    }
  }
  /** On a database that is up to date, with the keys it was sealed with. */
  const checked: WithSecurityInfo = (work) =>
    asItIs(async (securityInfo) => {
      await securityInfo.start()
      try {
        return await work(securityInfo)
      } finally {
        await securityInfo.stop()
      }
    })
  return { asItIs, checked }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true })
  } catch (error) {
    throw new CommandFailure(`${(error as Error).message}\n${ALL}`)
  }
}

function schemaAction(values: { readonly [action in SchemaAction]?: boolean }): SchemaAction {
  const chosen = (['write', 'check', 'print'] as const).filter((action) => values[action])
  const [action] = chosen
  if (action !== undefined && chosen.length === 1) return action
  throw new CommandFailure('Say one of: schema --print, schema --write, schema --check')
}

/** Keys are told apart by when they were made. */
function idOfToday(): string {
  return new Date().toISOString().slice(0, 10)
}
