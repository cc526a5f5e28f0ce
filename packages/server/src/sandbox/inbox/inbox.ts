import type { Delivery, OutgoingMessage } from '@security-info/core'
import { wordsOf } from './words.ts'

/** A message that would have gone to a phone or a mailbox. */
export interface InboxMessage {
  readonly id: string
  readonly channel: string
  readonly to: string
  readonly subject: string
  readonly text: string
  readonly code: string | null
  readonly link: string | null
  readonly at: Date
}

/** Everybody's phone and mailbox, in a sandbox: the last messages, in memory alone. */
export interface Inbox {
  /** For `createSecurityInfo`: takes what no provider would send. */
  deliver(channel: string, message: OutgoingMessage): Promise<Delivery>
  /** Newest first. */
  messages(): readonly InboxMessage[]
  /** What is there, now and after each arrival. */
  watch(): AsyncGenerator<readonly InboxMessage[]>
}

const MOST = 200

export function createInbox(): Inbox {
  let messages: readonly InboxMessage[] = []
  let count = 0
  let arrived: () => void
  const nextArrival = () => new Promise<void>((resolve) => (arrived = resolve))
  let arrival = nextArrival()

  return {
    async deliver(channel, message) {
      const { to, subject, code, link } = message
      const id = String(++count)
      const told = { code: code?.reveal() ?? null, link: link?.url ?? null }
      const added = { id, channel, to, subject, text: wordsOf(channel, message), ...told, at: new Date() }
      messages = [added, ...messages].slice(0, MOST)
      arrived()
      arrival = nextArrival()
      return { outcome: 'accepted', providerId: `inbox-${id}` }
    },
    messages: () => messages,
    async *watch() {
      for (;;) {
        // Taken before the list is shown: what arrives while it is, is not missed.
        const next = arrival
        yield messages
        await next
      }
    },
  }
}
