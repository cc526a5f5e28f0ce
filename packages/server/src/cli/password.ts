import { Secret } from '@security-info/core'
import { generatePassword } from '../sandbox/password.ts'
import type { OnAccount } from './account.ts'
import { CommandFailure, type Terminal } from './command.ts'
import type { Rights } from './rights.ts'

export interface NewUser extends Rights {
  readonly name: string | undefined
  readonly email: string | undefined
  /** Whether its password comes from standard input. */
  readonly fromInput: boolean
}

/** `user create`: an account, with a password that is generated and shown once, or comes from standard input. */
export async function createUser(
  { identifier, terminal, carryOut }: OnAccount,
  user: NewUser,
): Promise<void> {
  const { name, email, fromInput, ...rights } = user
  const { password, generated } = await choosePassword(fromInput, terminal)
  const account = {
    identifier,
    displayName: name ?? identifier,
    password: new Secret(password),
    ...(email === undefined ? {} : { contactEmail: email }),
    ...rights,
  }
  await carryOut((accounts) => accounts.create(account))
  terminal.write(`Made the account ${identifier}${rights.administrator ? ', an administrator' : ''}.\n`)
  if (generated) showOnce(password, terminal)
}

/** `user password`: a new password; ends every session of the account. */
export async function setPassword(
  { identifier, terminal, carryOut }: OnAccount,
  fromInput: boolean,
): Promise<void> {
  const { password, generated } = await choosePassword(fromInput, terminal)
  await carryOut((accounts) => accounts.setPassword({ identifier, password: new Secret(password) }))
  terminal.write(`Set a new password for ${identifier}; every session of the account is ended.\n`)
  if (generated) showOnce(password, terminal)
}

async function choosePassword(fromInput: boolean, terminal: Terminal) {
  if (!fromInput) return { password: generatePassword(), generated: true }
  const password = await terminal.readInput()
  if (password !== '') return { password, generated: false }
  throw new CommandFailure(
    '--password-stdin was given, but nothing came. Pipe the password in, such as: pass show robin | security-info user create robin@example.org --password-stdin',
  )
}

function showOnce(password: string, terminal: Terminal): void {
  terminal.write(
    `Password: ${password}\nIt is shown this once. Hand it over in person, or by a way that is as safe.\n`,
  )
}
