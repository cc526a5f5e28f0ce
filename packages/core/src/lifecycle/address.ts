import { createHash } from 'node:crypto'
import { isIPv6 } from 'node:net'
import type { Host } from '../host.ts'
import { countOne, uncount } from './windows.ts'

/**
 * What anybody can do without an account, and how often from one address in ten minutes. Each is counted apart: who burns one must
 * close no other. A passkey can't be guessed, so its number only keeps the table small (H1). Codes of resets go to nobody where a stranger
 * makes the numbers up, but count for a provider's limits like others: so few that those of one address alone close no country (H5).
 */
const MOST = { signIn: 60, reset: 60, resetCode: 30, passkey: 600 } as const
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
  return isIPv6(address) ? (ipv4Within(address) ?? ipv6Network(address)) : address
}

/** The IPv4 address in a mapped one (RFC 4291 2.5.5.2) and in one of NAT64 (RFC 6052 2.1), where all clients share a network. */
function ipv4Within(address: string): string | undefined {
  const groups = groupsOf(address)
  const prefix = groups.slice(0, 6).join(':')
  if (prefix !== '0:0:0:0:0:ffff' && prefix !== '64:ff9b:0:0:0:0') return undefined
  const numbers = groups.slice(6).map((group) => Number.parseInt(group, 16))
  return numbers.flatMap((number) => [number >> 8, number & 255]).join('.')
}

const ipv6Network = (address: string) => groupsOf(address).slice(0, 4).join(':')

/** The eight groups of an IPv6 address, however it is written, without leading zeros. */
function groupsOf(address: string): readonly string[] {
  // A web address has one spelling (WHATWG URL 3.5): no capitals, no dots, and the zone is not part of it.
  const { hostname } = new URL(`http://[${address.split('%')[0]}]`)
  const [head = '', tail = ''] = hostname.slice(1, -1).split('::')
  const left = head.split(':').filter(Boolean)
  const right = tail.split(':').filter(Boolean)
  return [...left, ...Array.from({ length: 8 - left.length - right.length }, () => '0'), ...right]
}
