import { sql } from 'drizzle-orm'
import type { Registered } from '../contract/handlers.ts'
import type { MethodKind } from '../contract/kind.ts'
import type { Host } from '../host.ts'
import { readMethods, type SealedMethod } from '../lifecycle/claim.ts'
import { openReadable } from '../lifecycle/sealed.ts'
import { text, uuid } from '../storage/sql.ts'
import type { ActiveReset } from './load.ts'
import { eligible } from './standing.ts'

/** The methods that may pass the next gate, as handlers see them. Asked of the database whoever it is. */
export async function readEligible(
  host: Host,
  reset: ActiveReset,
  kind: MethodKind,
): Promise<readonly Registered<object>[]> {
  const sealed = await readMethods(host, sql`m.user_id = ${uuid(reset.userId)} and m.kind = ${text(kind.id)}`)
  return openEligible(host, reset, kind, sealed)
}

/** Those of `sealed` that may pass the next gate. A disabled account has none. */
export function openEligible(
  host: Host,
  reset: ActiveReset,
  kind: MethodKind,
  sealed: readonly SealedMethod[],
): readonly Registered<object>[] {
  const ids = new Set(reset.account ? eligible(host, reset, kind).map(({ id }) => id) : [])
  return openReadable(
    host,
    kind,
    reset.userId,
    sealed.filter(({ id }) => ids.has(id)),
  )
}
