#!/usr/bin/env node
/** `security-info`: what an operator does without the gateway, or beside it. */
import { text } from 'node:stream/consumers'
import { CommandFailure, type Terminal } from './cli/command.ts'
import { runCommand } from './cli/run.ts'
import { readEnvironment } from './config/environment.ts'
import { exitWithFailure } from './start-failure.ts'

const terminal: Terminal = {
  write: (output) => void process.stdout.write(output),
  readInput: async () => (await text(process.stdin)).replace(/\r?\n$/, ''),
}

runCommand(process.argv.slice(2), readEnvironment(), terminal).catch((error: unknown) => {
  if (!(error instanceof CommandFailure)) return exitWithFailure(error)
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
})
