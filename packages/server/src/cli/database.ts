import type { SecurityInfo } from '@security-info/core'
import { CommandFailure, type Terminal, type WithSecurityInfo } from './command.ts'

/** Options of the commands about what the database holds. */
export const databaseOptions = {
  days: { type: 'string' },
  expect: { type: 'string' },
  'grant-to': { type: 'string' },
} as const

export interface DatabaseValues {
  readonly days?: string | undefined
  readonly expect?: string | undefined
  readonly 'grant-to'?: string | undefined
}

/** Carries a command about the audit chain or the epoch out; false where it is none of them. @throws CommandFailure */
export async function runDatabaseCommand(
  command: string,
  values: DatabaseValues,
  terminal: Terminal,
  checked: WithSecurityInfo,
): Promise<boolean> {
  switch (command) {
    case 'audit verify':
      await checked(async ({ audit }) => report(await verified(audit, values.expect), terminal))
      return true
    case 'audit prune': {
      const days = daysOf(values.days)
      const pruned = await checked(({ audit }) => audit.prune(days))
      terminal.write(`Deleted ${pruned} audit events older than ${days} days. The chain over them stays.\n`)
      return true
    }
    case 'epoch begin': {
      const sessions = await checked((securityInfo) => securityInfo.beginEpoch())
      terminal.write(
        `Ended ${sessions} sessions, and everything else that was open. People sign in again.\nCodes of authenticator apps that were used just before may work once more for two minutes: let people in after that.\n`,
      )
      return true
    }
    default:
      return false
  }
}

/** What there is to seal is sealed first, so that the report says all. */
async function verified(audit: SecurityInfo['audit'], expected: string | undefined) {
  await audit.seal()
  return audit.verify(expected)
}

function report(
  { seals, events, pruned, unsealed, head, faults }: Awaited<ReturnType<SecurityInfo['audit']['verify']>>,
  terminal: Terminal,
): void {
  if (faults.length > 0) {
    throw new CommandFailure(`The audit chain is broken.\n${faults.map((fault) => `- ${fault}`).join('\n')}`)
  }
  terminal.write(
    `The audit chain holds: ${events} events in ${seals} links${pruned > 0 ? `, ${pruned} of them pruned` : ''}${unsealed > 0 ? `, ${unsealed} not sealed yet` : ''}.\n`,
  )
  if (head !== null) {
    terminal.write(
      `Its head is ${head}\nKeep it somewhere else, and give it to the next check with --expect.\n`,
    )
  }
}

function daysOf(days: string | undefined): number {
  if (days !== undefined && /^[0-9]{1,5}$/.test(days) && Number(days) > 0) return Number(days)
  throw new CommandFailure(
    'Say how old events have to be to go, in days: security-info audit prune --days 400',
  )
}
