import type { Behaviour, Rule } from '@security-info/testing/twilio'
import { pause, randomFrom } from '../../support/load.ts'

/** How long the plugin waits for an answer. */
export const TIMEOUT_MS = 2_500
/** What every 429 asks for. */
export const RETRY_AFTER_SECONDS = 2

const FAILURES = [500, 502, 503, 504]

/** 30 % are told to come back, 20 % fail, 10 % get no answer, 5 % get it late, and the rest is fine. */
export function createStorm(seed: number): Rule {
  const random = randomFrom(seed)
  return (): Behaviour => {
    const [draw, coin, which] = [random(), random() < 0.5, Math.floor(random() * FAILURES.length)]
    if (draw < 0.3) return { does: 'throttle', retryAfterSeconds: RETRY_AFTER_SECONDS }
    // A coin says whether the message was taken all the same.
    if (draw < 0.5) return { does: 'fail', status: FAILURES[which] ?? 500, accept: coin }
    if (draw < 0.6) return { does: 'hang', accept: coin }
    // Before the plugin gives up, or after it.
    if (draw < 0.65) return { does: 'late', until: pause(TIMEOUT_MS * (coin ? 0.5 : 1.5)) }
    return { does: 'answer' }
  }
}
