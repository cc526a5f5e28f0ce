import { createHash } from 'node:crypto'
import { isIPv6 } from 'node:net'
import type { Host } from '../host.ts'
import { countIn } from './windows.ts'

/** Attempts from one address in ten minutes that cost nothing to make: they need no account (security defaults). */
const MOST = 60
const SECONDS = 600

/** Counts one such attempt. Returns when the next may come, where it was one too many. */
export async function spendAddress(host: Host, clientAddress: string): Promise<Date | undefined> {
  const value = await host.fingerprints.of('address', networkOf(clientAddress))
  const counted = await countIn(host.db, [{ scope: 'address', value, most: MOST, seconds: SECONDS }])
  if (!('retryAt' in counted)) return undefined
  host.metrics.count('addresses_refused_total')
  return counted.retryAt
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
