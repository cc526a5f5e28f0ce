import { connect, type Socket } from 'node:net'

/** What came of asking for a while. */
export interface Volley {
  readonly answered: number
  readonly seconds: number
  /** How often each status came. */
  readonly statuses: Readonly<Record<string, number>>
}

/**
 * Asks as fast as the answers come, over connections that are kept: one request at a time on each. It speaks HTTP by itself,
 * for a client library would take more time than the servers that are measured.
 *
 * @param requests whole requests, as bytes; each connection goes through them from another place
 */
export async function fire(
  port: number,
  requests: readonly Buffer[],
  { connections, seconds }: { readonly connections: number; readonly seconds: number },
): Promise<Volley> {
  const statuses: Record<string, number> = {}
  const start = performance.now()
  const end = start + seconds * 1000
  const one = (index: number) =>
    new Promise<number>((resolve, reject) => {
      let at = Math.floor((requests.length / connections) * index)
      let answered = 0
      let read = ''
      const socket: Socket = connect({ host: '127.0.0.1', port, noDelay: true })
      const next = () => socket.write(requests[at++ % requests.length] ?? '')
      socket.setEncoding('latin1')
      socket.on('error', reject)
      socket.on('connect', next)
      socket.on('data', (chunk: string) => {
        read += chunk
        if (!isWhole(read)) return
        const status = read.slice(9, 12)
        statuses[status] = (statuses[status] ?? 0) + 1
        answered++
        read = ''
        if (performance.now() < end) next()
        else socket.end(() => resolve(answered))
      })
    })
  const counts = await Promise.all(Array.from({ length: connections }, (_, index) => one(index)))
  const answered = counts.reduce((sum, count) => sum + count, 0)
  return { answered, seconds: (performance.now() - start) / 1000, statuses }
}

/** Whether an answer has come to its end: its head, and as much more as that says. */
function isWhole(read: string): boolean {
  const head = read.indexOf('\r\n\r\n')
  if (head < 0) return false
  if (/\r\ntransfer-encoding: chunked/i.test(read.slice(0, head))) return read.endsWith('0\r\n\r\n')
  const length = Number(/\r\ncontent-length: (\d+)/i.exec(read.slice(0, head))?.[1] ?? 0)
  return read.length >= head + 4 + length
}
