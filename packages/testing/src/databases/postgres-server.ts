import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chown, mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { freePort } from '../free-port.ts'
import { initialise, postgresBinaries, unprivilegedAccount } from './postgres-binaries.ts'

/** Durability is worth nothing here. The odd time zone finds statements that rely on a server in UTC. */
const settings = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  max_wal_size: '256MB',
  max_connections: '200',
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  timezone: 'Asia/Kolkata',
  // A test that provokes an error has it in its hands; LOG ranks above ERROR and tells when the server is ready.
  log_min_messages: 'log',
}

/** A running PostgreSQL of our own. */
export interface PostgresServer {
  /** The superuser's, to the database `postgres`; the password in it lives as long as the server. */
  readonly url: string
  /** Stops the server. Its files stay where they are, for whoever made the directory. */
  stop(): Promise<void>
}

/**
 * Starts a real PostgreSQL on a free port of 127.0.0.1, in about 0.7 s.
 *
 * @param directory holds its files; other accounts need search permission on it
 * @param elsewhere `data`: another directory for what it writes; `programs`: the folder of another PostgreSQL's programs
 * @throws where there are no binaries for this platform, or with what the server said when it didn't start
 */
export async function startPostgresServer(
  directory: string,
  elsewhere: { readonly data?: string; readonly programs?: string | undefined } = {},
): Promise<PostgresServer> {
  const account = await unprivilegedAccount()
  const binaries = elsewhere.programs ?? (await postgresBinaries(account, directory))
  const data = join(elsewhere.data ?? directory, 'postgres')
  const passwordFile = join(directory, 'postgres-password')
  const password = randomBytes(24).toString('hex')
  await mkdir(data, { mode: 0o700 })
  await writeFile(passwordFile, password, { mode: 0o600 })
  if (account.uid !== undefined && account.gid !== undefined) {
    await chown(data, account.uid, account.gid)
    await chown(passwordFile, account.uid, account.gid)
  }
  const access = ['--username=postgres', `--pwfile=${passwordFile}`, '--auth=password']
  const kind = ['--encoding=UTF8', '--locale=C', '--no-sync', '--no-instructions']
  await initialise(binaries, account, [`--pgdata=${data}`, ...access, ...kind])
  await rm(passwordFile)
  const port = await freePort()
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const server = spawn(join(binaries, 'postgres'), ['-D', data, '-p', String(port), ...flags], {
    ...account,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  await ready(server)
  const kill = () => void server.kill('SIGQUIT')
  // Before its files are removed.
  process.prependOnceListener('exit', kill)
  return {
    url: `postgres://postgres:${password}@127.0.0.1:${port}/postgres`,
    stop: async () => {
      process.off('exit', kill)
      if (server.exitCode !== null || server.signalCode !== null) return
      const exited = new Promise((resolve) => server.once('exit', resolve))
      server.kill('SIGINT')
      await exited
    },
  }
}

function ready(server: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = ''
    server.on('error', reject)
    server.on('exit', (code) => reject(new Error(`PostgreSQL did not start (exit code ${code}):\n${said}`)))
    // Read to the end of its life, or the server would block on a full pipe.
    server.stderr?.on('data', (chunk: Buffer) => {
      if (said.length < 10_000) said += chunk.toString()
      if (said.includes('ready to accept connections')) resolve()
    })
  })
}
