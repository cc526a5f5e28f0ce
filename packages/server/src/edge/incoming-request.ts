import type { IncomingMessage } from 'node:http'

/**
 * Node's request as the standard one that routes get. A real one is put together only where more is asked of it than its method,
 * address and headers: that takes longer than most routes do.
 */
export function incomingRequest(
  { method = 'GET', url = '/', headers }: IncomingMessage,
  origin: string,
  body?: Buffer<ArrayBuffer>,
): Request {
  const address = `${origin}${url}`
  let made: Request | undefined
  const whole = () => {
    made ??= new Request(address, {
      method,
      headers: headers as Record<string, string>,
      ...(body && { body }),
    })
    return made
  }
  const headerOf = (name: string) => headers[name.toLowerCase()]?.toString() ?? null
  const known = lazily<Headers>(
    { get: headerOf, has: (name) => headerOf(name) !== null },
    () => whole().headers,
    Headers.prototype,
  )
  const own = { method, url: address, headers: known, ...(!body && { body: null }) }
  return lazily<Request>(own, whole, Request.prototype)
}

/** An object of which some is known, and the rest is asked of the whole one, which is made then. */
function lazily<T extends object>(known: Partial<T>, whole: () => T, prototype: object): T {
  return new Proxy(known as T, {
    get(_, name) {
      if (Object.hasOwn(known, name)) return known[name as keyof T]
      // A promise asks what it is given for its `then`.
      if (!(name in prototype)) return undefined
      const value: unknown = Reflect.get(whole(), name)
      return typeof value === 'function' ? value.bind(whole()) : value
    },
    has: (_, name) => name in prototype,
    getPrototypeOf: () => prototype,
  })
}
