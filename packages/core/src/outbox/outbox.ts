import type { OutboxHost } from '../host.ts'
import { spreadNotices } from '../notices/spread.ts'
import { type ChannelWorker, createChannelWorker } from './worker.ts'

/** Sends what the outbox holds. Each channel has its own worker, so that one that hangs holds up no other (M9). */
export interface Outbox {
  /** Something was just written: look now and not at the next round. */
  nudge(): void
  /** When a channel that is down may be tried again; null while it works. */
  downUntil(channel: string): Date | null
  /** Sends what is due now and waits for it. Returns how many messages were handed over. */
  drain(): Promise<number>
  start(): void
  /** Lets what is being sent finish. */
  stop(): Promise<void>
}

const EVERY_MS = 1_000

export function createOutbox(host: OutboxHost): Outbox {
  const workers = new Map<string, ChannelWorker>(
    [...host.channels].flatMap(([id, { deliver }]) =>
      deliver ? [[id, createChannelWorker(host, id, deliver)] as const] : [],
    ),
  )
  const all = [...workers.values()]
  let timer: NodeJS.Timeout | undefined
  let spreading: Promise<unknown> | undefined

  const spread = () =>
    (spreading ??= spreadNotices(host)
      .catch((error: unknown) => host.onUnexpected(error, { requestId: null }))
      .finally(() => {
        spreading = undefined
      }))
  const round = () => {
    void spread().then(() => {
      // What began before a stop must not wake a worker after it.
      if (timer) for (const worker of all) worker.wake()
    })
  }

  return {
    nudge() {
      if (timer) setImmediate(() => timer && round())
    },
    downUntil: (channel) => workers.get(channel)?.downUntil() ?? null,
    async drain() {
      await spread()
      const sent = await Promise.all(all.map((worker) => worker.drain()))
      return sent.reduce((sum, one) => sum + one, 0)
    },
    start() {
      timer ??= setInterval(round, EVERY_MS).unref()
    },
    async stop() {
      clearInterval(timer)
      timer = undefined
      await spreading
      await Promise.all(all.map((worker) => worker.stop()))
      await Promise.all([...host.channels.values()].map(async (channel) => channel.close?.()))
    },
  }
}
