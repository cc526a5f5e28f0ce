import type { Channel, Delivery, OutgoingMessage, SendLimit } from '@security-info/core'
import { mailboxOf, parseAddress } from './address.ts'
import { writeLetter } from './letter.ts'
import { outcomeOf, type SmtpFailure } from './outcome.ts'
import type { SmtpOptions } from './smtp-options.ts'
import { createPool, type Transport } from './transport.ts'

/** The channel `email`. It can deliver where a mail server is configured. */
export function createChannel(smtp: SmtpOptions | undefined): Channel {
  return { id: 'email', option: 'smtp', limits, ...(smtp ? createDelivery(smtp) : {}) }
}

/** Core counts by address. Spellings and aliases of one mailbox are many addresses, so they are counted together (H6). */
function limits(to: string): readonly SendLimit[] {
  const value = mailboxOf(to)
  return [
    { scope: 'mailbox', value, most: 5, seconds: 600 },
    { scope: 'mailbox', value, most: 10, seconds: 86_400 },
  ]
}

function createDelivery(smtp: SmtpOptions): Pick<Channel, 'deliver' | 'close'> {
  let pool: Transport | undefined
  const deliver = async (message: OutgoingMessage): Promise<Delivery> => {
    // Notices also go to addresses that came from elsewhere than our own method.
    const to = parseAddress(message.to)
    if (!to) return { outcome: 'rejected', problem: 'invalidAddress' }
    pool ??= createPool(smtp)
    // Over before core gives up: what was still waiting for a connection can then be tried again.
    const signal = AbortSignal.any([message.signal, AbortSignal.timeout(smtp.timeouts.totalMs)])
    const { language, ...letter } = writeLetter(message)
    try {
      const { messageId } = await pool.send({
        ...letter,
        to: to.address,
        messageId: messageIdOf(message.ref, smtp),
        headers: {
          // RFC 3834 5, and what Exchange has for it: no out-of-office note comes back.
          'Auto-Submitted': 'auto-generated',
          'X-Auto-Response-Suppress': 'All',
          'Content-Language': language,
        },
        signal,
      })
      return { outcome: 'accepted', providerId: messageId }
    } catch (failure) {
      return outcomeOf(failure as SmtpFailure, pool.hasBegun(signal))
    }
  }
  const close = async () => {
    pool?.close()
    pool = undefined
  }
  return { deliver, close }
}

/** The same for each attempt, so that a notice that was sent twice is seen to be one (RFC 5322 3.6.4). */
function messageIdOf(ref: string, { from }: SmtpOptions): string {
  return `<${ref.replace(/[^A-Za-z0-9_-]/g, '')}@${from.domain}>`
}
