import type { Deps, FlowStart, Handlers, Hashes, MethodSchema, Plugin } from '@security-info/core'

type AnyHandlers = Handlers<string, MethodSchema, object, object, object, object>

/** What went through a plugin's handlers. */
export interface Watched {
  /** As the gateway made them; made once. */
  handlers: AnyHandlers | undefined
  /** Its GraphQL types; made once. */
  refs: MethodSchema | undefined
  /** The last flow that began. */
  start: FlowStart<object> | undefined
  /** What the last right first proof gave. */
  stored: object | undefined
  counter: bigint | null
  /** How many slow hashes were made or compared. */
  hashes: number
}

/**
 * The plugin, and what its handlers are given and give back: so the kit can ask them itself what the API shows to nobody (what a
 * challenge of nobody keeps, how much work it is), with real data.
 */
export function watch(plugin: Plugin): { readonly plugin: Plugin; readonly watched: Watched } {
  const watched: Watched = {
    handlers: undefined,
    refs: undefined,
    start: undefined,
    stored: undefined,
    counter: null,
    hashes: 0,
  }
  const { method } = plugin
  if (!method) throw new Error(`Plugin "${plugin.id}" has no method; describeMethod is for methods.`)
  const create = (deps: Deps): AnyHandlers => {
    const handlers: AnyHandlers = method.create({ ...deps, hashes: counting(deps.hashes, watched) })
    watched.handlers = handlers
    return {
      ...handlers,
      begin(...given) {
        watched.start = given[0]
        return handlers.begin(...given)
      },
      async confirm(...given) {
        const enrolled = await handlers.confirm(...given)
        if (!('ok' in enrolled)) {
          watched.stored = enrolled.stored
          watched.counter = enrolled.counter ?? null
        }
        return enrolled
      },
    }
  }
  const schema = (kit: Parameters<typeof method.schema>[0]): MethodSchema => {
    const refs: MethodSchema = method.schema(kit)
    watched.refs = refs
    return refs
  }
  return { plugin: { ...plugin, method: { ...method, schema, create } }, watched }
}

function counting(hashes: Hashes, watched: Watched): Hashes {
  return {
    hash(secret) {
      watched.hashes++
      return hashes.hash(secret)
    },
    matches(hash, secret) {
      watched.hashes++
      return hashes.matches(hash, secret)
    },
    isOutdated: (hash) => hashes.isOutdated(hash),
  }
}
