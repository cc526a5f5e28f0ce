import type { MethodKind } from '../contract/kind.ts'
import type { Way } from '../contract/plugin.ts'
import type { Host } from '../host.ts'
import { purposesOf } from '../policy/coverage.ts'
import { allowedFor, type Policy } from '../policy/document.ts'
import type { AccountRow, MethodRow } from '../session/load.ts'

/** The ways in which a method can be the default: only what gives a second factor. Strongest first. */
export function defaultWays(policy: Policy, kind: MethodKind): readonly Way[] {
  return kind.method.ways
    .filter((way) => allowedFor(policy, kind.id, way).includes('TWO_FACTOR'))
    .sort((a, b) => b.strength - a.strength)
}

/** The default as it is, for a notice that may have to bring it back. */
export function defaultOf({ defaultMethodId, defaultWay }: AccountRow) {
  return { methodId: defaultMethodId, way: defaultWay }
}

/**
 * The account with its default method and way after `methods` changed: the preferred one where it can be, the present
 * one where it is still there, else the strongest, else none. `proven`: the way a method was just proven in, which is known to
 * work for it (a landline takes no texts).
 */
export function defaultAfter(
  host: Host,
  policy: Policy,
  account: AccountRow,
  methods: readonly MethodRow[],
  {
    prefer,
    proven,
  }: {
    readonly prefer: string | null
    readonly proven?: { readonly methodId: string; readonly way: string }
  },
): AccountRow {
  const candidates = methods
    .filter((method) => purposesOf(host.kinds, policy, method).includes('TWO_FACTOR'))
    .flatMap((method) => {
      const kind = host.kinds.get(method.kind)
      const ways = kind ? defaultWays(policy, kind) : []
      const way = (method.id === proven?.methodId && ways.find(({ id }) => id === proven.way)) || ways[0]
      return way ? [{ id: method.id, way }] : []
    })
    .sort((a, b) => b.way.strength - a.way.strength)
  const preferred = candidates.find((one) => one.id === prefer)
  if (preferred) return { ...account, defaultMethodId: preferred.id, defaultWay: preferred.way.id }
  if (candidates.some((one) => one.id === account.defaultMethodId)) return account
  const next = candidates[0]
  return { ...account, defaultMethodId: next?.id ?? null, defaultWay: next?.way.id ?? null }
}
