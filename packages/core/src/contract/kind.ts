import type { Handlers } from './handlers.ts'
import type { Method, Plugin } from './plugin.ts'
import type { MethodSchema } from './schema-kit.ts'

/** A plugin that is a method, put to work: core calls every kind through this one shape. */
export interface MethodKind extends Plugin {
  readonly method: Method<string, MethodSchema, object, object, object, object>
  readonly refs: MethodSchema
  readonly handlers: Handlers<string, MethodSchema, object, object, object, object>
}

/** The ways of all kinds whose proofs could be hit by trying, as `kind/way`. */
export function guessableWays(kinds: ReadonlyMap<string, MethodKind>): readonly string[] {
  return [...kinds.values()].flatMap((kind) =>
    kind.method.ways.filter((way) => way.guessable).map((way) => `${kind.id}/${way.id}`),
  )
}
