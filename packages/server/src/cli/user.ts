import { type AccountResult, Secret, type SecurityInfo } from '@security-info/core'
import { generatePassword } from '../sandbox/password.ts'
import { CommandFailure, type Terminal, type WithSecurityInfo } from './command.ts'

export interface NewUser {
  readonly identifier: string
  readonly name: string | undefined
  readonly email: string | undefined
  readonly passwordFromInput: boolean
}

/** `user create`: an account, with a password that is generated and shown once, or comes from standard input. */
export async function createUser(
  user: NewUser,
  terminal: Terminal,
  withSecurityInfo: WithSecurityInfo,
): Promise<void> {
  const { password, generated } = await choosePassword(user.passwordFromInput, terminal)
  const account = {
    identifier: user.identifier,
    displayName: user.name ?? user.identifier,
    password: new Secret(password),
    ...(user.email === undefined ? {} : { contactEmail: user.email }),
  }
  await carryOut(withSecurityInfo, (accounts) => accounts.create(account))
  terminal.write(`Made the account ${user.identifier}.\n`)
  if (generated) showOnce(password, terminal)
}

/** `user password`: a new password; ends every session of the account. */
export async function setPassword(
  identifier: string,
  passwordFromInput: boolean,
  terminal: Terminal,
  withSecurityInfo: WithSecurityInfo,
): Promise<void> {
  const { password, generated } = await choosePassword(passwordFromInput, terminal)
  await carryOut(withSecurityInfo, (accounts) =>
    accounts.setPassword({ identifier, password: new Secret(password) }),
  )
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

async function carryOut(
  withSecurityInfo: WithSecurityInfo,
  work: (accounts: SecurityInfo['accounts']) => Promise<AccountResult>,
): Promise<void> {
  const result = await withSecurityInfo(({ accounts }) => work(accounts))
  if (!result.ok) throw new CommandFailure(result.problem)
}

function showOnce(password: string, terminal: Terminal): void {
  terminal.write(
    `Password: ${password}\nIt is shown this once. Hand it over in person, or by a way that is as safe.\n`,
  )
}
