import { createHash } from 'node:crypto'
import { isIPv6 } from 'node:net'
import type { Host } from '../host.ts'
import { countOne, uncount } from './windows.ts'

/**
 * What anybody can do without an account, and how often from one address in ten minutes. Each is counted apart: who burns one must
 * close no other. A passkey can't be guessed, so its number only keeps the table small (H1).
 */
const MOST = { signIn: 60, reset: 60, passkey: 600 } as const
const SECONDS = 600

export interface SpentAddress {
  /** For an attempt that was right: those who share an address must not close it for each other by working. */
  giveBack(): Promise<void>
}

/** Counts one such attempt. Answers when the next may come, where it was one too many. */
export async function spendAddress(
  { db, fingerprints, metrics }: Host,
  what: keyof typeof MOST,
  clientAddress: string,
): Promise<SpentAddress | { readonly retryAt: Date }> {
  const value = await fingerprints.of('address', networkOf(clientAddress))
  const counted = await countOne(db, { scope: `client/${what}`, value, most: MOST[what], seconds: SECONDS })
  if ('scope' in counted) return { giveBack: () => uncount(db, counted) }
  metrics.count('client_refused_total', { what })
  return counted
}

/** An address as a budget sees it, as a name for its ledger. */
export function addressKey(address: string): string {
  return createHash('sha256').update(networkOf(address)).digest('base64url').slice(0, 16)
}

/** One host, or one IPv6 network of 64 bits, which a single customer can hop through. */
function networkOf(address: string): string {
  return isIPv6(address) && !address.startsWith('::ffff:') ? ipv6Network(address) : address
}

function ipv6Network(address: string): string {
  const [head = '', tail = ''] = (address.split('%')[0] ?? '').split('::')
  const left = head.split(':').filter(Boolean)
  const right = tail.split(':').filter(Boolean)
  const zeros = Array.from({ length: Math.max(8 - left.length - right.length, 0) }, () => '0')
  return [...left, ...zeros, ...right]
    .slice(0, 4)
    .map((part) => Number.parseInt(part, 16).toString(16))
    .join(':')
}
