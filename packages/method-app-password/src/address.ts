import ipaddr from 'ipaddr.js'

/** Where a program asks from. */
export interface ClientAddress {
  /** In one spelling, so that it can be compared. */
  readonly text: string
  /** The network it is in: what mostly stays the same when the address of a phone changes. */
  network(): string
  /** What failures are counted for: one address of IPv4, one network of 64 bits of IPv6. */
  payer(): string
  /** Whether it is in one of these networks. */
  isIn(networks: readonly string[]): boolean
}

/** Reads an address; `undefined` where it is none. An IPv4 address in IPv6's clothes is the IPv4 address it is. */
export function readAddress(typed: string): ClientAddress | undefined {
  const last = typed.slice(typed.lastIndexOf(':') + 1)
  // The library also reads `127.1`, `0x7f.1` and `010.0.0.1`, which others read differently.
  const strict = last.includes('.') ? ipaddr.IPv4.isValidFourPartDecimal(last) : typed.includes(':')
  if (typed.length > 45 || typed.includes('%') || !strict || !ipaddr.isValid(typed)) return undefined
  const address = ipaddr.process(typed)
  return {
    text: address.toString(),
    network: () => networkOf(address),
    payer: () => (address.kind() === 'ipv4' ? address.toString() : networkOf(address)),
    isIn: (networks) =>
      networks.some((network) => {
        const [base, bits] = ipaddr.parseCIDR(network)
        return base.kind() === address.kind() && address.match(base, bits)
      }),
  }
}

/** Whether a policy may name this network: `192.0.2.0/24`, `2001:db8::/32`. */
export function isNetwork(typed: string): boolean {
  if (!typed.includes(':')) return ipaddr.IPv4.isValidCIDRFourPartDecimal(typed)
  // Addresses are compared as what they are: a network of IPv4 in IPv6's clothes would never match.
  return (
    ipaddr.IPv6.isValidCIDR(typed) &&
    !typed.includes('%') &&
    !ipaddr.IPv6.parseCIDR(typed)[0].isIPv4MappedAddress()
  )
}

/** 256 addresses of IPv4, the 64 bits of IPv6 that one customer can hop through. */
function networkOf(address: ReturnType<typeof ipaddr.process>): string {
  const kept = address.kind() === 'ipv4' ? 3 : 8
  const bytes = address.toByteArray().map((byte, index) => (index < kept ? byte : 0))
  return `${ipaddr.fromByteArray(bytes).toString()}/${kept * 8}`
}
