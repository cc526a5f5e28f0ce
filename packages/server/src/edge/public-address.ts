/** What the gateway is called from outside. It comes from configuration and never from a request (C12). */
export interface PublicAddress {
  readonly url: URL
  readonly secure: boolean
  /** True where `Host` may be used: no other name may reach the gateway (DNS rebinding, poisoned links). */
  acceptsHost(host: string | null): boolean
  acceptsOrigin(origin: string): boolean
}

const LOOPBACK = ['localhost', '127.0.0.1', '[::1]']

/** True for addresses that only this machine can reach. */
export function isLoopback(hostname: string): boolean {
  return LOOPBACK.includes(hostname)
}

/** Browsers and tools name the loopback address in three ways; on it, each of them is the gateway. */
export function publicAddress(url: URL): PublicAddress {
  const port = url.port === '' ? '' : `:${url.port}`
  const hosts = isLoopback(url.hostname) ? LOOPBACK.map((name) => `${name}${port}`) : [url.host]
  return {
    url,
    secure: url.protocol === 'https:',
    acceptsHost: (host) => host !== null && hosts.includes(host.toLowerCase()),
    acceptsOrigin: (origin) => hosts.some((host) => origin === `${url.protocol}//${host}`),
  }
}

/** True for the address of a socket whose other end is on this machine. */
export function isLoopbackAddress(address: string): boolean {
  return address === '::1' || address.startsWith('127.')
}
