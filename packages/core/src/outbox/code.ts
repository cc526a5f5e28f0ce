import { randomInt, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import { CODE_LENGTH } from '../contract/inputs.ts'
import { openJson, place, sealJson } from '../crypto/sealing.ts'
import { Secret } from '../crypto/secret.ts'
import type { Host } from '../host.ts'

/** Where a flow's code went, and the code: sealed and not hashed, because a call has to read it out. */
const shape = z.object({
  channel: z.string(),
  to: z.string(),
  destination: z.string(),
  note: z.string().optional(),
  locale: z.string(),
  code: z.string(),
  /** What it is counted by, where that is not `to`. */
  countedAs: z.string().optional(),
  /** It is never sent. */
  decoy: z.boolean().optional(),
  /** The counters this code was counted in, to be told when it comes back. */
  counted: z.array(z.object({ scope: z.string(), value: z.string(), windowEnd: z.number() })),
})
export type CodeDelivery = z.infer<typeof shape>

/** A new code: uniform over all of its length (NIST SP 800-63B-4 3.1.3). */
export function newCode(): string {
  return String(randomInt(10 ** CODE_LENGTH)).padStart(CODE_LENGTH, '0')
}

export function sealDelivery(
  host: Pick<Host, 'ring'>,
  userId: string,
  flowId: string,
  delivery: CodeDelivery,
): Uint8Array {
  return sealJson(host.ring, delivery, place('flow-delivery', userId, flowId))
}

export function openDelivery(
  host: Pick<Host, 'ring'>,
  userId: string,
  flowId: string,
  sealed: Uint8Array,
): CodeDelivery {
  return openJson(host.ring, sealed, place('flow-delivery', userId, flowId), shape)
}

/** Whether a proof holds the code that was sent, in constant time. */
export function codeMatches(delivery: CodeDelivery, proof: unknown): boolean {
  const given = (proof as { code?: unknown }).code
  if (!(given instanceof Secret)) return false
  const [sent, came] = [Buffer.from(delivery.code), Buffer.from(given.reveal())]
  return sent.length === came.length && timingSafeEqual(sent, came)
}
