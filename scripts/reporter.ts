import { relative } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import type { SerializedError } from 'vitest'
import type { Reporter, TestCase, TestModule, TestRunEndReason, TestSuite } from 'vitest/node'

/**
 * Says once more, at the very end, what failed and why, a line each (`failed: file > name: reason (where)`); then, as one last line for
 * machines, the outcome: `tests: 12 passed, 0 failed`. Where only the end of a long output is kept, it is the end that must tell.
 */
export default class OutcomeReporter implements Reporter {
  onTestRunEnd(
    modules: readonly TestModule[],
    unhandled: readonly SerializedError[],
    reason: TestRunEndReason,
  ): void {
    process.stdout.write(`${outcome(modules, unhandled, reason).join('\n')}\n`)
  }
}

function outcome(
  modules: readonly TestModule[],
  unhandled: readonly SerializedError[],
  reason: TestRunEndReason,
): readonly string[] {
  const tests = modules.flatMap((module) => [...module.children.allTests()])
  const passed = tests.filter((test) => test.result().state === 'passed').length
  const skipped = tests.filter((test) => test.result().state === 'skipped').length
  // What never came to an end did not pass. A file or block that fails has no test to show for it.
  const unfinished = tests.filter((test) => !['passed', 'skipped'].includes(test.result().state))
  const blocks = modules
    .flatMap((module): (TestModule | TestSuite)[] => [module, ...module.children.allSuites()])
    .filter((block) => block.errors().length > 0)
  const failures = [
    ...unfinished.map((test) => failure(nameIn(test), test.result().errors)),
    ...blocks.map((block) => failure(nameIn(block), block.errors())),
    ...unhandled.map((error) => failure('outside of any test', [error])),
  ]
  const failed = Math.max(failures.length, reason === 'passed' ? 0 : 1)
  return [
    ...failures,
    ...(skipped > 0 ? [`Skipped: ${skipped} (the name of each says why).`] : []),
    `tests: ${passed} passed, ${failed} failed`,
  ]
}

function nameIn(entity: TestCase | TestSuite | TestModule): string {
  return entity.type === 'module'
    ? entity.relativeModuleId
    : `${entity.module.relativeModuleId} > ${entity.fullName}`
}

/** Of the first error the first line, what differed and where: enough to know what it is about. The whole of it stands further up. */
function failure(name: string, errors: readonly SerializedError[] = []): string {
  const [error] = errors
  if (!error) return `failed: ${name}: never came to an end`
  const differences = stripVTControlCharacters(typeof error.diff === 'string' ? error.diff : '')
    .split('\n')
    .filter((line) => /^[-+] (?!Expected|Received)/.test(line))
  const what = [error.message.split('\n', 1)[0], ...differences].join(' | ').slice(0, 500)
  const at = error.stacks?.[0]
  return `failed: ${name}: ${what}${at ? ` (${relative(process.cwd(), at.file)}:${at.line})` : ''}`
}
