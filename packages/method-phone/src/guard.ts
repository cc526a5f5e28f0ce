import type { Channel, Delivery, OutgoingMessage } from '@security-info/core'
import type { CountryCode } from 'libphonenumber-js/max'
import { refusalOf } from './admission.ts'
import { keptNumber } from './numbers.ts'
import type { Risk } from './options.ts'
import { createPolicy } from './policy.ts'

type Deliver = NonNullable<Channel['deliver']>

/** With the longest timeout of Twilio's, less than core gives an attempt. */
const RISK_MS = 4_000

/**
 * What is asked before anything is sent by a way. The policy, once more: a code that is sent again may go another way, and
 * the policy may have changed since. Then whoever knows of SIM swaps: no answer is no permission, and the breaker sees it.
 */
export function guarded(
  {
    way,
    region,
    risk,
  }: { readonly way: string; readonly region: CountryCode; readonly risk: Risk | undefined },
  deliver: Deliver,
): Deliver {
  const policy = createPolicy(region)
  return async (message: OutgoingMessage): Promise<Delivery> => {
    const refusal = refusalOf(keptNumber(message.to), way, policy.parse(message.policy ?? {}))
    if (refusal)
      return { outcome: 'rejected', problem: landline(refusal.refused) ? 'unreachable' : 'blocked' }
    const said = risk ? await answerOf(risk, message.to) : 'allow'
    // Core may have given this attempt up: what is sent now would arrive behind its back.
    if (said === undefined || message.signal.aborted) return { outcome: 'retry', about: 'message' }
    return said === 'allow' ? deliver(message) : { outcome: 'rejected', problem: 'blocked' }
  }
}

const landline = (code: string): boolean => code === 'phone.landline'

async function answerOf(risk: Risk, number: string): Promise<unknown> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), RISK_MS)
  })
  try {
    return await Promise.race([risk(number), late])
  } catch {
    return undefined
  } finally {
    clearTimeout(timer)
  }
}
