import type { Channel, Delivery, OutgoingMessage } from '../contract/channel.ts'
import type { OutboxHost } from '../host.ts'
import { createBreaker } from './breaker.ts'
import { type ClaimedMessage, claimMessages, type Outcome, reclaimMessages, settleMessage } from './claim.ts'
import { renderMessage } from './render.ts'

/** Sends the messages of one channel. */
export interface ChannelWorker {
  /** Takes what is due, as far as there is room. */
  wake(): void
  /** The same, and waits until nothing is under way and nothing is due. Returns how many it handed over. */
  drain(): Promise<number>
  downUntil(): Date | null
  /** Takes nothing more and lets what is under way finish. */
  stop(): Promise<void>
}

/** How many messages of one channel are under way at once in one process: a few that hang leave room for the others. */
const AT_ONCE = 32
/** How long a provider is given for one message. */
const ATTEMPT_MS = 15_000
/** How long what is under way may take when the gateway stops; what has no answer by then is unknown. */
const CLOSING_MS = 3_000
const RECLAIM_EVERY_MS = 15_000

export function createChannelWorker(
  host: OutboxHost,
  channel: string,
  deliver: NonNullable<Channel['deliver']>,
): ChannelWorker {
  const breaker = createBreaker()
  const underWay = new Set<Promise<void>>()
  let taking: Promise<number> | undefined
  let again = false
  let stopped = false
  let closing = new AbortController()
  let reclaimedAt = Number.NEGATIVE_INFINITY
  let handed = 0

  /** Claims as many as there is room for. One claim at a time; a wake meanwhile makes it look once more. */
  const take = (): Promise<number> => {
    again = taking !== undefined
    taking ??= claimDue()
      .catch((error: unknown) => {
        host.onUnexpected(error, { requestId: null })
        return 0
      })
      .finally(() => {
        taking = undefined
        if (again && !stopped) void take()
      })
    return taking
  }
  const claimDue = async (): Promise<number> => {
    if (performance.now() - reclaimedAt > RECLAIM_EVERY_MS) {
      reclaimedAt = performance.now()
      await reclaimMessages(host, channel)
    }
    const room = AT_ONCE - underWay.size
    const allowed = stopped || room <= 0 ? 'none' : breaker.allowed()
    if (allowed === 'none') return 0
    const claimed = await claimMessages(host, channel, allowed === 'one' ? 1 : room).catch((error) => {
      breaker.released()
      throw error
    })
    if (claimed.length === 0) breaker.released()
    for (const message of claimed) {
      const sending: Promise<void> = send(message).finally(() => {
        underWay.delete(sending)
        if (!stopped) void take()
      })
      underWay.add(sending)
    }
    handed += claimed.length
    return claimed.length
  }

  const send = async (message: ClaimedMessage): Promise<void> => {
    try {
      const delivery = await attempt(host, message, deliver, closing.signal)
      if (delivery.outcome === 'dropped' || delivery.outcome === 'broken') breaker.released()
      else if (showsProviderWell(delivery)) breaker.worked()
      else if (breaker.failed()) host.onUnexpected(downError(channel, delivery), { requestId: null })
      const state = await settleMessage(host, message, delivery)
      host.metrics.count('messages_total', { channel, state: state ?? 'REPORTED' })
      if (state === 'DEAD') throw new Error(`A notice was given up after ${message.attempt} attempts.`)
    } catch (error) {
      host.onUnexpected(error, { requestId: null })
    }
  }

  return {
    wake() {
      stopped = false
      void take()
    },
    async drain() {
      const before = handed
      stopped = false
      for (;;) {
        await taking
        const taken = await take()
        // A wake meanwhile may have begun one more claim: it is waited for, and not asked for again.
        while (taking) await taking
        if (taken === 0 && underWay.size === 0) return handed - before
        await Promise.all(underWay)
      }
    },
    downUntil() {
      const until = breaker.openUntil()
      return until === null ? null : new Date(Date.now() + Math.max(until - performance.now(), 0))
    },
    async stop() {
      stopped = true
      await taking
      const patience = setTimeout(() => closing.abort(), CLOSING_MS)
      await Promise.all(underWay)
      clearTimeout(patience)
      closing = new AbortController()
    },
  }
}

/** It took the message, or said no to this one alone. */
function showsProviderWell(delivery: Outcome): boolean {
  const { outcome } = delivery
  return (
    outcome === 'accepted' || outcome === 'rejected' || (outcome === 'retry' && delivery.about === 'message')
  )
}

/** What the operator reads when a provider stops working. */
function downError(
  channel: string,
  { outcome, reason }: { readonly outcome: string; readonly reason?: string },
) {
  return new Error(
    `The channel "${channel}" is down: ${reason ?? outcome}. Codes by it are refused until a message gets through.`,
  )
}

/** Hands one message over. Once `deliver` was called, a failure may have come after the provider took it. */
async function attempt(
  host: OutboxHost,
  message: ClaimedMessage,
  deliver: NonNullable<Channel['deliver']>,
  closing: AbortSignal,
): Promise<Outcome> {
  const abort = new AbortController()
  let outgoing: OutgoingMessage | undefined
  try {
    outgoing = renderMessage(host, message, await host.policies.current(), abort.signal)
  } catch (error) {
    host.onUnexpected(error, { requestId: null })
    return { outcome: 'broken' }
  }
  if (!outgoing) return { outcome: 'dropped' }
  const giveUp = () => abort.abort()
  const gaveUp = new Promise<Delivery>((resolve) => {
    abort.signal.addEventListener('abort', () => resolve({ outcome: 'unknown' }), { once: true })
  })
  const timer = setTimeout(giveUp, ATTEMPT_MS)
  closing.addEventListener('abort', giveUp, { once: true })
  try {
    return await Promise.race([deliver(outgoing), gaveUp])
  } catch (error) {
    host.onUnexpected(error, { requestId: null })
    return { outcome: 'unknown' }
  } finally {
    clearTimeout(timer)
    closing.removeEventListener('abort', giveUp)
  }
}
