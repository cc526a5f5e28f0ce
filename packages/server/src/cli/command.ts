import type { SecurityInfo } from '@security-info/core'

/** A command can't be carried out; the message says why and what to do. Ends with exit code 1. */
export class CommandFailure extends Error {}

/** What commands are given instead of reaching for it. */
export interface Terminal {
  /** To standard output. */
  write(text: string): void
  /** Everything that is piped in, without a line break at its end. */
  readInput(): Promise<string>
}

/** Runs `work` with an open database and core on it, and closes both. */
export type WithSecurityInfo = <T>(work: (securityInfo: SecurityInfo) => Promise<T>) => Promise<T>
