import type { SerializedError } from 'vitest'
import type { Reporter, TestModule, TestRunEndReason, TestSuite } from 'vitest/node'

/** Prints the outcome as one line, the last one, for machines: `tests: 12 passed, 0 failed`. */
export default class OutcomeReporter implements Reporter {
  onTestRunEnd(
    modules: readonly TestModule[],
    unhandled: readonly SerializedError[],
    reason: TestRunEndReason,
  ): void {
    process.stdout.write(`${outcome(modules, unhandled.length, reason)}\n`)
  }
}

function outcome(modules: readonly TestModule[], unhandled: number, reason: TestRunEndReason): string {
  const states = modules.flatMap((module) =>
    [...module.children.allTests()].map((test) => test.result().state),
  )
  const passed = states.filter((state) => state === 'passed').length
  const skipped = states.filter((state) => state === 'skipped').length
  // What never came to an end did not pass. A file or block that fails has no test to show for it.
  const unfinished = states.length - passed - skipped
  const blocks = modules.flatMap((module): (TestModule | TestSuite)[] => [
    module,
    ...module.children.allSuites(),
  ])
  const failed = unfinished + unhandled + blocks.filter((block) => block.errors().length > 0).length
  const atLeast = reason === 'passed' ? 0 : 1
  const left = skipped > 0 ? `Skipped: ${skipped} (the name of each says why).\n` : ''
  return `${left}tests: ${passed} passed, ${Math.max(failed, atLeast)} failed`
}
