import type { FlowStart, Handlers, MethodSchema, Plugin } from '@security-info/core'

type AnyHandlers = Handlers<string, MethodSchema, object, object, object, object>

/** What went through a plugin's handlers. */
export interface Watched {
  /** As the gateway made them; made once. */
  handlers: AnyHandlers | undefined
  /** The last flow that began. */
  start: FlowStart<object> | undefined
  /** What the last right first proof gave. */
  stored: object | undefined
  counter: bigint | null
}

/**
 * The plugin, and what its handlers are given and give back: so the kit can ask them itself what the API does not ask yet
 * (a challenge for nobody), with real data.
 */
export function watch(plugin: Plugin): { readonly plugin: Plugin; readonly watched: Watched } {
  const watched: Watched = { handlers: undefined, start: undefined, stored: undefined, counter: null }
  const { method } = plugin
  if (!method) throw new Error(`Plugin "${plugin.id}" has no method; describeMethod is for methods.`)
  const create = (deps: Parameters<typeof method.create>[0]): AnyHandlers => {
    const handlers: AnyHandlers = method.create(deps)
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
  return { plugin: { ...plugin, method: { ...method, create } }, watched }
}
