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

export function sealStored(host: Host, userId: string, methodId: string, stored: object): Uint8Array {
  return sealJson(host.ring, stored, place('method', userId, methodId))
}

export function sealPending(host: Host, userId: string, flowId: string, pending: object): Uint8Array {
  return sealJson(host.ring, pending, place('flow', userId, flowId))
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
