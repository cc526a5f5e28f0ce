import type { RequestContext } from '../context.ts'
import { CODE_LENGTH } from '../contract/inputs.ts'
import type { MethodKind } from '../contract/kind.ts'
import type { CodeSentView } from '../contract/schema-kit.ts'
import { type DeliveryFailed, deliveryFailed, type RateLimited, rateLimited } from '../errors.ts'
import type { CodeSentShape } from '../graphql/builder.ts'
import type { Holder } from '../lifecycle/holder.ts'
import type { FlowType } from '../storage/tables.ts'
import type { MessageState } from '../storage/tables-outbox.ts'
import { type CodeDelivery, newCode } from './code.ts'
import { spendSend } from './limits.ts'
import { deliveryState, problemOf } from './message.ts'

/** Where a code is to go, before it is counted against anything. */
export interface Destination extends CodeSentView {
  readonly type: FlowType
  readonly kind: MethodKind
  readonly way: string
  readonly to: string
  readonly locale: string
  /** What it is counted by, where that is not `to`. */
  readonly countedAs?: string | undefined
  /** It is counted and never sent. */
  readonly decoy?: boolean | undefined
}

/**
 * Makes a new code for a flow, if the channel works and no cap is reached. Sends nothing: the code goes out by the outbox
 * row that the caller writes with the flow.
 */
export async function prepareCode(
  { host }: RequestContext,
  holder: Holder,
  destination: Destination,
): Promise<CodeDelivery | RateLimited | DeliveryFailed> {
  const { type, kind, way, to, locale, note, decoy = false, countedAs } = destination
  const channel = kind.method.ways.find(({ id }) => id === way)?.channel
  if (channel === undefined) {
    throw new Error(`Plugin "${kind.id}" wants a code sent by its way "${way}", which has no channel.`)
  }
  const downUntil = host.outbox.downUntil(channel)
  if (downUntil) {
    host.metrics.count('codes_refused_total', { channel, reason: 'down' })
    return deliveryFailed(kind.id, downUntil)
  }
  const counted = await spendSend(host, { type, userId: holder.userId, channel, address: countedAs ?? to })
  if ('retryAt' in counted) {
    host.metrics.count('codes_refused_total', { channel, reason: 'limit' })
    return { ...rateLimited(counted.retryAt), code: 'rate.sends' }
  }
  return {
    channel,
    to,
    destination: destination.destination,
    locale,
    code: newCode(),
    counted: [...counted],
    ...(decoy && { decoy }),
    ...(countedAs !== undefined && { countedAs }),
    ...(note === undefined ? {} : { note }),
  }
}

/** A new code may be asked for after 30, 60, 120, 120 … seconds. */
const PAUSES_SECONDS = [30, 60, 120]

/** When the code after the `sends`-th may be asked for. */
export function resendAt(sends: number, sentAt: Date): Date {
  const pause = PAUSES_SECONDS[Math.min(sends, PAUSES_SECONDS.length) - 1] ?? 0
  return new Date(sentAt.getTime() + pause * 1000)
}

/** What the person sees of a sent code. */
export function codeSentStep(
  kind: string,
  way: string,
  { destination, note }: CodeDelivery,
  sent: {
    readonly sends: number
    readonly sentAt: Date
    readonly state: MessageState | null
    readonly problem: string | null
  },
): CodeSentShape {
  return {
    kind,
    way,
    destination,
    ...(note === undefined ? {} : { note }),
    delivery: deliveryState(sent.state),
    problem: problemOf(sent.state, sent.problem),
    codeLength: CODE_LENGTH,
    resendAt: resendAt(sent.sends, sent.sentAt),
  }
}
