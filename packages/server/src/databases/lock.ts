import { closeSync, mkdirSync, openSync, readFileSync, unlinkSync, writeSync } from 'node:fs'
import { hostname, uptime } from 'node:os'
import { dirname } from 'node:path'

/** Who holds a data directory. */
interface Holder {
  readonly pid: number
  readonly host: string
  /** When the process started, in milliseconds: tells it from a later one with the same number. */
  readonly startedAt: number
}

/** The embedded database is open in another process, or seems to be. The message says which and what to do. */
export class DatabaseInUse extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'DatabaseInUse'
  }
}

const me: Holder = {
  pid: process.pid,
  host: hostname(),
  startedAt: Math.round(Date.now() - process.uptime() * 1000),
}
const heldHere = new Set<string>()

/**
 * Takes the lock file, or refuses. PGlite has no lock of its own: of two processes on one directory, one would silently
 * lose what it wrote. The file of a process that died is taken over.
 *
 * @returns what gives the lock back; it is also given back when the process ends
 * @throws DatabaseInUse
 */
export function lockFile(path: string): () => void {
  mkdirSync(dirname(path), { recursive: true })
  // A second round is needed where the file vanished, or a stale one was cleared away, in between.
  for (let round = 0; round < 3; round++) {
    if (createExclusively(path, JSON.stringify(me))) return held(path)
    const text = read(path)
    if (text === undefined) continue
    const holder = parse(text)
    if (!holder) throw new DatabaseInUse(unreadable(path))
    if (isAlive(holder, path)) throw new DatabaseInUse(inUse(holder, path))
    clearAway(path, text, holder)
  }
  throw new DatabaseInUse(`Several processes are trying to open ${path} at once. Start one of them again.`)
}

function held(path: string): () => void {
  heldHere.add(path)
  const release = () => {
    process.off('exit', release)
    if (!heldHere.delete(path)) return
    if (read(path) === JSON.stringify(me)) unlinkSync(path)
  }
  process.once('exit', release)
  return release
}

/**
 * Removes the lock of a dead process. Two may find it at the same time, and the slower one must not remove the lock of
 * the faster: so only who holds the marker for this very holder may remove it, after having looked once more.
 */
export function clearAway(path: string, stale: string, holder: Holder): void {
  const marker = `${path}.${holder.pid}-${holder.startedAt}`
  if (!createExclusively(marker, '')) throw new DatabaseInUse(unreadable(marker))
  try {
    if (read(path) === stale) unlinkSync(path)
  } finally {
    unlinkSync(marker)
  }
}

function isAlive(holder: Holder, path: string): boolean {
  // Nothing can be known about a process on another machine that shares the folder.
  if (holder.host !== me.host) return true
  if (holder.pid === me.pid) return heldHere.has(path)
  // The machine has been started since, so whatever has this number now is another process.
  if (holder.startedAt < Date.now() - uptime() * 1000 - 2000) return false
  try {
    process.kill(holder.pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH'
  }
}

function createExclusively(path: string, text: string): boolean {
  try {
    const file = openSync(path, 'wx', 0o600)
    writeSync(file, text)
    closeSync(file)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

function parse(text: string): Holder | undefined {
  try {
    const { pid, host, startedAt } = JSON.parse(text) as Partial<Holder>
    const whole = Number.isInteger(pid) && typeof host === 'string' && typeof startedAt === 'number'
    return whole ? ({ pid, host, startedAt } as Holder) : undefined
  } catch {
    return undefined
  }
}

function inUse(holder: Holder, path: string): string {
  const where = holder.host === me.host ? '' : ` on ${holder.host}`
  return `The embedded database is already open: process ${holder.pid}${where}, started ${new Date(holder.startedAt).toLocaleString()}.
Only one process can use it at a time. Stop that one first (Ctrl+C in its terminal), or use a PostgreSQL server: DATABASE_URL=postgres://...
If that process is gone or is something else, delete ${path} and try again.`
}

function unreadable(path: string): string {
  return `Another process is just opening the embedded database, or one died while it did.
Try again; if this stays and no other process runs, delete ${path}.`
}
