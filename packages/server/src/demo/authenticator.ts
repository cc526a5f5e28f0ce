import { setTimeout as pause } from 'node:timers/promises'
import { generateSync } from 'otplib'

const STEP_SECONDS = 30
/** How long a code is good for at least, so that it gets there in time. */
const GRACE_SECONDS = 5

/** An authenticator app, standing in for the one on a phone: knows the secret and the time, and nothing of the gateway. */
export interface Authenticator {
  /**
   * A code that it has not given before. The gateway lets clocks be one step of 30 seconds apart (RFC 6238 5.2), so the first is that
   * of the step before, which somebody who types slowly would send, and two more follow at once. A code works once, so the one
   * after these takes its time; `waiting` hears of it first.
   */
  newCode(waiting: (seconds: number) => void): Promise<string>
  /** A code that is certainly not right now, nor in the steps around. */
  wrongCode(): string
}

/** Reads the `otpauth://` address, as an app does after scanning the QR code. */
export function scan(otpauthUri: string): Authenticator {
  const secret = new URL(otpauthUri).searchParams.get('secret') ?? ''
  const codeOf = (step: number) => generateSync({ secret, epoch: step * STEP_SECONDS })
  const current = (inSeconds = 0) => Math.floor((Date.now() / 1000 + inSeconds) / STEP_SECONDS)
  let last = 0
  return {
    async newCode(waiting) {
      last = Math.max(last + 1, current(GRACE_SECONDS) - 1)
      const early = (last - 1) * STEP_SECONDS * 1000 - Date.now()
      if (early > 0) {
        waiting(Math.ceil(early / 1000))
        await pause(early)
      }
      return codeOf(last)
    },
    wrongCode() {
      const right = [-2, -1, 0, 1, 2].map((ahead) => codeOf(current() + ahead))
      return (
        ['000000', '111111', '222222', '333333', '444444', '555555'].find(
          (guess) => !right.includes(guess),
        ) ?? ''
      )
    },
  }
}
