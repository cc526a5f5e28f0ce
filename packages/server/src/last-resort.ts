import type { Log } from './log.ts'

/** How long an orderly end may take once nobody knows what state the process is in. */
const END_MS = 20_000

/**
 * Hears of what nobody handled, for as long as the process serves (M19). A rejected promise concerns one piece of work: it is logged, and the
 * process goes on. After an exception that nobody caught, anything may be half done: `broken` says so, and the process
 * is to end, with exit code 1.
 */
export function lastResort(log: Log): { readonly broken: Promise<void> } {
  process.on('unhandledRejection', (error) => {
    log({ level: 'error', message: 'A promise was rejected, and nobody handled it.', error })
  })
  return {
    broken: new Promise((resolve) => {
      process.on('uncaughtException', (error) => {
        log({ level: 'error', message: 'An exception was thrown, and nobody caught it.', error })
        process.exitCode = 1
        setTimeout(() => process.exit(1), END_MS).unref()
        resolve()
      })
    }),
  }
}
