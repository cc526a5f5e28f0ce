/** PostgreSQL servers of a test's own, to be stopped, copied and starved: of the programs, and by the account, of the run's server. */
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { chown, cp, mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { freePort, openTestDatabase } from '@security-info/testing'
import postgres from 'postgres'

export interface OwnServer {
  readonly port: number
  readonly url: string
  /** Starts it, and waits until it can be asked. */
  start(options?: StartOptions): Promise<void>
  /** Stops it in good order, or as a crash would. */
  stop(how?: 'orderly' | 'crash'): Promise<void>
  /** Makes a standby a primary. */
  promote(): Promise<void>
  /** Another with the same data, while this one is stopped. */
  copy(): Promise<OwnServer>
  /** Stops it and deletes its data. */
  close(): Promise<void>
}

interface StartOptions {
  readonly standby?: boolean
  readonly settings?: Readonly<Record<string, string>>
  /** No file may grow larger than this: what a full disk does to tables, and not to the log of the server itself. */
  readonly largestFileKb?: number
}

/** A new server, not yet started. */
export async function createServer(): Promise<OwnServer> {
  const programs = await programsOfTheRun()
  const folder = await newFolder(programs)
  const flags = [`--pgdata=${join(folder, 'data')}`, '--username=postgres', '--auth=trust', '--locale=C']
  await promisify(execFile)(join(programs.binaries, 'initdb'), [...flags, '--no-sync'], programs.identity)
  return serverIn(folder, programs)
}

async function serverIn(folder: string, programs: Programs): Promise<OwnServer> {
  const { binaries, identity } = programs
  const data = join(folder, 'data')
  const port = await freePort()
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`
  let server: ChildProcess | undefined
  const own: OwnServer = {
    port,
    url,
    async start({ standby = false, settings = {}, largestFileKb } = {}) {
      if (standby) await writeFile(join(data, 'standby.signal'), '')
      const all = { listen_addresses: '127.0.0.1', unix_socket_directories: '', fsync: 'off', ...settings }
      const options = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`])
      const program = [join(binaries, 'postgres'), '-D', data, '-p', String(port), ...options]
      const limit = largestFileKb === undefined ? 'unlimited' : String(largestFileKb)
      // POSIX counts in blocks of 512 bytes.
      const blocks = limit === 'unlimited' ? limit : String(Number(limit) * 2)
      server = spawn('/bin/sh', ['-c', `ulimit -f ${blocks} && exec "$@"`, 'sh', ...program], {
        ...identity,
        stdio: ['ignore', 'ignore', 'pipe'],
      })
      await said(server, standby ? 'ready to accept read-only connections' : 'ready to accept connections')
    },
    async stop(how = 'orderly') {
      if (!server || server.exitCode !== null || server.signalCode !== null) return
      const ending = server
      const exited = new Promise((resolve) => ending.once('exit', resolve))
      ending.kill(how === 'crash' ? 'SIGQUIT' : 'SIGINT')
      await exited
    },
    async promote() {
      const admin = postgres(url, { max: 1 })
      await admin`SELECT pg_promote()`
      await admin.end()
    },
    async copy() {
      const other = await newFolder(programs)
      await cp(data, join(other, 'data'), { recursive: true })
      await promisify(execFile)('chown', ['-R', programs.owner, other])
      return serverIn(other, programs)
    },
    async close() {
      await own.stop()
      await rm(folder, { recursive: true })
    },
  }
  return own
}

interface Programs {
  readonly binaries: string
  readonly owner: string
  /** Whom they run as, where this process may choose. */
  readonly identity: { readonly uid?: number; readonly gid?: number }
}

/** The server says itself where its programs are; its files say whose it is. */
async function programsOfTheRun(): Promise<Programs> {
  const runs = await openTestDatabase('postgres', { empty: true })
  const admin = postgres(runs.url ?? '', { max: 1 })
  const [row] = await admin<{ binaries: string; data: string }[]>`
    SELECT (SELECT setting FROM pg_config WHERE name = 'BINDIR') AS binaries,
      current_setting('data_directory') AS data`
  await admin.end()
  await runs.close()
  if (!row) throw new Error('The server does not say where its programs are.')
  const { uid, gid } = await stat(row.data)
  const identity = process.getuid?.() === 0 ? { uid, gid } : {}
  return { binaries: row.binaries, owner: `${uid}:${gid}`, identity }
}

async function newFolder({ identity: { uid, gid } }: Programs): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'security-info-server-'))
  await mkdir(join(folder, 'data'), { mode: 0o700 })
  if (uid === undefined || gid === undefined) return folder
  for (const one of [folder, join(folder, 'data')]) await chown(one, uid, gid)
  return folder
}

function said(server: ChildProcess, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    let output = ''
    server.once('error', reject)
    server.once('exit', (code) => reject(new Error(`PostgreSQL ended with ${code}:\n${output}`)))
    server.stderr?.on('data', (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-10_000)
      if (output.includes(text)) resolve()
    })
  })
}
