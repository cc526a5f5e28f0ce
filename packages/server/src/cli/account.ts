import type { AccountResult, SecurityInfo } from '@security-info/core'
import { CommandFailure, type Terminal } from './command.ts'
import type { Rights } from './rights.ts'

/** One command on one account. */
export interface OnAccount {
  readonly identifier: string
  readonly terminal: Terminal
  /** Does something with the accounts. @throws CommandFailure with what they say is wrong */
  carryOut(work: (accounts: SecurityInfo['accounts']) => Promise<AccountResult>): Promise<void>
}

/** `user change`: what an account may do. */
export async function changeUser(
  { identifier, terminal, carryOut }: OnAccount,
  rights: Rights,
): Promise<void> {
  if (Object.keys(rights).length === 0) {
    throw new CommandFailure(
      'What is to change? Say --administrator or --no-administrator, --group <name> for each group, or --no-groups.',
    )
  }
  await carryOut((accounts) => accounts.change({ identifier, ...rights }))
  terminal.write(`Changed the account ${identifier}; that holds from the next request on.\n`)
}

/** `user disable`: closes an account. */
export async function disableUser({ identifier, terminal, carryOut }: OnAccount): Promise<void> {
  await carryOut((accounts) => accounts.disable(identifier))
  terminal.write(
    `Disabled the account ${identifier}: what was open has ended, and nothing lets anybody in.\n`,
  )
}

/** `user enable`: opens it again. */
export async function enableUser({ identifier, terminal, carryOut }: OnAccount): Promise<void> {
  await carryOut((accounts) => accounts.enable(identifier))
  terminal.write(`Enabled the account ${identifier}: its methods and its password are as they were.\n`)
}

/** `user unlock`: opens what wrong attempts have closed. */
export async function unlockUser({ identifier, terminal, carryOut }: OnAccount): Promise<void> {
  await carryOut((accounts) => accounts.unlock(identifier))
  terminal.write(`Opened what wrong attempts had closed of ${identifier}.\n`)
}
