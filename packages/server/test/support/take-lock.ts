/** A process that tries to take a lock file and says how it went; who gets it keeps it. */
import { lockFile } from '../../src/databases/lock.ts'

try {
  lockFile(process.argv[2] ?? '')
  setInterval(() => {}, 60_000)
  process.stdout.write('got it\n')
} catch (error) {
  process.stdout.write(`${(error as Error).name}\n${(error as Error).message}\n`)
}
