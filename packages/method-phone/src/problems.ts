import type { DeliveryProblem } from '@security-info/core'

/**
 * Twilio's error codes (https://www.twilio.com/docs/api/errors) that say something about the number: those with which it
 * refuses a request, and those of its callbacks.
 */
const problems: Readonly<Record<number, DeliveryProblem>> = {
  // Answered STOP.
  21610: 'optedOut',
  // No number, no such number, a short code, no mobile number; unknown handset; no call goes there.
  21211: 'invalidAddress',
  21214: 'invalidAddress',
  21217: 'invalidAddress',
  21265: 'invalidAddress',
  21614: 'invalidAddress',
  30005: 'invalidAddress',
  13224: 'invalidAddress',
  // Switched off or out of reach, a landline, the carrier does not say or does not answer.
  21635: 'unreachable',
  30003: 'unreachable',
  30006: 'unreachable',
  30008: 'unreachable',
  30410: 'unreachable',
  // Premium rate, country not enabled, fraud protection, no route, filtered, sender not registered.
  21202: 'blocked',
  21215: 'blocked',
  21216: 'blocked',
  21408: 'blocked',
  21612: 'blocked',
  13225: 'blocked',
  13227: 'blocked',
  30004: 'blocked',
  30007: 'blocked',
  30032: 'blocked',
  30034: 'blocked',
  30450: 'blocked',
  // Waited in a queue for longer than the code is good for.
  30036: 'expired',
}

/** What a code says about the number; nothing, where it is about something else. */
export function problemOf(code: number): DeliveryProblem | undefined {
  return problems[code]
}
