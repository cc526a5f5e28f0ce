import { z } from 'zod'
import type { Attempt, Registered } from '../contract/handlers.ts'
import type { MethodKind } from '../contract/kind.ts'
import { openJson, place, sealJson } from '../crypto/sealing.ts'
import type { Host } from '../host.ts'
import type { Claim, SealedMethod } from './claim.ts'

/** Opens what core kept of registered methods and gives them the form that handlers see. */
export function openMethods(
  host: Host,
  kind: MethodKind,
  userId: string,
  methods: readonly SealedMethod[],
): readonly Registered<object>[] {
  return methods.map((method) => ({
    id: method.id,
    label: method.label,
    counter: method.counter,
    stored: openJson(host.ring, method.stored, place('method', userId, method.id), kind.method.stored),
  }))
}

/**
 * Seals what a handler wants kept, after checking it against the shape the plugin declared: kept wrongly, it could never be
 * opened again, and would lock its owner out. @throws ZodError
 */
export function sealStored(
  host: Host,
  kind: MethodKind,
  userId: string,
  methodId: string,
  stored: object,
): Uint8Array {
  return sealChecked(host, kind.method.stored, stored, place('method', userId, methodId))
}

/** The same for what is kept until the next call of a flow. @throws ZodError */
export function sealPending(
  host: Host,
  shape: z.ZodType<object>,
  userId: string,
  flowId: string,
  pending: object,
): Uint8Array {
  return sealChecked(host, shape, pending, place('flow', userId, flowId))
}

/** Through JSON and back, as it will be read: a `Date` or a `bigint` is found out now and not then. */
function sealChecked(host: Host, shape: z.ZodType<object>, value: object, at: string): Uint8Array {
  shape.parse(JSON.parse(JSON.stringify(value)))
  return sealJson(host.ring, value, at)
}

/** The attempt as handlers see it. */
export function openAttempt<Pending extends object>(
  host: Host,
  userId: string,
  claim: Claim,
  shape: z.ZodType<Pending>,
): Attempt<Pending> {
  const signal = claim.signal
    ? openJson(host.ring, claim.signal, place('flow-signal', userId, claim.flowId), z.unknown())
    : undefined
  return {
    userId,
    now: claim.now,
    number: claim.number,
    way: claim.way,
    pending: openJson(host.ring, claim.pending, place('flow', userId, claim.flowId), shape),
    ...(signal === undefined ? {} : { signal }),
  }
}
