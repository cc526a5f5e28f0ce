import { changeUser, disableUser, enableUser, type OnAccount, unlockUser } from './account.ts'
import { CommandFailure, type Terminal, type WithSecurityInfo } from './command.ts'
import { createUser, setPassword } from './password.ts'
import { type RightsValues, rightsOf, rightsOptions } from './rights.ts'

/** What may stand behind `user` and its verb. */
export const userOptions = {
  name: { type: 'string' },
  email: { type: 'string' },
  'password-stdin': { type: 'boolean' },
  ...rightsOptions,
} as const

/** The same as they come in; what is not said is missing. */
export interface UserValues extends RightsValues {
  readonly name?: string
  readonly email?: string
  readonly 'password-stdin'?: boolean
}
type Option = keyof UserValues

interface Verb {
  /** The options that mean something with it. */
  readonly takes: readonly Option[]
  run(at: OnAccount, values: UserValues): Promise<void>
}

const rights = Object.keys(rightsOptions) as Option[]
const verbs: Readonly<Record<string, Verb>> = {
  create: {
    takes: ['name', 'email', 'password-stdin', ...rights],
    run: (at, { name, email, 'password-stdin': fromInput = false, ...rest }) =>
      createUser(at, { name, email, fromInput, ...rightsOf(rest) }),
  },
  password: {
    takes: ['password-stdin'],
    run: (at, { 'password-stdin': fromInput = false }) => setPassword(at, fromInput),
  },
  change: { takes: rights, run: (at, values) => changeUser(at, rightsOf(values)) },
  disable: { takes: [], run: disableUser },
  enable: { takes: [], run: enableUser },
  unlock: { takes: [], run: unlockUser },
}

/** Carries out `user <verb> <identifier>`; false where there is no such verb. @throws CommandFailure */
export async function runUserCommand(
  verb: string | undefined,
  identifier: string | undefined,
  values: UserValues,
  terminal: Terminal,
  withSecurityInfo: WithSecurityInfo,
): Promise<boolean> {
  const found = Object.hasOwn(verbs, verb ?? '') ? verbs[verb ?? ''] : undefined
  if (!found) return false
  if (identifier === undefined) {
    throw new CommandFailure(`Which user? Write: security-info user ${verb} <identifier>`)
  }
  const said = (Object.keys(userOptions) as Option[]).filter((option) => values[option] !== undefined)
  const idle = said.find((option) => !found.takes.includes(option))
  if (idle) throw new CommandFailure(`--${idle} means nothing to \`user ${verb}\`, so nothing was done.`)
  const carryOut: OnAccount['carryOut'] = async (work) => {
    const result = await withSecurityInfo(({ accounts }) => work(accounts))
    if (!result.ok) throw new CommandFailure(result.problem)
  }
  await found.run({ identifier, terminal, carryOut }, values)
  return true
}
