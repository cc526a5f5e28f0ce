import { ConfigurationFault } from '@security-info/core'
import { DatabaseInUse } from './databases/lock.ts'
import { describeError } from './log.ts'

/** What to tell a person whose start failed, where we know what is wrong; otherwise the error itself is the news. */
export function explainStartFailure(error: unknown): string | undefined {
  if (error instanceof DatabaseInUse) return error.message
  if (error instanceof ConfigurationFault) {
    const { faults } = error
    const list = faults.map(
      ({ where, problem, fix }, index) => `  ${index + 1}. ${where}: ${problem}.\n     ${fix}`,
    )
    const count = faults.length === 1 ? 'one thing is' : `${faults.length} things are`
    return `Security Info can't run: ${count} missing or wrong.\n\n${list.join('\n')}`
  }
  if (hasCode(error, [INSUFFICIENT_PRIVILEGE])) {
    return `The role in DATABASE_URL may not do that in the database.
To run the gateway, the owner of the tables lets it: security-info migrate --grant-to <role>. To migrate, and for audit prune, be the owner.`
  }
  if (hasCode(error, [UNDEFINED_OBJECT])) {
    return 'There is no such role in the database. Make it first: create role <name> login password …'
  }
  if (hasCode(error, NOT_MIGRATED)) {
    return 'The database has no tables yet, or older ones. Bring it up to date first: security-info migrate'
  }
  if (String((error as { code?: unknown }).code).startsWith('ERR_PARSE_ARGS')) {
    return `${(error as Error).message}\n\nUsage: pnpm start [--fresh]     begins anew with --fresh\n       pnpm demo [--url http://localhost:4000]`
  }
  const { code, port } = error as { code?: string; port?: number }
  if (code === 'EADDRINUSE') {
    return `Port ${port} is taken: another program, perhaps another gateway, is listening there.
Stop that one, or choose another port with the environment variable PORT, such as PORT=${(port ?? 0) + 1}.`
  }
  if (code === 'EACCES' && port !== undefined) {
    return `This user may not listen on port ${port}. Choose one above 1023 with the environment variable PORT.`
  }
  return undefined
}

const INSUFFICIENT_PRIVILEGE = '42501'
const UNDEFINED_OBJECT = '42704'
/** PostgreSQL: undefined_table, undefined_column, undefined_function, invalid_schema_name. */
const NOT_MIGRATED = ['42P01', '42703', '42883', '3F000']

/** Whether PostgreSQL said one of these, however that was wrapped. */
function hasCode(error: unknown, codes: readonly string[]): boolean {
  for (let at = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth++) {
    if ('code' in at && codes.includes(String(at.code))) return true
  }
  return false
}

/** For the entries: says why nothing runs, and ends with exit code 1. */
export function exitWithFailure(error: unknown): never {
  const explained = explainStartFailure(error)
  if (explained) process.stderr.write(`\n${explained}\n`)
  else process.stderr.write(`${describeError(error).join('\n  caused by ')}\n`)
  process.exit(1)
}
