import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { createGateway, type GatewayOptions } from '@security-info/server'
import type { World } from './world.ts'

/** The name under which the examples know the gateway. */
const PUBLIC_URL = new URL('https://id.example.org')

/** Where a program is, if it is on this machine: system servers are often not in everybody's PATH. */
export function program(name: string): string | undefined {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin', '/sbin']
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path))
}

/** A file of an example, with what a reader is told to replace. Each of them has to be there. */
export async function example(
  name: string,
  replaced: Readonly<Record<string, string>> = {},
): Promise<string> {
  let text = await readFile(new URL(`../../../examples/${name}`, import.meta.url), 'utf8')
  for (const [from, to] of Object.entries(replaced)) {
    if (!text.includes(from)) throw new Error(`examples/${name} has no "${from}".`)
    text = text.replaceAll(from, to)
  }
  return text
}

/** What Debian's nginx.conf has around a file of `conf.d`, and all files in one folder. */
export function nginxAround(path: string, file: string): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (kind) => `${kind}_temp_path ${join(path, kind)};`,
  )
  return `daemon off; master_process off; pid ${join(path, 'nginx.pid')};
    events {}
    http { access_log off; ${temporary.join(' ')} include ${file}; }`
}

/** The gateway with its own HTTP, on a port of its own. */
export async function serveGateway(
  { securityInfo }: Pick<World, 'securityInfo'>,
  options: Partial<Pick<GatewayOptions, 'trust' | 'metricsToken'>> = {},
) {
  const unexpected: unknown[] = []
  const log = ({ error }: { readonly error?: unknown }) => void unexpected.push(error)
  const gateway = createGateway({ ...options, securityInfo, publicUrl: PUBLIC_URL, log })
  const { port, close } = await gateway.listen({ host: '127.0.0.1', port: 0 })
  return { port, unexpected, close: () => close(0) }
}

export async function folder(): Promise<{ readonly path: string; remove(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'app-passwords-'))
  return { path, remove: () => rm(path, { recursive: true, force: true }) }
}

/** A server in the foreground, until `stop`; ready once it takes connections. */
export async function startServer(command: string, args: readonly string[], port: number) {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => {
      said += chunk.toString()
    })
  const over = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const kill = () => void child.kill('SIGKILL')
  process.once('exit', kill)
  try {
    await listening(port, child)
  } catch (error) {
    child.kill('SIGKILL')
    throw new Error(`${command} did not start:\n${said}`, { cause: error })
  }
  return {
    said: () => said,
    async stop() {
      process.off('exit', kill)
      child.kill('SIGTERM')
      await over
    },
  }
}

async function listening(port: number, child: ChildProcess): Promise<void> {
  const end = Date.now() + 60_000
  while (Date.now() < end && child.exitCode === null) {
    const socket = await dial(port).catch(() => undefined)
    if (socket) return void socket.destroy()
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  throw new Error('It takes no connections.')
}

/** A connection, once it is open. */
export function dial(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port })
    socket.once('connect', () => resolve(socket)).once('error', reject)
  })
}
