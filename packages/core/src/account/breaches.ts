import { createHash } from 'node:crypto'
import type { Secret } from '../crypto/secret.ts'
import type { Host } from '../host.ts'

/**
 * Asks a service for all passwords known from breaches whose SHA-1 begins with these five characters: lines `SUFFIX:COUNT`, as
 * "Have I Been Pwned" gives them. So the service never learns which password was meant.
 */
export type BreachRange = (prefix: string) => Promise<string>

const PREFIX = 5

/**
 * Whether a password is known from a breach. Where the service does not answer, the local list has to do and the operator
 * hears of it (M11): nobody is kept from a new password by it.
 */
export function createBreachCheck(
  range: BreachRange | undefined,
  host: Pick<Host, 'metrics' | 'onUnexpected'>,
): (password: Secret) => Promise<boolean> {
  if (!range) return async () => false
  return async (password) => {
    const hash = createHash('sha1').update(password.reveal()).digest('hex').toUpperCase()
    try {
      return isListed(await range(hash.slice(0, PREFIX)), hash.slice(PREFIX))
    } catch (error) {
      host.metrics.count('breach_checks_failed_total')
      const cause = error instanceof Error ? error : new Error(String(error))
      host.onUnexpected(new Error('Passwords could not be looked up among breached ones.', { cause }), {
        requestId: null,
      })
      return false
    }
  }
}

/** Lines with a count of 0 are padding, so that the length of the answer says nothing. */
function isListed(lines: string, suffix: string): boolean {
  return lines.split('\n').some((line) => {
    const [listed = '', count = ''] = line.trim().split(':')
    return listed.toUpperCase() === suffix && Number(count) > 0
  })
}
