/** A PostgreSQL of a test's own that can be a standby: of the programs, and by the account, of the run's server. */
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { chown, mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import postgres from 'postgres'
import { freePort } from './process.ts'

export interface Standby {
  readonly url: string
  /** Makes it a primary. */
  promote(): Promise<void>
  /** Starts it again as a standby, at the same address. */
  demote(): Promise<void>
  close(): Promise<void>
}

export async function startStandby(runsServer: string): Promise<Standby> {
  const { binaries, account } = await programsOf(runsServer)
  const folder = await mkdtemp(join(tmpdir(), 'security-info-standby-'))
  const data = join(folder, 'data')
  await mkdir(data, { mode: 0o700 })
  if (process.getuid?.() === 0) for (const one of [folder, data]) await chown(one, account.uid, account.gid)
  const identity = process.getuid?.() === 0 ? account : {}
  const flags = [`--pgdata=${data}`, '--username=postgres', '--auth=trust', '--locale=C', '--no-sync']
  await promisify(execFile)(join(binaries, 'initdb'), flags, identity)
  const port = await freePort()
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`
  const starting = ['-D', data, '-p', String(port), '-c', 'listen_addresses=127.0.0.1']
  const settings = ['-c', 'unix_socket_directories=', '-c', 'fsync=off']
  const startAsStandby = async () => {
    await writeFile(join(data, 'standby.signal'), '')
    const started = spawn(join(binaries, 'postgres'), [...starting, ...settings], {
      ...identity,
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    await said(started, 'ready to accept read-only connections')
    return started
  }
  let server = await startAsStandby()
  const stop = async () => {
    if (server.exitCode !== null || server.signalCode !== null) return
    const exited = new Promise((resolve) => server.once('exit', resolve))
    server.kill('SIGINT')
    await exited
  }
  return {
    url,
    async promote() {
      const admin = postgres(url, { max: 1 })
      await admin`SELECT pg_promote()`
      await admin.end()
    },
    async demote() {
      await stop()
      server = await startAsStandby()
    },
    async close() {
      await stop()
      await rm(folder, { recursive: true })
    },
  }
}

/** The server says itself where its programs are; its files say whose it is. */
async function programsOf(url: string) {
  const admin = postgres(url, { max: 1 })
  const [row] = await admin<{ binaries: string; data: string }[]>`
    SELECT (SELECT setting FROM pg_config WHERE name = 'BINDIR') AS binaries,
      current_setting('data_directory') AS data`
  await admin.end()
  if (!row) throw new Error('The server does not say where its programs are.')
  const { uid, gid } = await stat(row.data)
  return { binaries: row.binaries, account: { uid, gid } }
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
