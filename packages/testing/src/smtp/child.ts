import { fork } from 'node:child_process'
import { once } from 'node:events'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Order, Report } from './server-process.ts'

type Told = Exclude<Report, { readonly report: 'done' }>

/** The server's process, as its parent holds it. */
export interface Child {
  readonly pid: number
  /** Waits until it is done; gives back the port. @throws with what the process said where it could not or has ended */
  order(order: Order): Promise<number>
  /** For `kept`, which nothing answers. */
  send(order: Order): void
  /** Ends the process. May be called twice. */
  close(): Promise<void>
}

/** Starts the process, from the sources or from what they were compiled to, whichever this file is. */
export function startChild(told: (report: Told) => void): Child {
  const script = new URL(`./server-process${extname(import.meta.url)}`, import.meta.url)
  const child = fork(fileURLToPath(script), {
    // Not those of a test runner.
    execArgv: ['--disable-warning=ExperimentalWarning'],
    // Bytes stay bytes.
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  let said = ''
  child.stderr?.on('data', (chunk: Buffer) => {
    if (said.length < 10_000) said += chunk.toString()
  })
  const exited = once(child, 'exit')
  const waiting: ((outcome: Extract<Report, { readonly report: 'done' }>) => void)[] = []
  // They are answered in the order in which they were given, because each waits for the one before.
  let last: Promise<unknown> = Promise.resolve()
  child.on('message', (report: Report) => {
    if (report.report === 'done') waiting.shift()?.(report)
    else told(report)
  })
  child.on('exit', (code) => {
    for (const done of waiting.splice(0)) done({ report: 'done', problem: `It ended with ${code}. ${said}` })
  })
  const give = (order: Order) =>
    new Promise<number>((resolve, reject) => {
      waiting.push(({ port = 0, problem }) => {
        if (problem === undefined) resolve(port)
        else reject(new Error(`The SMTP server could not ${order.order}: ${problem}`))
      })
      if (child.connected) child.send(order)
      else waiting.pop()?.({ report: 'done', problem: `It has ended. ${said}` })
    })
  return {
    pid: child.pid ?? 0,
    order(order) {
      const done = last.then(() => give(order))
      last = done.catch(() => undefined)
      return done
    },
    send: (order) => void child.send(order),
    async close() {
      if (child.connected) child.disconnect()
      await exited
    },
  }
}
