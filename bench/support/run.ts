/**
 * Runs a program for a bounded time. A run that hangs is a failed run; servers it started end with the process.
 */
export async function bounded(seconds: number, run: () => Promise<boolean>): Promise<never> {
  const hardStop = setTimeout(() => {
    console.error(`Stopped: expected to be done within ${seconds} s.`)
    process.exit(1)
  }, seconds * 1000)
  process.once('SIGINT', () => process.exit(130))
  const passed = await run().catch((error: unknown) => {
    console.error(error)
    return false
  })
  clearTimeout(hardStop)
  process.exit(passed ? 0 : 1)
}
