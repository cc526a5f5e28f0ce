/** The command line in this process. */
import { CommandFailure } from '../../src/cli/command.ts'
import { runCommand } from '../../src/cli/run.ts'
import { readEnvironment } from '../../src/config/environment.ts'
import { explainStartFailure } from '../../src/start-failure.ts'

interface Given {
  readonly env?: Readonly<Record<string, string>>
  readonly input?: string
}
interface Ended {
  readonly ok: boolean
  readonly output: string
}
type CommandLine = (args: readonly string[], more?: Given) => Promise<Ended>

/** Runs commands with this environment, and what a single one adds to it. */
export function commandLine(env: () => Readonly<Record<string, string>>): CommandLine {
  return async (args, more = {}) => {
    let output = ''
    const terminal = {
      write(text: string) {
        output += text
      },
      readInput: async () => more.input ?? '',
    }
    try {
      await runCommand(args, readEnvironment({ ...env(), ...more.env }), terminal)
      return { ok: true, output }
    } catch (error) {
      if (error instanceof CommandFailure) return { ok: false, output: error.message }
      return { ok: false, output: explainStartFailure(error) ?? String(error) }
    }
  }
}
