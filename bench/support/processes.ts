import { fork } from 'node:child_process'
import { setup } from '@security-info/testing/global-setup'

/** A PostgreSQL of the run's own. */
export async function startServer(): Promise<{ readonly url: string; stop(): Promise<void> }> {
  let url = ''
  const provide = (_: unknown, at: { readonly postgresUrl: string }) => {
    url = at.postgresUrl
  }
  const stop = await setup({ provide } as Parameters<typeof setup>[0])
  return { url, stop }
}

/** A server in a process of its own, which says by message where it listens. It ends with this one at the latest. */
export async function startProcess(
  file: string,
  env: Readonly<Record<string, string>>,
): Promise<{ readonly port: number; end(): void }> {
  const child = fork(file, { env: { ...process.env, ...env } })
  process.once('exit', () => child.kill('SIGKILL'))
  const port = await new Promise<number>((resolve, reject) => {
    child.once('message', (told) => resolve(Number(told)))
    child.once('exit', (code) => reject(new Error(`${file} ended with ${code} before it listened.`)))
  })
  return { port, end: () => void child.kill('SIGTERM') }
}
