import { BlockList, isIP } from 'node:net'

/** Whether an address is a proxy of ours, whose word about the client counts. */
export type Trust = (address: string) => boolean

/** Reads `127.0.0.1, 10.0.0.0/8, fd00::/8`; what can't be read is given back in words. */
export function readTrust(text: string): Trust | { readonly unreadable: string } {
  const list = new BlockList()
  for (const entry of text
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean)) {
    const [address = '', prefix] = entry.split('/')
    const family = isIP(address)
    const bits = prefix === undefined ? undefined : Number(prefix)
    const known =
      family !== 0 &&
      (bits === undefined || (Number.isInteger(bits) && bits >= 0 && bits <= (family === 4 ? 32 : 128)))
    if (!known) return { unreadable: entry }
    const type = family === 4 ? 'ipv4' : 'ipv6'
    if (bits === undefined) list.addAddress(address, type)
    else list.addSubnet(address, bits, type)
  }
  return (address) => isIP(address) !== 0 && list.check(address, isIP(address) === 4 ? 'ipv4' : 'ipv6')
}

export const trustNobody: Trust = () => false

/**
 * Where a request came from: the nearest address that is no proxy of ours. Anybody can write `X-Forwarded-For`, so it is
 * read from the right, and only as far as our own proxies wrote it (H20).
 */
export function clientAddress(socketAddress: string, forwardedFor: string | null, trust: Trust): string {
  const hops = (forwardedFor ?? '').split(',').map((hop) => hop.trim())
  let address = plain(socketAddress)
  while (trust(address)) {
    const next = plain(hops.pop() ?? '')
    if (isIP(next) === 0) break
    address = next
  }
  return address
}

/**
 * One client must not have two addresses: a dual-stack socket shows IPv4 clients as IPv6, and some proxies write brackets and the port
 * behind it.
 */
function plain(written: string): string {
  const address = written.replace(/^\[([^\]]+)\](:\d+)?$/, '$1').replace(/^(\d+\.\d+\.\d+\.\d+):\d+$/, '$1')
  return address.toLowerCase().startsWith('::ffff:') && address.includes('.')
    ? address.slice('::ffff:'.length)
    : address
}
