/** Our own entries as real processes. */
import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const source = join(import.meta.dirname, '..', '..', 'src')

export interface Started {
  readonly pid: number
  /** Everything it has printed so far, to both streams. */
  output(): string
  /** Waits until it has printed this. @throws where it ends before */
  printed(text: string): Promise<void>
  /** Waits for its end; null where a signal ended it. */
  exit(): Promise<number | null>
  signal(name: NodeJS.Signals): void
}

export interface Entry {
  readonly cwd: string
  readonly args?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  readonly input?: string
}

const running = new Set<ChildProcess>()

/** Starts a script, or `src/<name>.ts`, with nothing of this process's environment but what Node needs. */
export function start(script: string | URL, { cwd, args = [], env = {}, input }: Entry): Started {
  const file = typeof script === 'string' ? join(source, `${script}.ts`) : fileURLToPath(script)
  const { PATH = '', HOME = '', SYSTEMROOT = '' } = process.env
  const flags = ['--conditions=source', '--disable-warning=ExperimentalWarning']
  const child = spawn(process.execPath, [...flags, file, ...args], {
    cwd,
    env: { PATH, HOME, SYSTEMROOT, ...env },
    stdio: 'pipe',
  })
  running.add(child)
  let output = ''
  const listeners = new Set<() => void>()
  const heard = (chunk: Buffer) => {
    output += chunk.toString()
    for (const listener of listeners) listener()
  }
  child.stdout.on('data', heard)
  child.stderr.on('data', heard)
  child.stdin.end(input ?? '')
  const ended = new Promise<number | null>((resolve) => {
    child.once('close', (code) => {
      running.delete(child)
      resolve(code)
    })
  })
  return {
    pid: child.pid ?? 0,
    output: () => output,
    exit: () => ended,
    signal: (signal) => void child.kill(signal),
    printed: (text) =>
      new Promise((resolve, reject) => {
        const look = () => {
          if (!output.includes(text)) return
          listeners.delete(look)
          resolve()
        }
        listeners.add(look)
        void ended.then(() => reject(new Error(`It ended without printing "${text}":\n${output}`)))
        look()
      }),
  }
}

/** Ends what a failed test has left running. */
export async function endAll(): Promise<void> {
  await Promise.all(
    [...running].map((child) => {
      const closed = new Promise((resolve) => child.once('close', resolve))
      child.kill('SIGKILL')
      return closed
    }),
  )
}
