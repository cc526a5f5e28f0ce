import { access, constants, mkdtemp, readdir, readFile, rm, statfs } from 'node:fs/promises'
import { join } from 'node:path'

/** What the databases that are open at the same time, and the log of what was written, take; with room to spare. */
const NEEDED = 1024 ** 3

const PREFIX = 'security-info-test-'

/**
 * A new directory for the files of test databases. Each database is several hundred files, made for a test and dropped after it,
 * which takes a disk many times as long as memory: so it is in memory, or in `otherwise` where the system has no such place, or a
 * small one.
 */
export async function quickDirectory(otherwise: string, inMemory = '/dev/shm'): Promise<string> {
  try {
    await access(inMemory, constants.W_OK)
    await removeForgotten(inMemory)
    const { bavail, bsize } = await statfs(inMemory)
    if (bavail * bsize >= NEEDED) return await mkdtemp(join(inMemory, PREFIX))
  } catch {
    // There is a disk as well.
  }
  return mkdtemp(join(otherwise, PREFIX))
}

/** What runs that were killed have left: nobody else would ever free that memory. */
async function removeForgotten(inMemory: string): Promise<void> {
  for (const name of await readdir(inMemory)) {
    if (!name.startsWith(PREFIX)) continue
    const lock = join(inMemory, name, 'postgres', 'postmaster.pid')
    const [pid] = await readFile(lock, 'utf8').then(
      (text) => text.split('\n').map(Number),
      () => [],
    )
    // Without one it is about to start. While it is being set up, the number is negative.
    if (pid && !isRunning(Math.abs(pid))) await rm(join(inMemory, name), { recursive: true, force: true })
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH'
  }
}
