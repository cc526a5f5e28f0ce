import type { Method, MethodSchema, Plugin, Way } from '@security-info/core'
import type { OpenDatabase } from '../databases/each.ts'
import type { Conformance } from './conformance.ts'
import { createRig, type Rig, type RigOptions } from './rig.ts'

type AnyMethod = Method<string, MethodSchema, object, object, object, object>

/** What the checks of one kind stand on, and where they are put down: as tests, or in a list. */
export interface Suite<Device> {
  readonly conformance: Conformance<Device>
  readonly plugin: Plugin
  readonly method: AnyMethod
  /** One database for all checks of a driver: everybody in them is new. */
  readonly open: OpenDatabase
  /** A database of the check's own. */
  readonly openNew: OpenDatabase
  check(name: string, run: () => Promise<void>): void
  /** Says what is not checked, and what in the manifest is the reason. */
  skip(name: string, why: string): void
  /** A new gateway with the plugin, on the shared database. */
  rigged(options?: RigOptions): Promise<Rig<Device>>
}

export function createSuite<Device>(
  conformance: Conformance<Device>,
  openNew: OpenDatabase,
  put: Pick<Suite<Device>, 'check' | 'skip'>,
): Suite<Device> {
  const plugin = conformance.plugin()
  const { method } = plugin
  if (!method) throw new Error(`Plugin "${plugin.id}" has no method; describeMethod is for methods.`)
  let shared: ReturnType<OpenDatabase> | undefined
  const open = () => (shared ??= openNew())
  return {
    ...put,
    conformance,
    plugin,
    method,
    open,
    openNew,
    rigged: async (options) => createRig(conformance, await open(), options),
  }
}

/** Ways that a second factor can be proven in. */
export function twoFactorWays({ method }: { readonly method: AnyMethod }): readonly Way[] {
  return method.ways.filter((way) => way.usedFor.includes('TWO_FACTOR'))
}

/** Ways by which the kind can be set up. */
export function enrollingWays({
  method,
  conformance,
}: Pick<Suite<never>, 'method'> & {
  readonly conformance: { readonly enrollsBy?: readonly string[] }
}): readonly Way[] {
  return method.ways.filter((way) => conformance.enrollsBy?.includes(way.id) ?? true)
}

/** Ways whose codes core sends. */
export function sentWays({ method }: { readonly method: AnyMethod }): readonly Way[] {
  return method.ways.filter((way) => way.channel !== undefined)
}

/** Ways that count for a password reset. */
export function resetWays({ method }: { readonly method: AnyMethod }): readonly Way[] {
  return method.ways.filter((way) => way.usedFor.includes('PASSWORD_RESET'))
}

/** Why a kind that proves nothing at sign-in is not challenged. */
export const RESET_ONLY = 'no way is used for TWO_FACTOR, and nothing else challenges yet'
