import { sql } from 'drizzle-orm'
import type { RequestContext } from '../context.ts'
import type { MethodKind } from '../contract/kind.ts'
import type { Host } from '../host.ts'
import { readMethods, type SealedMethod } from '../lifecycle/claim.ts'
import { openMethods } from '../lifecycle/sealed.ts'
import { heldUntil, purposesOf } from '../policy/coverage.ts'
import { allowedFor } from '../policy/document.ts'
import type { ActiveSession, MethodRow } from '../session/load.ts'
import { uuid } from '../storage/sql.ts'
import type { MethodShape } from './builder.ts'

type Described = ReadonlyMap<string, object & { readonly hint?: string }>

const described = new WeakMap<ActiveSession, Promise<Described>>()

/**
 * Methods as GraphQL shows them. The details of all of a person's methods are read in one statement and described once
 * for each kind, whichever fields of an answer ask for them (H15).
 */
export async function describeMethods(
  context: RequestContext,
  session: ActiveSession,
  rows: readonly MethodRow[] = session.methods,
): Promise<readonly MethodShape[]> {
  if (rows.length === 0) return []
  const { host } = context
  const loading = described.get(session) ?? describeAll(context, session)
  described.set(session, loading)
  const details = await loading
  return rows.flatMap((row) => {
    const own = details.get(row.id)
    // A row that was removed since the session was read, or whose plugin is no longer loaded, has nothing to show.
    return own ? [{ ...own, ...shapeOf(host, session, row), hint: own.hint ?? null }] : []
  })
}

async function describeAll(context: RequestContext, session: ActiveSession): Promise<Described> {
  const { host } = context
  const { userId } = session.account
  const sealed = await readMethods(host, sql`m.user_id = ${uuid(userId)}`)
  const entries = [...host.kinds.values()].flatMap((kind) => {
    const own = sealed.filter((method) => method.kind === kind.id)
    return describeKind(context, kind, userId, own)
  })
  return new Map(entries)
}

/** What can't be read or described is told to the operator and left out, one by one: it must not hide the rest (M14). */
function describeKind(
  context: RequestContext,
  kind: MethodKind,
  userId: string,
  own: readonly SealedMethod[],
): readonly (readonly [string, object])[] {
  const { host, request } = context
  try {
    const details = kind.handlers.describe(openMethods(host, kind, userId, own))
    if (details.length !== own.length) {
      throw new Error(`Plugin "${kind.id}" described ${details.length} of ${own.length} methods.`)
    }
    return own.map((method, index) => [method.id, details[index] ?? {}] as const)
  } catch (error) {
    if (own.length > 1) return own.flatMap((method) => describeKind(context, kind, userId, [method]))
    host.onUnexpected(error, { requestId: request.requestId })
    return []
  }
}

function shapeOf(host: Host, session: ActiveSession, row: MethodRow): Omit<MethodShape, 'hint'> {
  const ways = host.kinds.get(row.kind)?.method.ways ?? []
  return {
    id: row.id,
    kind: row.kind,
    label: row.label,
    state: row.state,
    createdAt: row.createdAt,
    heldUntil: heldUntil(host.kinds, row, session.now),
    lastUsedAt: row.lastUsedAt,
    usedFor: purposesOf(host.kinds, session.policy, row),
    ways: ways.map((way) => ({
      kind: row.kind,
      id: way.id,
      usedFor: allowedFor(session.policy, row.kind, way),
    })),
    isDefault: session.account.defaultMethodId === row.id,
    phishingResistant: ways.every((way) => way.phishingResistant === true),
  }
}
