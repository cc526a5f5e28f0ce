import type { Logger } from 'drizzle-orm'

/**
 * The statements sent through drizzle, oldest first, without their parameters. BEGIN and COMMIT are not among them: drivers
 * send those by themselves.
 */
export interface Statements {
  readonly log: readonly string[]
  /** How many statements were sent while `work` ran, by it or by anyone else on the same database object. */
  count(work: () => Promise<unknown>): Promise<number>
}

/** A counter, and the logger for drizzle that feeds it. */
export function recordStatements(): { readonly statements: Statements; readonly logger: Logger } {
  const log: string[] = []
  const count = async (work: () => Promise<unknown>) => {
    const before = log.length
    await work()
    return log.length - before
  }
  return { statements: { log, count }, logger: { logQuery: (query) => void log.push(query) } }
}
