import { CommandFailure } from './command.ts'

/** What an account may do, and the groups a policy knows it by. What is missing stays as it is. */
export interface Rights {
  readonly administrator?: boolean
  readonly groups?: readonly string[]
}

/** The same as options of a command. */
export const rightsOptions = {
  administrator: { type: 'boolean' },
  'no-administrator': { type: 'boolean' },
  group: { type: 'string', multiple: true },
  'no-groups': { type: 'boolean' },
} as const

export interface RightsValues {
  readonly administrator?: boolean
  readonly 'no-administrator'?: boolean
  readonly group?: readonly string[]
  readonly 'no-groups'?: boolean
}

const LONGEST = 100

/** Reads the options. @throws CommandFailure where two contradict each other, or a group has no name */
export function rightsOf(values: RightsValues): Rights {
  const { administrator = false, 'no-administrator': not = false, group, 'no-groups': none = false } = values
  if (administrator && not) throw contradiction('administrator', 'no-administrator')
  if (group && none) throw contradiction('group', 'no-groups')
  const groups = none ? [] : group && namesOf(group)
  return { ...((administrator || not) && { administrator }), ...(groups && { groups }) }
}

/** Each once. */
function namesOf(written: readonly string[]): readonly string[] {
  const names = written.map((name) => name.trim())
  const wrong = names.find((name) => name === '' || name.length > LONGEST || /\p{Cc}/u.test(name))
  if (wrong === undefined) return [...new Set(names)]
  throw new CommandFailure(
    `--group: expected the name of a group, 1 to ${LONGEST} characters on one line, got ${wrong.length}.`,
  )
}

function contradiction(one: string, other: string): CommandFailure {
  return new CommandFailure(`--${one} and --${other} contradict each other. Say one of them.`)
}
