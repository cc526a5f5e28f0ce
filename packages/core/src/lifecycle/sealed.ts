import { z } from 'zod'
import type { Attempt, Registered } from '../contract/handlers.ts'
import type { MethodKind } from '../contract/kind.ts'
import { openJson, place, sealJson } from '../crypto/sealing.ts'
import type { Host } from '../host.ts'
import { codeMatches, openDelivery } from '../outbox/code.ts'
import { countVerified } from '../outbox/limits.ts'
import type { Claim, SealedMethod } from './claim.ts'
import type { Holder } from './holder.ts'

/** The same where others may stand in: what can't be opened is told to the operator, and keeps nobody from using the rest (M14). */
export function openReadable(
  host: Pick<Host, 'ring' | 'onUnexpected'>,
  kind: MethodKind,
  userId: string,
  methods: readonly SealedMethod[],
): readonly Registered<object>[] {
  return methods.flatMap((method) => {
    try {
      return openMethods(host, kind, userId, [method])
    } catch (error) {
      // It alone was to be used.
      if (methods.length === 1) throw error
      host.onUnexpected(error, { requestId: null })
      return []
    }
  })
}

/** Opens what core kept of registered methods and gives them the form that handlers see. */
export function openMethods(
  host: Pick<Host, 'ring'>,
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

/** Tells the counters of sent codes that this one was typed in. The proof stands, whatever becomes of that. */
export async function codeCameBack(host: Host, userId: string, claim: Claim): Promise<void> {
  if (!claim.delivery) return
  const { counted } = openDelivery(host, userId, claim.flowId, claim.delivery)
  await countVerified(host, counted).catch((error: unknown) => host.onUnexpected(error, { requestId: null }))
}

/** The attempt as handlers see it. Where a code was sent, core has compared it with the proof's. */
export function openAttempt<Pending extends object>(
  host: Host,
  { userId, policy }: Pick<Holder, 'userId' | 'policy'>,
  claim: Claim,
  shape: z.ZodType<Pending>,
  proof: object,
): Attempt<Pending, object> {
  const signal = claim.signal
    ? openJson(host.ring, claim.signal, place('flow-signal', userId, claim.flowId), z.unknown())
    : undefined
  const sent = claim.delivery && openDelivery(host, userId, claim.flowId, claim.delivery)
  return {
    userId,
    now: claim.now,
    number: claim.number,
    way: claim.way,
    pending: openJson(host.ring, claim.pending, place('flow', userId, claim.flowId), shape),
    policy: policy.methods[claim.kind] ?? {},
    ...(sent ? { codeOk: codeMatches(sent, proof) } : {}),
    ...(signal === undefined ? {} : { signal }),
  }
}
